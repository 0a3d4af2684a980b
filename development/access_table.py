"""Draw the table of roles and rights into ``docs/access.md``, from the one table that the office enforces.

Only what stands between the two marks is drawn; the prose around it is written by hand. A test fails when it is stale.
"""

from __future__ import annotations

import sys
from pathlib import Path

from keiki.domain.access import ROLES, SECOND_FACTOR, Right, Role

PAGE = Path(__file__).parents[1] / "docs" / "access.md"
START, END = "<!-- drawn by ./keiki access-table -->\n", "<!-- end of what is drawn -->\n"


def table() -> str:
    """Return the table in Markdown: a row for each right, a column for each role."""
    roles = list(Role)
    lines = ["| right | holds for | " + " | ".join(ROLES[role].words.en for role in roles) + " |"]
    lines.append("| --- | --- |" + " :-: |" * len(roles))
    for right in Right:
        marks = ("●" if right in ROLES[role].rights else "" for role in roles)
        where = "the role's offices" if right.local else "the utility"
        lines.append(f"| {right.words.en} ({right.words.ja}) | {where} | " + " | ".join(marks) + " |")
    names = ("yes" if role in SECOND_FACTOR else "" for role in roles)
    lines.append("| *of no use without a second factor* | | " + " | ".join(names) + " |")
    return "\n".join(lines) + "\n"


def drawn(text: str) -> str:
    """Return the page with the table drawn anew."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}{table()}{END}{after}"


def draw(*, check: bool) -> int:
    """Write the page, or with ``check`` only compare; 0 if the page is current afterwards, else 1."""
    text = PAGE.read_text(encoding="utf-8")
    if check:
        if text == drawn(text):
            return 0
        sys.stderr.write("docs/access.md is not what the table says: run ./keiki access-table\n")
        return 1
    PAGE.write_text(drawn(text), encoding="utf-8")
    return 0
