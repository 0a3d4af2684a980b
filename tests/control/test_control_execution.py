"""One command against a real meter over a real line: exactly once, and the truth about it."""

from __future__ import annotations

import asyncio
import collections
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from control_rig import ID, NEW_PASSWORD, OLD_PASSWORD, PLACE, UNIT, Office, Street, street
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keiki.bench.radio.joining import HemsCredential, join
from keiki.bench.radio.meter_station import MeterStation
from keiki.control.answers import Answers
from keiki.control.drivers.maintenance_port import MaintenancePort
from keiki.control.entries import JournalEntry
from keiki.control.execution import Executor, RetryPauses
from keiki.control.journal import AgentJournal
from keiki.control.reception import Receiver, ReceptionOutcome
from keiki.domain.remote.lifecycle import CommandState
from keiki.protocols.meter_port import messages as m
from keiki.protocols.relay.body import STATUS, write_result
from keiki.protocols.relay.messages import CommandOutcome, CommandResult
from keiki.protocols.sealing.identity import Identity, Zone


class Agent:
    """The agent's parts without its loops: a journal, a receiver and an executor, and a clock that can be set ahead."""

    def __init__(self, folder: Path, port: int, *, send_last_exchange: bool = False) -> None:
        self.send_last_exchange = send_last_exchange
        self.identity = Identity.generate(Zone.CONTROL, "control")
        self.office = Office(self.identity.card)
        self.journal = AgentJournal(folder / "journal.sqlite3")
        self.ahead = 0.0
        self.port = port
        self._wire()

    def _wire(self) -> None:
        office = self.office.identity.card
        answers = Answers(self.identity, office, send_last_exchange=self.send_last_exchange)
        self.receiver = Receiver(self.identity, office, self.journal, answers)
        self.executor = Executor(
            self.identity,
            office,
            self.journal,
            answers,
            driver=MaintenancePort("127.0.0.1", self.port, reply_seconds=0.05),
            pauses=RetryPauses(1, 8),
            clock=self.now,
        )

    def now(self) -> float:
        return time.time() + self.ahead

    def take(self, data: bytes) -> JournalEntry:
        reception = self.receiver.receive(data, self.now())
        assert reception.taken is ReceptionOutcome.NEW
        return self.entry(reception.message_id or b"")

    def entry(self, message_id: bytes) -> JournalEntry:
        entry = self.journal.find(message_id)
        assert entry
        return entry

    async def attempt(self, message_id: bytes) -> JournalEntry:
        await self.executor.attempt(self.entry(message_id))
        return self.entry(message_id)

    def result(self, entry: JournalEntry) -> CommandResult:
        assert entry.result
        return self.office.open(entry.result)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@asynccontextmanager
async def scene(folder: Path, *, send_last_exchange: bool = False) -> AsyncIterator[tuple[Agent, Street]]:
    async with street() as here:
        agent = Agent(folder, here.head_end.port, send_last_exchange=send_last_exchange)
        try:
            yield agent, here
        finally:
            agent.journal.close()


async def test_a_password_is_written_proved_and_answered(folder: Path) -> None:
    async with scene(folder) as (agent, here):
        message_id, data = agent.office.rewrite()
        agent.take(data)
        entry = await agent.attempt(message_id)
        assert entry.state is CommandState.SUCCEEDED
        assert entry.sealed is None
        result = agent.result(entry)
        assert (result.outcome, result.reason, result.generation) == (CommandOutcome.SUCCEEDED, "", 2)
        assert here.holds(2, NEW_PASSWORD)
        assert agent.journal.events(message_id) == [
            *("receive", "execute", "match_meter", "write", "acknowledge", "prove", "succeed")
        ]


async def test_what_breaks_after_the_answer_takes_no_answer_away(folder: Path) -> None:
    async with scene(folder) as (agent, _):
        message_id, data = agent.office.rewrite()
        before = agent.take(data)
        answered = await agent.attempt(message_id)
        agent.executor.set_aside(before, RuntimeError("the driver's thread"))
        assert agent.entry(message_id) == answered
        assert agent.result(answered).outcome is CommandOutcome.SUCCEEDED
        assert "set_aside" not in agent.journal.events(message_id)


async def test_a_status_is_read_as_it_is(folder: Path) -> None:
    async with scene(folder) as (agent, here):
        message_id, data = agent.office.read_status()
        agent.take(data)
        result = agent.result(await agent.attempt(message_id))
        shown = here.meter.communication.status(here.meter.now())
        assert result.status
        assert result.outcome is CommandOutcome.SUCCEEDED
        assert (result.status.startup, result.status.authentication, result.status.connection) == (
            shown.startup.value,
            shown.authentication.value,
            shown.connection.value,
        )
        assert result.status.condition == shown.condition.value


def join_hems(here: Street) -> None:
    """Let a HEMS join over the air."""
    collections.deque(join(MeterStation(here.meter), "hems", HemsCredential(ID, OLD_PASSWORD), os.urandom), maxlen=0)
    assert here.meter.communication.route_b.joined == "hems"


