"""An audit event, and its place in the chain (``docs/audit.md`` section 2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keiki.domain.audit.lines import BadLine, canonical, digest, read_object, read_time, text, whole, write_time

GENESIS = "0" * 64
"""What the first event is chained to."""
EVENT_LABEL = b"keiki audit event v1\n"
_MEMBERS = frozenset({"position", "at", "by", "origin", "happened", "subject", "supply_point", "details"})


@dataclass(frozen=True)
class RecordedEvent:
    """Who (``by``), when (``at``), from where (``origin``), what (``happened``, ``subject``), why (``details``)."""

    position: int
    at: datetime
    by: str
    origin: str
    happened: str
    subject: str
    supply_point: str
    details: Mapping[str, Any]

    def members(self) -> dict[str, Any]:
        """Return the members that are hashed."""
        return {
            "position": self.position,
            "at": write_time(self.at),
            "by": self.by,
            "origin": self.origin,
            "happened": self.happened,
            "subject": self.subject,
            "supply_point": self.supply_point,
            "details": self.details,
        }

    def hash_after(self, previous: str) -> str:
        """Return the event's hash where it follows the event of hash ``previous``; both 64 hexadecimal digits."""
        return hashlib.sha256(EVENT_LABEL + bytes.fromhex(previous) + canonical(self.members())).hexdigest()


@dataclass(frozen=True)
class ChainLink:
    """An event as it is kept: with the hash of the one before and its own. Nothing says yet that they are right."""

    event: RecordedEvent
    previous: str
    hash: str

    @classmethod
    def after(cls, previous: str, event: RecordedEvent) -> ChainLink:
        """Chain ``event`` to the event of hash ``previous``."""
        return cls(event, previous, event.hash_after(previous))

    @property
    def is_whole(self) -> bool:
        """Whether the hash is the one of this event and this ``previous``."""
        try:
            return self.event.hash_after(self.previous) == self.hash
        except (ValueError, RecursionError):  # details that have no canonical form were never recorded
            return False

    def to_line(self) -> str:
        """Write the event on a line, without line end."""
        return canonical({**self.event.members(), "previous": self.previous, "hash": self.hash}).decode()

    @classmethod
    def from_line(cls, line: str | bytes) -> ChainLink:
        """Read an event on a line strictly; raise :class:`BadLine` for anything else."""
        return cls.from_members(read_object(line))

    @classmethod
    def from_members(cls, members: Mapping[str, Any]) -> ChainLink:
        """Read the members of an event on a line."""
        if members.keys() != _MEMBERS | {"previous", "hash"}:
            raise BadLine("an event lacks a member or has one too many")
        details = members["details"]
        if not isinstance(details, dict):
            raise BadLine("details is not an object")
        words = {name: text(members, name) for name in ("by", "origin", "happened", "subject", "supply_point")}
        event = RecordedEvent(
            position=whole(members, "position"), at=read_time(members, "at"), details=details, **words
        )
        return cls(event, digest(members, "previous"), digest(members, "hash"))


@dataclass(frozen=True)
class UnreadableEvent:
    """What stands where an event should and is none; ``position`` if that much can be read."""

    position: int | None
    why: str
