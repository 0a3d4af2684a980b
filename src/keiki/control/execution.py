"""Carrying out one command: open it, drive the meter, answer or try again later.

A lost reply never ends a command as a failure: the procedure asks the meter, and a meter that stays silent is asked
again with growing pauses until the command's time is over. Then the answer is *unreachable*, with what is known:
``no_answer`` where nothing was ever sent that changes the meter, ``reply_lost`` where a write was sent and never
answered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from keiki.control.answers import Answers
from keiki.control.drivers import Driver
from keiki.control.entries import JournalEntry
from keiki.control.journal import AgentJournal
from keiki.domain.remote.lifecycle import CommandEvent, CommandState
from keiki.protocols.meter_port.messages import MeterRefusalReason
from keiki.protocols.meter_port.procedure import (
    IntendedMeter,
    MeterCredential,
    MeterWriteEvent,
    MeterWriteOutcome,
    MeterWriteResult,
)
from keiki.protocols.relay.messages import Command, CommandOutcome, RewritePassword
from keiki.protocols.relay.wire import open_command
from keiki.protocols.sealing.credential import open_credential
from keiki.protocols.sealing.errors import Expired, SealingError
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.protocols.sealing.message import SealingPurpose

log = structlog.get_logger()

FAILED = "agent_failed"
"""What is answered where the agent itself failed."""
_TELLS_WHAT_IS_HELD = frozenset(
    {MeterRefusalReason.OLDER_GENERATION, MeterRefusalReason.OTHER_CONTENT, MeterRefusalReason.NOT_AUTHENTICATED}
)
"""Refusals that settle a write whose reply was lost; any other says nothing about what the meter holds."""


@dataclass(frozen=True)
class RetryPauses:
    """How long until a silent meter is asked again: ``first`` seconds, then twice as long, up to ``longest``."""

    first: float
    longest: float

    def after(self, attempts: int) -> float:
        """Seconds to wait after so many attempts."""
        return min(self.longest, self.first * 2.0 ** min(attempts - 1, 30))


class Executor:
    """Carries commands out, one call for each attempt."""

    def __init__(
        self,
        identity: Identity,
        office_card: IdentityCard,
        journal: AgentJournal,
        answers: Answers,
        *,
        driver: Driver,
        pauses: RetryPauses,
        clock: Callable[[], float],
    ) -> None:
        self._identity, self._office, self._journal = identity, office_card, journal
        self._answers, self._driver, self._pauses, self._clock = answers, driver, pauses, clock

    async def attempt(self, entry: JournalEntry) -> None:
        """Try once; afterwards the journal holds an answer or the time of the next attempt."""
        wrote_before = self._journal.wrote(entry.message_id)
        try:
            command = self._open(entry)
        except SealingError as error:
            if wrote_before or isinstance(error, Expired):
                self._give_up(entry)
            else:
                self._answer(entry, (CommandEvent.REFUSE,), CommandOutcome.REFUSED, error.code)
            return
        self._journal.execute(entry, self._clock())
        try:
            met = await self._meet(command)
        except SealingError as error:
            self._answer(_executing(entry), (CommandEvent.REFUSE,), CommandOutcome.REFUSED, error.code)
            return
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 - a driver that broke is a lost reply, and its text may hold a secret
            log.error("driver broke", **about(entry), error=type(error).__name__)
            met = MeterWriteOutcome(MeterWriteResult.UNREACHABLE, "unknown")
        self._conclude(_executing(entry), met, wrote_before)

    def set_aside(self, entry: JournalEntry, error: Exception) -> None:
        """End a command that broke whatever carries it out, so that it is never tried again and the others go on.

        The office hears that the agent failed: *refused* where nothing was sent to the meter, else *unreachable*. Where
        not even that can be said, the command is put away in the journal and expires at the office.
        """
        log.error("command set aside", **about(entry), error=type(error).__name__)
        kept = self._journal.find(entry.message_id)
        if kept is None or kept.sealed is None:
            return
        try:
            if not self._journal.wrote(entry.message_id):
                self._answer(kept, (CommandEvent.REFUSE,), CommandOutcome.REFUSED, FAILED)
            else:
                waiting = kept.state is CommandState.RECEIVED
                events = (CommandEvent.EXPIRE, CommandEvent.GIVE_UP) if waiting else (CommandEvent.GIVE_UP,)
                self._answer(kept, events, CommandOutcome.UNREACHABLE, FAILED)
        except sqlite3.Error:
            raise
        except Exception as again:  # noqa: BLE001 - the agent must outlive a command that cannot even be answered
            log.error("command not answered", **about(entry), error=type(again).__name__)
            self._journal.set_aside(entry.message_id, FAILED, self._clock())

    def _open(self, entry: JournalEntry) -> Command:
        assert entry.sealed  # noqa: S101 - the journal gives out what is due, and that is sealed
        return open_command(entry.sealed, self._identity, self._office, int(self._clock()))

    async def _meet(self, command: Command) -> MeterWriteOutcome:
        target = IntendedMeter(command.communication_unit, command.supply_point)

        def note(event: MeterWriteEvent) -> None:
            self._journal.note(command.message_id, event, self._clock())

        if not isinstance(command, RewritePassword):
            return await self._driver.read_status(target, note)
        opened = open_credential(
            command.credential,
            self._identity,
            self._office,
            int(self._clock()),
            purpose=SealingPurpose.RELAY,
            communication_unit=command.communication_unit,
            supply_point=command.supply_point,
        )
        credential = MeterCredential(command.generation, opened.authentication_id, opened.password)
        return await self._driver.set_credential(target, credential, note)

    def _conclude(self, entry: JournalEntry, met: MeterWriteOutcome, wrote_before: bool) -> None:
        in_doubt = (wrote_before or met.written == "unknown") and met.reason not in _TELLS_WHAT_IS_HELD
        if met.result is MeterWriteResult.SUCCEEDED:
            self._answer(entry, (CommandEvent.SUCCEED,), CommandOutcome.SUCCEEDED, "", met)
        elif met.result is MeterWriteResult.UNREACHABLE or in_doubt:
            self._ask_later(entry)
        else:
            reason = met.reason.value if met.reason else met.result.value
            self._answer(entry, (CommandEvent.REFUSE,), CommandOutcome.REFUSED, reason, met)

    def _ask_later(self, entry: JournalEntry) -> None:
        due_at = self._clock() + self._pauses.after(entry.attempts)
        if due_at < entry.expires:
            self._journal.try_again(entry.message_id, due_at, self._clock())
            log.info("meter gives no answer, will ask again", **about(entry), due_at=round(due_at))
        else:
            self._give_up(entry)

    def _give_up(self, entry: JournalEntry) -> None:
        """The command's time is over: what was never tried is refused, of what was tried only the silence is told."""
        if entry.attempts == 0:
            self._answer(entry, (CommandEvent.REFUSE,), CommandOutcome.REFUSED, Expired.code)
            return
        reason = "reply_lost" if self._journal.wrote(entry.message_id) else "no_answer"
        waiting = entry.state is CommandState.RECEIVED
        events = (CommandEvent.EXPIRE, CommandEvent.GIVE_UP) if waiting else (CommandEvent.GIVE_UP,)
        self._answer(entry, events, CommandOutcome.UNREACHABLE, reason)

    def _answer(
        self,
        entry: JournalEntry,
        events: tuple[CommandEvent, ...],
        outcome: CommandOutcome,
        reason: str,
        met: MeterWriteOutcome | None = None,
    ) -> None:
        now = self._clock()
        generation, status = (met.generation, met.status) if met else (None, None)
        result = self._answers.seal(entry.message_id, outcome, reason, now, generation=generation, status=status)
        self._journal.answer(entry, events, reason, result, now)
        log.info("command answered", **about(entry), outcome=outcome.value, reason=reason)


def about(entry: JournalEntry) -> dict[str, object]:
    """What a log line says of a command: nothing personal, nothing secret."""
    return {
        "message": entry.message_id.hex(),
        "kind": entry.kind,
        "unit": entry.unit,
        "supply_point": entry.supply_point,
        "attempts": entry.attempts,
    }


def _executing(entry: JournalEntry) -> JournalEntry:
    return replace(entry, state=CommandState.EXECUTING, attempts=entry.attempts + 1)
