"""What to do with bytes from the relay: take them as a command, refuse them with an answer, or quarantine them.

An answer goes only to who asked. So a message is answered when its signature is the enrolled office's: then its id is
the office's too. Anything else could have been made by whoever can put on the relay; it is quarantined (its digest,
its size and what was wrong with it) and logged, and the office learns nothing through a door that a stranger could
push open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from keiki.control.answers import Answers
from keiki.control.entries import ReceivedCommand
from keiki.control.journal import AgentJournal
from keiki.protocols.relay.messages import Command, CommandOutcome, RewritePassword
from keiki.protocols.relay.wire import message_id_of, open_command
from keiki.protocols.sealing import fields, message
from keiki.protocols.sealing.errors import SealingError
from keiki.protocols.sealing.identity import Identity, IdentityCard

UNKNOWN = "unknown"


class ReceptionOutcome(StrEnum):
    """What became of a delivery."""

    NEW = "new"
    AGAIN = "again"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Reception:
    """What became of a delivery, under which id (None where it has none that can be believed), and why not."""

    taken: ReceptionOutcome
    message_id: bytes | None
    code: str = ""


class Receiver:
    """Takes deliveries into the journal."""

    def __init__(self, identity: Identity, office_card: IdentityCard, journal: AgentJournal, answers: Answers) -> None:
        self._identity, self._office, self._journal, self._answers = identity, office_card, journal, answers

    def receive(self, data: bytes, now: float) -> Reception:
        """Take one delivery. When this returns, the journal knows everything that the relay may forget."""
        digest = hashlib.sha256(data).digest()
        try:
            message_id = message_id_of(data)
        except SealingError as error:
            return self._quarantine(digest, error.code, data, now)
        known = self._journal.find(message_id)
        if known and known.digest == digest:
            return Reception(ReceptionOutcome.AGAIN, message_id)
        try:
            command = open_command(data, self._identity, self._office, int(now))
        except SealingError as error:
            if known or not self._is_the_offices(data):
                return self._quarantine(digest, error.code, data, now)
            return self._refuse(data, message_id, digest, error.code, now)
        if known:
            return self._quarantine(digest, "id_used_before", data, now)
        self._journal.receive(_received(command, digest), data, now)
        return Reception(ReceptionOutcome.NEW, message_id)

    def _is_the_offices(self, data: bytes) -> bool:
        """Whether purpose, recipient and signature are right, so that the header may be believed, even when late."""
        try:
            message.verify(message.parse(data), message.SealingPurpose.COMMAND, self._identity, self._office, now=0)
        except SealingError:
            return False
        return True

    def _refuse(self, data: bytes, message_id: bytes, digest: bytes, code: str, now: float) -> Reception:
        expires = fields.read_time(message.parse(data).header[fields.EXPIRES])
        received = ReceivedCommand(message_id, digest, UNKNOWN, UNKNOWN, UNKNOWN, None, expires)
        result = self._answers.seal(message_id, CommandOutcome.REFUSED, code, now)
        self._journal.refuse_at_once(received, code, result, now)
        return Reception(ReceptionOutcome.REFUSED, message_id, code)

    def _quarantine(self, digest: bytes, code: str, data: bytes, now: float) -> Reception:
        self._journal.quarantine(digest, code, len(data), now)
        return Reception(ReceptionOutcome.QUARANTINED, None, code)


def masked(supply_point: str) -> str:
    """A supply point as logs and journal show it: area and last four digits."""
    return f"{supply_point[:2]}…{supply_point[-4:]}"


def _received(command: Command, digest: bytes) -> ReceivedCommand:
    rewrite = isinstance(command, RewritePassword)
    return ReceivedCommand(
        message_id=command.message_id,
        digest=digest,
        kind="rewrite_password" if rewrite else "read_status",
        supply_point=masked(command.supply_point),
        unit=command.communication_unit,
        generation=command.generation if isinstance(command, RewritePassword) else None,
        expires=command.expires,
    )