@pytest.mark.parametrize("fast", [0, 7200])
async def test_a_status_says_the_last_exchange_by_the_agents_clock(folder: Path, fast: int) -> None:
    async with scene(folder, send_last_exchange=True) as (agent, here):
        join_hems(here)
        agent.ahead = float(-fast)  # the meter's clock is fast
        message_id, data = agent.office.read_status()
        agent.take(data)
        status = agent.result(await agent.attempt(message_id)).status
        assert status
        assert status.connection == "clear"
        assert status.last_exchange is not None
        assert status.read_at - 5 <= status.last_exchange <= status.read_at


@pytest.mark.parametrize("joined", [True, False])
async def test_a_status_has_no_last_exchange_for_an_older_office_or_without_a_session(
    folder: Path, joined: bool
) -> None:
    async with scene(folder, send_last_exchange=not joined) as (agent, here):
        if joined:
            join_hems(here)
        message_id, data = agent.office.read_status()
        agent.take(data)
        result = agent.result(await agent.attempt(message_id))
        assert result.status
        assert result.status.connection == ("clear" if joined else "failure")
        assert len(write_result(result)[STATUS]) == 5, "what the landed office reads"


async def test_an_older_generation_is_refused_and_nothing_is_written(folder: Path) -> None:
    async with scene(folder) as (agent, here):
        here.meter.communication.write(m.WriteCredential(5, ID, OLD_PASSWORD))
        message_id, data = agent.office.rewrite(generation=2)
        agent.take(data)
        entry = await agent.attempt(message_id)
        assert (entry.state, entry.reason) == (CommandState.REFUSED, "older_generation")
        assert agent.result(entry).generation == 5
        assert here.holds(5, OLD_PASSWORD)


async def test_the_same_generation_with_another_password_is_never_a_success(folder: Path) -> None:
    async with scene(folder) as (agent, here):
        here.meter.communication.write(m.WriteCredential(2, ID, "SomeOtherPw1"))
        message_id, data = agent.office.rewrite(generation=2)
        agent.take(data)
        entry = await agent.attempt(message_id)
        assert (entry.state, entry.reason) == (CommandState.REFUSED, "not_authenticated")
        assert here.holds(2, "SomeOtherPw1")


async def test_a_unit_that_nobody_has_is_refused_by_the_head_end(folder: Path) -> None:
    async with scene(folder) as (agent, _):
        message_id, data = agent.office.rewrite(unit="NOSUCHUNIT")
        agent.take(data)
        entry = await agent.attempt(message_id)
        assert (entry.state, entry.reason) == (CommandState.REFUSED, "unknown_unit")


async def test_a_protected_meter_is_a_refusal(folder: Path) -> None:
    async with scene(folder) as (agent, here):
        here.meter.damage.refuse_writes = True
        message_id, data = agent.office.rewrite()
        agent.take(data)
        entry = await agent.attempt(message_id)
        assert (entry.state, entry.reason) == (CommandState.REFUSED, "write_protected")
        assert here.holds(1, OLD_PASSWORD)


