"""A combination: one unit of each kind, plugged together.

A combination is written down as unit ids in the order of the catalogue's kinds. What hangs on a wall may hold a unit
that nobody recorded: its id is ``None`` there. An id that the catalogue does not know is kept as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Combination:
    """Unit ids, one for each kind in the catalogue's order; ``None`` where the unit is not known."""

    unit_ids: tuple[str | None, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit_ids", tuple(self.unit_ids))

    def __iter__(self) -> Iterator[str | None]:
        return iter(self.unit_ids)

    def __len__(self) -> int:
        return len(self.unit_ids)

    def __str__(self) -> str:
        return " / ".join(unit_id or "?" for unit_id in self.unit_ids)
