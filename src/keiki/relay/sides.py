"""Who may log in: the public names (nkeys) the operator has allowed for each side, in ``DIR/allowed.json``.

More than one name a side lets a key be replaced without a gap: allow the new one, change over, disallow the old one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from keiki.foundation.files.drafts import write_whole
from keiki.relay.client.login import is_login_name
from keiki.relay.client.subjects import Side
from keiki.relay.operator_messages import MESSAGES


class SidesError(ValueError):
    """A name that cannot be allowed, or a register that cannot be read; ``code`` is a key of :data:`MESSAGES`."""

    def __init__(self, code: str, **values: object) -> None:
        self.text = MESSAGES[code].format(**values)
        super().__init__(self.text.en)


def read_sides(path: Path) -> dict[Side, tuple[str, ...]]:
    """Return the allowed names of each side; a missing file allows nobody."""
    try:
        table = json.loads(path.read_text("ascii")) if path.exists() else {}
        sides = {side: tuple(table.get(side.value, ())) for side in Side}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise SidesError("sides_unreadable", file=path, why=error) from error
    if not all(isinstance(name, str) and is_login_name(name) for names in sides.values() for name in names):
        raise SidesError("sides_not_a_name", file=path)
    if set(sides[Side.OFFICE]) & set(sides[Side.CONTROL]):
        raise SidesError("sides_both", file=path)
    return sides


def allow(path: Path, side: Side, name: str) -> bool:
    """Allow ``name`` on ``side``; return False if it was allowed already. A name is never allowed on both sides."""
    if not is_login_name(name):
        raise SidesError("not_a_name")
    sides = read_sides(path)
    if name in sides[side]:
        return False
    other = next(s for s in Side if s is not side)
    if name in sides[other]:
        raise SidesError("on_the_other_side", other=other, side=side)
    _write(path, {**sides, side: (*sides[side], name)})
    return True


def disallow(path: Path, name: str) -> bool:
    """Take ``name`` from whichever side has it; return False if none had."""
    sides = read_sides(path)
    left = {side: tuple(n for n in names if n != name) for side, names in sides.items()}
    if left == sides:
        return False
    _write(path, left)
    return True


def _write(path: Path, sides: Mapping[Side, tuple[str, ...]]) -> None:
    text = json.dumps({side.value: list(names) for side, names in sides.items()}, indent=2)
    write_whole(path, text.encode("ascii"))
