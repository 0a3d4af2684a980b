"""A checkpoint: the office's signed word for an event and every event before it (``docs/audit.md`` section 3)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keiki.domain.audit.lines import BadLine, canonical, digest, read_object, read_time, text, whole, write_time

CHECKPOINT_LABEL = b"keiki audit checkpoint v1\n"
NO_CHECKPOINT = "0" * 64
"""What the first checkpoint names as the one before."""
_MEMBERS = frozenset({"number", "position", "hash", "at", "key_id", "previous", "signature"})
_KEY_ID, _SIGNATURE = re.compile(r"[0-9a-f]{16}"), re.compile(r"[0-9a-f]{128}")

Sign = Callable[[bytes], bytes]
"""Signs bytes with the office's key: 64 bytes."""
IsSigned = Callable[[str, bytes, bytes], bool]
"""Says whether key id (hexadecimal), bytes and signature belong together, for a key that is trusted."""


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint as it is kept. Nothing says yet that its signature is right."""

    number: int
    position: int
    hash: str
    at: datetime
    key_id: str
    previous: str
    signature: str = ""

    def _members(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "position": self.position,
            "hash": self.hash,
            "at": write_time(self.at),
            "key_id": self.key_id,
            "previous": self.previous,
        }

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return CHECKPOINT_LABEL + canonical(self._members())

    @property
    def digest(self) -> str:
        """What the next checkpoint names as the one before."""
        return hashlib.sha256(self.to_line().encode()).hexdigest()

    def signed(self, sign: Sign) -> Checkpoint:
        """Return the checkpoint with its signature."""
        signature = sign(self.signed_bytes).hex()
        return Checkpoint(self.number, self.position, self.hash, self.at, self.key_id, self.previous, signature)

    def is_signed(self, is_signed: IsSigned) -> bool:
        """Whether ``is_signed`` trusts the signature."""
        return is_signed(self.key_id, self.signed_bytes, bytes.fromhex(self.signature))

    def to_line(self) -> str:
        """Write the checkpoint on a line, without line end."""
        return canonical({**self._members(), "signature": self.signature}).decode()

    @classmethod
    def from_line(cls, line: str | bytes) -> Checkpoint:
        """Read a checkpoint strictly; raise :class:`BadLine` for anything else."""
        members = read_object(line)
        if members.keys() != _MEMBERS:
            raise BadLine("a checkpoint lacks a member or has one too many")
        key_id, signature = text(members, "key_id"), text(members, "signature")
        if not (_KEY_ID.fullmatch(key_id) and _SIGNATURE.fullmatch(signature)):
            raise BadLine("key_id or signature is not hexadecimal of its length")
        return cls(
            number=whole(members, "number"),
            position=whole(members, "position"),
            hash=digest(members, "hash"),
            at=read_time(members, "at"),
            key_id=key_id,
            previous=digest(members, "previous"),
            signature=signature,
        )


def next_after(last: Checkpoint | None, *, position: int, hash_: str, at: datetime, key_id: str) -> Checkpoint:
    """Return the unsigned checkpoint that follows ``last`` and vouches for ``position``."""
    number, previous = (last.number + 1, last.digest) if last else (1, NO_CHECKPOINT)
    return Checkpoint(number, position, hash_, at, key_id, previous)
