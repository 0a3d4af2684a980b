"""The whole way on real parts: office's client, relay, agent, head end, meter; and ``kill -9`` at every point."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from control_rig import (
    ID,
    NEW_PASSWORD,
    OLD_PASSWORD,
    PLACE,
    AgentProcess,
    Office,
    Street,
    control_command,
    street,
    until,
)
from relay_rig import Relay, logged_in, make_relay, raw_client

from files_on_disk import files_in
from keiki.control.folder import Folder
from keiki.protocols.meter_port import messages as m
from keiki.protocols.relay.messages import CommandOutcome, CommandResult
from keiki.relay.client import RelayClient, Side
from keiki.relay.client.subjects import put_by
from sealed_hunter import files_opened_by

pytestmark = pytest.mark.slow

SETTINGS = """
relay_url = "{url}"
head_end = "127.0.0.1:{port}"
reply_seconds = 0.3
retry_first_seconds = 0.2
retry_longest_seconds = 1.0
"""


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    relay = make_relay(tmp_path_factory.mktemp("dmz"))
    (relay.folder / "settings.toml").write_text("redeliver_seconds = 1\n")
    relay.start()
    yield relay
    relay.stop()


@dataclass
class Whole:
    """Everything at once; ``results`` is what the office has heard."""

    relay: Relay
    agent: AgentProcess
    office: Office
    client: RelayClient
    street: Street
    results: list[CommandResult] = field(default_factory=list)

    async def hear(self, count: int = 1, seconds: float = 15) -> None:
        """Wait until the office heard ``count`` results."""
        deadline = time.monotonic() + seconds
        while len(self.results) < count:
            assert time.monotonic() < deadline, self.agent.log[-3000:]
            for delivery in await self.client.fetch(8, timeout=0.2):
                self.results.append(self.office.open(delivery.data))
                await delivery.ack()


@pytest.fixture
async def whole(relay: Relay, tmp_path: Path) -> AsyncIterator[Whole]:
    agent = AgentProcess(tmp_path / "control")
    Folder(agent.folder).make("control")
    (agent.folder / "keys" / "relay.nk").write_bytes(relay.seed(Side.CONTROL).read_bytes())
    office = Office(Folder(agent.folder).identity().card)
    Folder(agent.folder).trust_office(office.identity.card.to_json().encode())
    async with street() as here, logged_in(relay, Side.OFFICE) as client:
        (agent.folder / "settings.toml").write_text(SETTINGS.format(url=relay.url, port=here.head_end.port))
        yield Whole(relay, agent, office, client, here)
        if agent.process and agent.process.poll() is None:
            await asyncio.to_thread(agent.stop)
        await _empty(relay)


async def test_a_rewrite_goes_all_the_way_and_back(whole: Whole) -> None:
    whole.agent.start()
    message_id, data = whole.office.rewrite()
    await whole.client.put(data, message_id)
    await whole.hear()
    (result,) = whole.results
    assert (result.message_id, result.outcome, result.generation) == (message_id, CommandOutcome.SUCCEEDED, 2)
    assert whole.street.holds(2, NEW_PASSWORD)
    status = await asyncio.to_thread(whole.agent.status)
    assert status["counts"] == {"succeeded": 1}
    assert status["commands"][0]["events"][-2:] == ["prove", "succeed"]
    assert await asyncio.to_thread(whole.agent.stop) == 0
    _no_secret_anywhere(whole)


async def test_all_files_and_the_agents_key_open_nothing_that_was_answered(whole: Whole) -> None:
    """While a meter is silent its command lies in journal and relay; once it is answered, in no file of either."""
    key, sender = Folder(whole.agent.folder).identity(), [whole.office.identity.card]
    folders = [whole.agent.folder, whole.relay.folder]
    whole.street.meter.damage.unreachable = True
    whole.agent.start()
    message_id, data = whole.office.rewrite()
    await whole.client.put(data, message_id)
    await until(lambda: len(files_opened_by(folders, key, sender)) >= 2)
    whole.street.meter.damage.unreachable = False
    await whole.hear()
    assert whole.results[0].outcome is CommandOutcome.SUCCEEDED
    await until(lambda: files_opened_by(folders, key, sender) == [], seconds=5)
    assert whole.agent.process
    assert whole.agent.process.poll() is None, "the agent still runs: its end did not tidy up"


async def test_a_status_and_many_at_once(whole: Whole) -> None:
    whole.agent.start()
    for _ in range(10):
        message_id, data = whole.office.read_status()
        await whole.client.put(data, message_id)
    await whole.hear(10)
    assert {r.outcome for r in whole.results} == {CommandOutcome.SUCCEEDED}
    assert all(r.status for r in whole.results)


async def test_a_silent_meter_is_reported_unreachable_at_its_time(whole: Whole) -> None:
    whole.street.meter.damage.unreachable = True
    whole.agent.start()
    message_id, data = whole.office.read_status(seconds=5)
    await whole.client.put(data, message_id)
    await whole.hear()
    assert (whole.results[0].outcome, whole.results[0].reason) == (CommandOutcome.UNREACHABLE, "no_answer")


async def test_an_answer_is_not_swallowed_by_what_was_put_under_its_id(whole: Whole) -> None:
    message_id, data = whole.office.read_status()
    async with raw_client(whole.relay, Side.CONTROL) as thief:
        header = {"Nats-Msg-Id": message_id.hex()}
        await thief.nats.request(put_by(Side.CONTROL).subject, b"not the agent's", headers=header, timeout=2)
    (junk,) = await whole.client.fetch(8, timeout=2)
    await junk.ack()
    whole.agent.start()
    await whole.client.put(data, message_id)
    await whole.hear()
    assert [(r.message_id, r.outcome) for r in whole.results] == [(message_id, CommandOutcome.SUCCEEDED)]


async def test_rubbish_does_not_stop_the_agent(whole: Whole) -> None:
    whole.agent.start()
    _, forged = Office(whole.office.control).rewrite()
    for n, data in enumerate((b"rubbish", forged, bytes(512))):
        await whole.client.put(data, b"rubbish %d" % n + data[-8:])
    message_id, data = whole.office.read_status()
    await whole.client.put(data, message_id)
    await whole.hear()
    assert [r.message_id for r in whole.results] == [message_id]
    status = await asyncio.to_thread(whole.agent.status)
    assert sorted(q["code"] for q in status["quarantined"]) == ["bad_signature", "malformed", "malformed"]


async def test_the_relay_may_go_away_and_come_back(tmp_path: Path, whole: Whole) -> None:
    whole.agent.start()
    await until(lambda: "agent runs" in whole.agent.log)
    await asyncio.to_thread(whole.relay.kill)
    await asyncio.to_thread(whole.relay.start)
    message_id, data = whole.office.rewrite()
    await whole.client.put(data, message_id)
    await whole.hear()
    assert whole.results[0].outcome is CommandOutcome.SUCCEEDED


POINTS = [
    ("Journal.receive", "before"),
    ("Journal.receive", "after"),
    ("Journal.execute", "after"),
    ("Journal.note", "after"),
    ("Journal.answer", "before"),
    ("Journal.answer", "after"),
    ("RelayClient.put", "after"),
    ("Journal.record_put", "after"),
    ("Delivery.ack", "after"),
]


@pytest.mark.parametrize(("method", "when"), POINTS, ids=[f"{when} {method}" for method, when in POINTS])
async def test_killed_at_any_point_nothing_is_lost_and_nothing_doubled(whole: Whole, method: str, when: str) -> None:
    dying = [sys.executable, str(Path(__file__).with_name("dying_agent.py")), method, when, "run"]
    whole.agent.start(dying)
    message_id, data = whole.office.rewrite()
    await whole.client.put(data, message_id)
    await _written_once_after(whole, message_id)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "request_kind",
    [m.WriteCredential, m.AuthenticateFinish],
    ids=lambda kind: kind.__name__,
)
async def test_killed_at_any_request_nothing_is_lost_and_nothing_doubled(
    whole: Whole, request_kind: type[object], when: str
) -> None:
    whole.agent.start()
    whole.street.head_end.on_ask = _killing(whole.agent, request_kind, when)
    message_id, data = whole.office.rewrite()
    await whole.client.put(data, message_id)
    await _written_once_after(whole, message_id)


def _killing(agent: AgentProcess, request_kind: type[object], when: str) -> Callable[[str, object], None]:
    def kill(now: str, request: object) -> None:
        if now == when and isinstance(request, request_kind) and agent.process and agent.process.poll() is None:
            agent.process.kill()
            agent.process.wait(5)

    return kill


async def _written_once_after(whole: Whole, message_id: bytes) -> None:
    """The agent dies; another one on the same folder brings the command to its one right end."""
    process = whole.agent.process
    assert process
    await until(lambda: process.poll() is not None)
    assert process.returncode == -9
    whole.street.head_end.on_ask = lambda when, request: None
    whole.agent.start()
    await whole.hear()
    assert {(r.message_id, r.outcome, r.generation) for r in whole.results} == {
        (message_id, CommandOutcome.SUCCEEDED, 2)
    }
    assert whole.street.head_end.accepted == [2]
    assert whole.street.holds(2, NEW_PASSWORD)
    await _until_the_relay_is_empty(whole)
    assert whole.street.head_end.accepted == [2]
    _no_secret_anywhere(whole)


async def _until_the_relay_is_empty(whole: Whole, lives: int = 10) -> None:
    """What was not acknowledged comes again within a second of a running agent; a busy machine takes longer."""
    for _ in range(lives):
        await asyncio.sleep(1.2)
        await asyncio.to_thread(whole.agent.stop)
        if await _left_on(whole.relay, Side.CONTROL) == []:
            break
        whole.agent.start()
    else:
        pytest.fail("a command stayed on the relay")
    assert await _left_on(whole.relay, Side.OFFICE) == []


async def test_two_agents_never_share_a_folder(whole: Whole) -> None:
    whole.agent.start()
    await until(lambda: "agent runs" in whole.agent.log)
    second = await asyncio.create_subprocess_exec(
        *control_command("run", "--data", str(whole.agent.folder)), stderr=asyncio.subprocess.PIPE
    )
    _, errors = await second.communicate()
    assert second.returncode == 2
    assert b"another agent runs" in errors


def _no_secret_anywhere(whole: Whole) -> None:
    for path, found in (*files_in(whole.agent.folder), *files_in(whole.relay.folder)):
        for secret in (NEW_PASSWORD, OLD_PASSWORD, ID, PLACE.supply_point):
            assert secret.encode() not in found, path.name


async def _left_on(relay: Relay, side: Side) -> list[bytes]:
    async with logged_in(relay, side) as client:
        return [d.data for d in await client.fetch(8, timeout=0.1)]


async def _empty(relay: Relay) -> None:
    for side in Side:
        async with logged_in(relay, side) as client:
            while left := await client.fetch(64, timeout=0.1):
                for delivery in left:
                    await delivery.ack()
