"""What may be done to a meter and its lines on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

When = Literal["before", "after"]
"""A reply is lost *before* its request had any effect (the request was lost), or *after* (the answer was)."""


@dataclass
class MeterDamage:
    """The damage that is in force at one meter."""

    unreachable: bool = False
    """Route A does not reach it; the local port does."""
    delay: float = 0.0
    """Real seconds by which each reply of the maintenance port is late."""
    refuse_writes: bool = False
    losses: list[When] = field(default_factory=list)
    """The fates of the next replies."""
    writes_only: bool = False
    """Whether only replies to writes are lost."""

    def lose_replies(self, count: int, when: When, *, writes_only: bool = False) -> None:
        """Lose the next ``count`` replies of the maintenance port, or of its writes only; 0 loses no more."""
        if count < 0 or when not in ("before", "after"):
            raise ValueError("lose a number of replies from 0, before or after the effect")
        self.losses, self.writes_only = [when] * count, writes_only

    def next_loss(self, *, is_write: bool) -> When | None:
        """Take the fate of the reply that is due: lost before, lost after, or (None) sent."""
        return self.losses.pop(0) if self.losses and (is_write or not self.writes_only) else None