class TestSilence:
    async def test_a_silent_meter_is_asked_again_with_growing_pauses_until_the_time_is_over(self, folder: Path) -> None:
        async with scene(folder) as (agent, here):
            here.meter.damage.unreachable = True
            message_id, data = agent.office.rewrite(seconds=60)
            entry = agent.take(data)
            pauses = []
            while entry.sealed:
                before = agent.now()
                entry = await agent.attempt(message_id)
                if entry.sealed:
                    assert entry.state is CommandState.RECEIVED
                    pauses.append(round(entry.due_at - before))
                    agent.ahead += entry.due_at - agent.now()
            assert pauses[:4] == [1, 2, 4, 8]
            assert set(pauses[4:]) == {8}
            assert (entry.state, entry.reason) == (CommandState.UNREACHABLE, "no_answer")
            assert agent.result(entry).outcome is CommandOutcome.UNREACHABLE
            assert 50 < agent.ahead < 60

    async def test_a_meter_that_comes_back_is_written_once(self, folder: Path) -> None:
        async with scene(folder) as (agent, here):
            here.meter.damage.unreachable = True
            message_id, data = agent.office.rewrite()
            agent.take(data)
            await agent.attempt(message_id)
            here.meter.damage.unreachable = False
            entry = await agent.attempt(message_id)
            assert entry.state is CommandState.SUCCEEDED
            assert here.head_end.accepted == [2]

    async def test_a_write_whose_reply_was_lost_is_not_a_failure(self, folder: Path) -> None:
        async with scene(folder) as (agent, here):
            here.meter.damage.lose_replies(1, "after", writes_only=True)
            message_id, data = agent.office.rewrite()
            agent.take(data)
            entry = await agent.attempt(message_id)
            assert entry.state is CommandState.SUCCEEDED
            assert here.head_end.accepted == [2]
            assert {"lose_reply", "find_held"} <= set(agent.journal.events(message_id))

    async def test_a_write_never_answered_ends_as_unreachable_with_a_lost_reply(self, folder: Path) -> None:
        async with scene(folder) as (agent, here):

            def cut(when: str, request: object) -> None:
                if when == "after" and isinstance(request, m.WriteCredential):
                    here.meter.damage.unreachable = True

            here.head_end.on_ask = cut
            here.meter.damage.lose_replies(1, "after", writes_only=True)
            message_id, data = agent.office.rewrite(seconds=60)
            agent.take(data)
            assert (await agent.attempt(message_id)).state is CommandState.RECEIVED
            agent.ahead += 61
            entry = await agent.attempt(message_id)
            assert (entry.state, entry.reason) == (CommandState.UNREACHABLE, "reply_lost")

    async def test_a_later_refusal_does_not_turn_a_lost_reply_into_a_failure(self, folder: Path) -> None:
        async with scene(folder) as (agent, here):
            message_id, data = agent.office.rewrite()
            agent.take(data)
            here.meter.damage.lose_replies(100, "before", writes_only=True)
            assert (await agent.attempt(message_id)).state is CommandState.RECEIVED
            here.meter.damage.lose_replies(0, "before")
            here.meter.damage.refuse_writes = True
            entry = await agent.attempt(message_id)
            assert entry.state is CommandState.RECEIVED
            here.meter.damage.refuse_writes = False
            assert (await agent.attempt(message_id)).state is CommandState.SUCCEEDED

    async def test_a_command_never_tried_in_time_is_refused_as_expired(self, folder: Path) -> None:
        async with scene(folder) as (agent, here):
            message_id, data = agent.office.rewrite(seconds=10)
            agent.take(data)
            agent.ahead += 11
            entry = await agent.attempt(message_id)
            assert (entry.state, entry.reason) == (CommandState.REFUSED, "expired")
            assert here.head_end.asked == []

    async def test_no_head_end_at_all_is_silence(self, folder: Path) -> None:
        async with scene(folder) as (agent, here):
            await here.head_end.stop()
            message_id, data = agent.office.rewrite()
            agent.take(data)
            entry = await agent.attempt(message_id)
            assert entry.state is CommandState.RECEIVED
            assert entry.attempts == 1

    async def test_a_late_reply_is_not_taken_for_another_question(self, folder: Path) -> None:
        async with scene(folder) as (agent, here):
            here.meter.damage.delay = 0.06
            message_id, data = agent.office.rewrite()
            agent.take(data)
            await agent.attempt(message_id)
            here.meter.damage.delay = 0.0
            await asyncio.sleep(0.1)
            if agent.entry(message_id).sealed:
                await agent.attempt(message_id)
            assert agent.entry(message_id).state is CommandState.SUCCEEDED
            assert here.head_end.accepted == [2]


class _Line:
    """What the line does to each request in turn."""

    def __init__(self, fates: list[str]) -> None:
        self.fates = list(fates)

    def next(self, here: Street) -> None:
        fate = self.fates.pop(0) if self.fates else "sent"
        if fate == "sent":
            here.meter.damage.lose_replies(0, "before")
        else:
            here.meter.damage.lose_replies(1, "before" if fate == "before" else "after")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=st.lists(st.sampled_from(["sent", "before", "after"]), max_size=14))
async def test_whatever_the_line_loses_the_meter_is_written_once(
    tmp_path_factory: pytest.TempPathFactory, fates: list[str]
) -> None:
    async with scene(tmp_path_factory.mktemp("line")) as (agent, here):
        agent.executor._driver._patience = 0.01  # type: ignore[attr-defined]
        line = _Line(fates)
        here.head_end.on_ask = lambda when, _: line.next(here) if when == "before" else None
        message_id, data = agent.office.rewrite()
        agent.take(data)
        for _ in range(8):
            entry = await agent.attempt(message_id)
            if not entry.sealed:
                break
        assert entry.state is CommandState.SUCCEEDED
        assert here.head_end.accepted == [2]
        assert here.holds(2, NEW_PASSWORD)


def everything_in(folder: Path) -> tuple[bytes, str]:
    """All bytes of the folder's files, and the journal as text."""
    database = sqlite3.connect(folder / "journal.sqlite3")
    dump = "\n".join(database.iterdump())
    database.close()
    return b"".join(path.read_bytes() for path in folder.iterdir()), dump


async def test_the_journal_holds_no_secret_and_no_supply_point(folder: Path) -> None:
    async with scene(folder) as (agent, _):
        for _ in range(3):
            message_id, data = agent.office.rewrite(generation=2)
            agent.take(data)
            entry = await agent.attempt(message_id)
            agent.journal.record_put(message_id, agent.now())
        stored = agent.entry(message_id)
        assert (stored.sealed, stored.result) == (None, None)
        assert entry.unit == UNIT
    found, dump = everything_in(folder)
    for secret in (NEW_PASSWORD, ID, PLACE.supply_point):
        assert secret.encode() not in found
        assert secret not in dump


async def test_new_commands_are_not_held_up_by_silent_meters(folder: Path) -> None:
    async with scene(folder) as (agent, here):
        here.meter.damage.unreachable = True
        silent, data = agent.office.read_status()
        agent.take(data)
        await agent.attempt(silent)
        fresh, data = agent.office.rewrite()
        agent.take(data)
        agent.ahead += 10
        assert [entry.message_id for entry in agent.journal.due(agent.now(), 10)] == [fresh, silent]
