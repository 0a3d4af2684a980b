"""A command or a message that breaks the agent is ended by itself; those behind it are carried out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from control_rig import Office, Street, street, until

from keiki.control.agent import Agent
from keiki.control.answers import Answers
from keiki.control.drivers.maintenance_port import MaintenancePort
from keiki.control.execution import FAILED, Executor, RetryPauses
from keiki.control.journal import AgentJournal
from keiki.control.reception import Receiver
from keiki.protocols.relay.messages import CommandOutcome
from keiki.protocols.sealing.identity import Identity, Zone


class Line:
    """A relay in memory: what is put on it is delivered until it is acknowledged, and what the agent puts is kept."""

    def __init__(self) -> None:
        self.waiting: dict[bytes, bytes] = {}
        self.put_on: list[bytes] = []

    async def fetch(self, _batch: int, _timeout: float) -> list[Any]:
        await asyncio.sleep(0.02)
        return [_Delivered(data, self._ack(key)) for key, data in list(self.waiting.items())]

    async def put(self, data: bytes, _message_id: bytes) -> None:
        self.put_on.append(data)

    def _ack(self, key: bytes) -> Callable[[], Awaitable[None]]:
        async def ack() -> None:
            self.waiting.pop(key, None)

        return ack


class _Delivered:
    def __init__(self, data: bytes, ack: Callable[[], Awaitable[None]]) -> None:
        self.data, self.ack = data, ack


class Rig:
    """An agent on the line, with a real journal and a real meter."""

    def __init__(self, folder: Path, here: Street) -> None:
        self.identity, self.line = Identity.generate(Zone.CONTROL, "control"), Line()
        self.office = Office(self.identity.card)
        card, self.journal = self.office.identity.card, AgentJournal(folder / "journal.sqlite3")
        self.answers = Answers(self.identity, card)
        self.receiver = Receiver(self.identity, card, self.journal, self.answers)
        driver = MaintenancePort("127.0.0.1", here.head_end.port, reply_seconds=0.2)
        parts = (self.identity, card, self.journal, self.answers)
        self.executor = Executor(*parts, driver=driver, pauses=RetryPauses(0.1, 1), clock=time.time)
        self.stop = asyncio.Event()
        agent = Agent(self.line, self.journal, self.receiver, self.executor, parallel=2, keep_days=1)  # type: ignore[arg-type]
        self.running = asyncio.ensure_future(agent.run(self.stop))

    def send(self, message_id: bytes, data: bytes) -> bytes:
        self.line.waiting[message_id] = data
        return message_id

    def results(self) -> dict[bytes, Any]:
        return {each.message_id: each for each in map(self.office.open, self.line.put_on)}


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with street() as here:
        made = Rig(tmp_path, here)
        yield made
        made.stop.set()
        await made.running


async def test_a_command_that_breaks_the_agent_is_answered_and_the_next_is_carried_out(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, data = rig.office.read_status()
    conclude = Executor._conclude

    def breaks(self: Executor, entry: Any, *more: Any) -> None:
        if entry.message_id == first:
            raise KeyError("a state that nobody foresaw")
        conclude(self, entry, *more)

    monkeypatch.setattr(Executor, "_conclude", breaks)
    rig.send(first, data)
    second = rig.send(*rig.office.read_status())
    await until(lambda: len(rig.results()) == 2)
    results = rig.results()
    assert (results[first].outcome, results[first].reason) == (CommandOutcome.REFUSED, FAILED)
    assert results[second].outcome is CommandOutcome.SUCCEEDED
    await until(lambda: not rig.line.waiting)
    assert not rig.running.done()


async def test_a_write_whose_agent_broke_is_not_called_refused(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise KeyError

    monkeypatch.setattr(Executor, "_conclude", breaks)
    written = rig.send(*rig.office.rewrite())
    await until(lambda: written in rig.results())
    assert (rig.results()[written].outcome, rig.results()[written].reason) == (CommandOutcome.UNREACHABLE, FAILED)


async def test_what_cannot_even_be_answered_is_put_away_once_and_for_all(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, data = rig.office.read_status()
    seal = Answers.seal

    def breaks(self: Answers, message_id: bytes, *more: Any, **named: Any) -> bytes:
        if message_id == first:
            raise KeyError
        return seal(self, message_id, *more, **named)

    monkeypatch.setattr(Answers, "seal", breaks)
    rig.send(first, data)
    second = rig.send(*rig.office.read_status())
    await until(lambda: second in rig.results() and not rig.line.waiting)
    assert rig.journal.events(first)[-1] == "set_aside"
    entry = rig.journal.find(first)
    assert entry
    assert (entry.sealed, entry.reason) == (None, FAILED)
    assert rig.journal.recover(0.0) <= 1
    assert first not in {each.message_id for each in rig.journal.due(float("inf"), 10)}


async def test_a_message_that_breaks_its_reader_is_quarantined_and_the_next_is_read(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = Receiver.receive

    def breaks(self: Receiver, data: bytes, now: float) -> Any:
        if data == b"odd":
            raise KeyError
        return receive(self, data, now)

    monkeypatch.setattr(Receiver, "receive", breaks)
    rig.send(b"odd", b"odd")
    good = rig.send(*rig.office.read_status())
    await until(lambda: good in rig.results() and not rig.line.waiting)
    assert [each.code for each in rig.journal.quarantined(9)] == ["broken"]
