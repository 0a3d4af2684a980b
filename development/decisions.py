"""Draw the index of decisions into ``docs/adr/README.md``: number, title, date, and which one changed which.

Each decision says it itself in its third line: ``Status: accepted, 2026-11-30. Changes ADR 0602. Changed by ADR 0613.``
A decision that no longer holds at all is ``replaced`` and names the one that replaced it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "adr"
PAGE = FOLDER / "README.md"
START, END = "<!-- drawn by ./keiki decisions -->\n", "<!-- end of what is drawn -->\n"
_TITLE = re.compile(r"# (\d{4}) (.+)")
_STATUS = re.compile(r"Status: (accepted|replaced), (\d{4}-\d\d-\d\d)\.((?: .+)?)")
_LINKS = {"Changes": "Changed by", "Replaces": "Replaced by"}


@dataclass(frozen=True)
class Decision:
    """One decision: its file, number, title, status, day, and the numbers that it names by ``Changes`` and so on."""

    file: str
    number: str
    title: str
    status: str
    day: str
    links: dict[str, frozenset[str]]


def read(path: Path) -> Decision:
    """Read the head of a decision's file; ValueError if it is not as every decision's."""
    title, blank, status, *_ = [*path.read_text(encoding="utf-8").splitlines(), "", "", ""]
    named, said = _TITLE.fullmatch(title), _STATUS.fullmatch(status)
    if not named or blank or not said or not path.name.startswith(f"{named[1]}-"):
        raise ValueError(f"{path.name}: begin with '# NUMBER TITLE', a blank line, 'Status: accepted, YEAR-MONTH-DAY.'")
    words = [*_LINKS, *_LINKS.values()]
    links = {each: frozenset(_numbers(said[3], each)) for each in words}
    return Decision(path.name, named[1], named[2], said[1], said[2], links)


def _numbers(text: str, word: str) -> Iterator[str]:
    for sentence in re.findall(rf"{word}((?:(?: and|,)? ADR \d{{4}})+)", text):
        yield from re.findall(r"\d{4}", sentence)


def decisions() -> list[Decision]:
    """Return every decision, by number."""
    return [read(path) for path in sorted(FOLDER.glob("[0-9]*.md"))]


def problems(found: list[Decision]) -> list[str]:
    """Return what is named by one decision and not by the other, and what is replaced by none."""
    by_number = {each.number: each for each in found}
    wrong = []
    for each in found:
        for forth, back in _LINKS.items():
            for one, other in ((forth, back), (back, forth)):
                wrong += [
                    f"ADR {each.number} says '{one} ADR {number}': say there '{other} ADR {each.number}'"
                    for number in sorted(each.links[one])
                    if number not in by_number or each.number not in by_number[number].links[other]
                ]
        if (each.status == "replaced") != bool(each.links["Replaced by"]):
            wrong.append(f"ADR {each.number}: 'replaced' and 'Replaced by ADR ...' go together")
    return wrong


def table(found: list[Decision]) -> str:
    """Return the index in Markdown."""
    lines = ["| decision | status | since | changed or replaced by |", "| --- | --- | --- | --- |"]
    for each in found:
        after = sorted(each.links["Changed by"] | each.links["Replaced by"])
        lines.append(f"| [{each.number}]({each.file}) {each.title} | {each.status} | {each.day} | {', '.join(after)} |")
    return "\n".join(lines) + "\n"


def drawn(text: str) -> str:
    """Return the page with the index drawn anew."""
    before, _, rest = text.partition(START)
    return f"{before}{START}{table(decisions())}{END}{rest.partition(END)[2]}"


def draw(*, check: bool) -> int:
    """Write the index, or with ``check`` only compare; 0 if it is current and the decisions agree, else 1."""
    text = PAGE.read_text(encoding="utf-8")
    wrong = problems(decisions())
    if check and text != drawn(text):
        wrong.append("docs/adr/README.md is not what the decisions say: run ./keiki decisions")
    if not check:
        PAGE.write_text(drawn(text), encoding="utf-8")
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0
