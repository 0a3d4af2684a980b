"""The rows of the journal as values."""

from __future__ import annotations

from dataclasses import dataclass

from keiki.domain.remote.lifecycle import CommandState


@dataclass(frozen=True)
class JournalEntry:
    """A command in the journal. Times in Unix seconds; ``sealed`` until it is answered, ``result`` until it is put."""

    message_id: bytes
    digest: bytes
    kind: str
    supply_point: str
    unit: str
    generation: int | None
    expires: int
    received_at: float
    state: CommandState
    attempts: int
    due_at: float
    sealed: bytes | None
    reason: str
    answered_at: float | None
    result: bytes | None
    put_at: float | None


@dataclass(frozen=True)
class QuarantinedMessage:
    """A message that could not be opened, by its digest; nothing else of it is kept."""

    digest: bytes
    code: str
    size: int
    first_at: float
    last_at: float
    times: int


@dataclass(frozen=True)
class ReceivedCommand:
    """What is known of a command when it is taken; ``supply_point`` is masked."""

    message_id: bytes
    digest: bytes
    kind: str
    supply_point: str
    unit: str
    generation: int | None
    expires: int
