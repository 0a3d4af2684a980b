"""Somebody holds a side's log-in key and a bare nats client: what they can do is what that side is for, and no more.

Everything here runs against the real server with the configuration that Keiki writes.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from relay_rig import Raw, Relay, logged_in, raw_client

from keiki.relay.client import RelayDelivery, Side, create_login
from keiki.relay.client.subjects import COMMANDS, RESULTS, RelayChannel, fetched_by, put_by

pytestmark = pytest.mark.slow

SIDES = list(Side)
SECRET = b"a sealed message of the other side"
API = "$JS.API"


def other(side: Side) -> Side:
    return next(s for s in Side if s is not side)


def next_of(channel: RelayChannel) -> str:
    """Where a consumer that is asked for messages would be asked."""
    return f"{API}.CONSUMER.MSG.NEXT.{channel.stream}.{channel.fetches}"


@dataclass
class Scene:
    """A thief with one side's key; a message waits on each stream."""

    thief: Raw
    side: Side
    own: RelayChannel
    foreign: RelayChannel
    relay: Relay

    async def ask(self, subject: str, data: bytes = b"", **headers: str) -> bytes | None:
        """What the server answers, or None where it does not."""
        try:
            answer = await self.thief.nats.request(subject, data, timeout=0.25, headers=headers or None)
        except (TimeoutError, NoRespondersError, NatsError):
            return None
        return answer.data

    async def answered(self, requests: list[tuple[str, bytes]]) -> list[str]:
        """Which of ``requests`` (subject and data) the server answered."""
        answers = await asyncio.gather(*(self.ask(subject, data) for subject, data in requests))
        return [subject for (subject, _), answer in zip(requests, answers, strict=True) if answer is not None]

    async def inject(self, subject: str, reply: str, data: bytes = b"", headers: dict[str, str] | None = None) -> None:
        await self.thief.nats.publish(subject, data, reply=reply, headers=headers)
        await self.thief.nats.flush(2)


@pytest.fixture(params=SIDES, ids=[f"as {side}" for side in SIDES])
async def scene(request: pytest.FixtureRequest, relay: Relay) -> AsyncIterator[Scene]:
    side: Side = request.param
    async with raw_client(relay, side) as thief:
        yield Scene(thief, side, put_by(side), fetched_by(side), relay)
    for each in Side:
        async with logged_in(relay, each) as client:
            while waiting := await client.fetch(64, timeout=0.05):
                for delivery in waiting:
                    await delivery.ack()


async def put_honestly(scene: Scene, side: Side, data: bytes) -> None:
    async with logged_in(scene.relay, side) as client:
        await client.put(data, os.urandom(16))


async def waiting_for(scene: Scene, side: Side) -> list[bytes]:
    """What the honest ``side`` finds on its stream, without taking it away."""
    async with logged_in(scene.relay, side) as client:
        found: list[RelayDelivery] = []
        while more := await client.fetch(64, timeout=0.2):
            found += more
        for delivery in found:
            await delivery.nak()
        return [d.data for d in found]


async def test_a_side_cannot_put_where_the_other_puts(scene: Scene) -> None:
    assert await scene.ask(scene.foreign.subject, b"forged") is None
    assert any("permissions violation" in denial for denial in scene.thief.denials)
    assert await waiting_for(scene, scene.side) == []


@pytest.mark.parametrize("wildcard", [">", "keiki.>", "*.*", "$JS.>", "_INBOX.>", "_R_.>", "$SYS.>", "$KV.>"])
async def test_a_side_cannot_listen_in(scene: Scene, wildcard: str) -> None:
    heard = await scene.thief.nats.subscribe(wildcard)
    await scene.thief.nats.flush(2)
    await put_honestly(scene, scene.side, b"own " + wildcard.encode())
    await put_honestly(scene, other(scene.side), SECRET + wildcard.encode())
    with pytest.raises((TimeoutError, NatsError)):
        await heard.next_msg(0.1)
    assert any("permissions violation for subscription" in denial for denial in scene.thief.denials)


async def test_a_side_cannot_listen_to_either_stream_or_to_the_others_inbox(scene: Scene) -> None:
    subjects = [COMMANDS.subject, RESULTS.subject, f"{other(scene.side).inbox_prefix}.>"]
    heard = [await scene.thief.nats.subscribe(subject) for subject in subjects]
    await scene.thief.nats.flush(2)
    for side in Side:
        await put_honestly(scene, side, b"heard? " + side.encode())
    for subscription in heard:
        with pytest.raises((TimeoutError, NatsError)):
            await subscription.next_msg(0.1)
    assert len(scene.thief.denials) == len(subjects)


async def test_what_a_side_put_it_cannot_read_back(scene: Scene) -> None:
    await put_honestly(scene, scene.side, SECRET)
    stream, consumer = scene.own.stream, scene.own.fetches
    requests = [
        (f"{API}.CONSUMER.MSG.NEXT.{stream}.{consumer}", b'{"batch": 1}'),
        (f"{API}.CONSUMER.MSG.NEXT.{stream}.mine", b'{"batch": 1}'),
        (f"{API}.STREAM.MSG.GET.{stream}", b'{"seq": 1}'),
        (f"{API}.STREAM.MSG.GET.{stream}", json.dumps({"last_by_subj": scene.own.subject}).encode()),
        (f"{API}.DIRECT.GET.{stream}", b'{"seq": 1}'),
        (f"{API}.DIRECT.GET.{stream}.{scene.own.subject}", b""),
        (f"$JS.ACK.{stream}.{consumer}.1.1.1.1.0", b'+NXT {"batch": 1}'),
    ]
    assert await scene.answered(requests) == []
    assert await waiting_for(scene, other(scene.side)) == [SECRET]


async def test_a_side_cannot_acknowledge_away_what_it_put(scene: Scene) -> None:
    await put_honestly(scene, scene.side, SECRET)
    for payload in (b"+ACK", b"+TERM", b"-NAK"):
        for sequence in range(1, 40):
            ack = f"$JS.ACK.{scene.own.stream}.{scene.own.fetches}.1.{sequence}.{sequence}.1700000000000000000.0"
            await scene.thief.nats.publish(ack, payload)
    await scene.thief.nats.flush(2)
    assert await waiting_for(scene, other(scene.side)) == [SECRET]


@pytest.mark.parametrize("channel", [COMMANDS, RESULTS], ids=["commands", "results"])
async def test_a_side_cannot_manage_streams_or_consumers(scene: Scene, channel: RelayChannel) -> None:
    await put_honestly(scene, Side.OFFICE, b"kept command")
    await put_honestly(scene, Side.CONTROL, b"kept result")
    stream, consumer = channel.stream, channel.fetches.value
    config = {"name": stream, "subjects": ["keiki.>"], "retention": "limits", "storage": "file", "max_msgs": 1}
    mine = {"stream_name": stream, "config": {"durable_name": "mine", "ack_policy": "explicit"}}
    pushed = {"stream_name": stream, "config": {"durable_name": "mine", "deliver_subject": "_INBOX.mine"}}
    requests: list[tuple[str, object]] = [
        ("INFO", None),
        ("ACCOUNT.PURGE.RELAY", None),
        ("STREAM.LIST", None),
        ("STREAM.NAMES", None),
        (f"STREAM.INFO.{stream}", None),
        ("STREAM.CREATE.MINE", {**config, "name": "MINE"}),
        ("STREAM.CREATE.MINE", {"name": "MINE", "sources": [{"name": stream}]}),
        ("STREAM.CREATE.MINE", {"name": "MINE", "mirror": {"name": stream}}),
        (f"STREAM.UPDATE.{stream}", config),
        (f"STREAM.PURGE.{stream}", {}),
        (f"STREAM.DELETE.{stream}", None),
        (f"STREAM.MSG.DELETE.{stream}", {"seq": 1}),
        (f"STREAM.SNAPSHOT.{stream}", {"deliver_subject": "_INBOX.mine"}),
        (f"CONSUMER.LIST.{stream}", None),
        (f"CONSUMER.INFO.{stream}.{consumer}", None),
        (f"CONSUMER.CREATE.{stream}", mine),
        (f"CONSUMER.CREATE.{stream}.mine", mine),
        (f"CONSUMER.DURABLE.CREATE.{stream}.mine", pushed),
        (f"CONSUMER.DELETE.{stream}.{consumer}", None),
        (f"CONSUMER.PAUSE.{stream}.{consumer}", {"pause_until": "2100-01-01T00:00:00Z"}),
        (f"CONSUMER.UNPIN.{stream}.{consumer}", {"group": "x"}),
    ]
    as_bytes = [(f"{API}.{s}", json.dumps(r).encode() if r is not None else b"") for s, r in requests]
    assert await scene.answered(as_bytes) == []
    assert await waiting_for(scene, Side.CONTROL) == [b"kept command"]
    assert await waiting_for(scene, Side.OFFICE) == [b"kept result"]


@pytest.mark.parametrize(
    "subject",
    [
        "$SYS.REQ.SERVER.PING",
        "$SYS.REQ.SERVER.PING.CONNZ",
        "$SYS.REQ.SERVER.PING.JSZ",
        "$SYS.REQ.ACCOUNT.RELAY.CONNZ",
        "$SYS.REQ.ACCOUNT.PING.CONNZ",
        "$SYS.REQ.USER.INFO",
        "$SYS.REQ.SERVER.RELOAD",
        "$SYS.DEBUG.SUBSCRIBERS",
    ],
)
async def test_a_side_cannot_ask_the_system(scene: Scene, subject: str) -> None:
    assert await scene.ask(subject, b"{}") is None


class TestRepliesThatPointElsewhere:
    """A request may name any subject as its reply; the server's own answer must not carry a message over there."""

    async def test_an_acknowledged_put_does_not_put_again(self, scene: Scene) -> None:
        for reply in (scene.foreign.subject, f"{scene.foreign.subject}.x", "keiki.anything"):
            await scene.inject(scene.own.subject, reply, b"bait for " + reply.encode())
        assert await waiting_for(scene, scene.side) == []

    async def test_a_pulled_message_is_not_put_as_the_other_sides(self, scene: Scene) -> None:
        await put_honestly(scene, other(scene.side), SECRET)
        await scene.inject(next_of(scene.foreign), scene.foreign.subject, b'{"batch": 4, "expires": 300000000}')
        await asyncio.sleep(0.4)
        stored = [data for data in await all_stored(scene) if data != SECRET]
        assert stored == []

    async def test_no_answer_reaches_the_api_or_the_other_sides_acknowledgements(self, scene: Scene) -> None:
        await put_honestly(scene, scene.side, SECRET)
        stream, consumer = scene.own.stream, scene.own.fetches.value
        for reply in (
            f"{API}.STREAM.DELETE.{stream}",
            f"{API}.STREAM.PURGE.{stream}",
            f"{API}.STREAM.DELETE.{scene.foreign.stream}",
            f"{API}.CONSUMER.DELETE.{stream}.{consumer}",
            *(f"$JS.ACK.{stream}.{consumer}.1.{n}.{n}.1700000000000000000.0" for n in range(1, 30)),
        ):
            await scene.inject(scene.own.subject, reply, b"bait")
            await scene.inject(next_of(scene.foreign), reply, b'{"batch": 1, "no_wait": true}')
        assert SECRET in await waiting_for(scene, other(scene.side))
        await put_honestly(scene, other(scene.side), b"still there")
        assert b"still there" in await waiting_for(scene, scene.side)

    async def test_no_answer_reaches_the_others_inbox(self, scene: Scene) -> None:
        async with raw_client(scene.relay, other(scene.side)) as victim:
            heard = await victim.nats.subscribe(f"{other(scene.side).inbox_prefix}.victim")
            await victim.nats.flush(2)
            await scene.inject(scene.own.subject, f"{other(scene.side).inbox_prefix}.victim", b"bait")
            await scene.inject(f"{other(scene.side).inbox_prefix}.victim", "", b"bait")
            with pytest.raises(TimeoutError):
                await heard.next_msg(0.2)

    async def test_a_trace_does_not_carry_anything_over(self, scene: Scene) -> None:
        for destination in (scene.foreign.subject, f"{other(scene.side).inbox_prefix}.x", "$JS.API.STREAM.NAMES"):
            await scene.inject(scene.own.subject, "", b"traced", headers={"Nats-Trace-Dest": destination})
        assert await waiting_for(scene, scene.side) == []


@pytest.mark.parametrize(
    "header",
    [
        {"Nats-Rollup": "all"},
        {"Nats-Rollup": "sub"},
        {"Nats-TTL": "1s"},
        {"Nats-Schedule": "@every 1s", "Nats-Schedule-Target": "keiki.results"},
    ],
    ids=lambda header: next(iter(header)),
)
async def test_no_header_of_a_put_removes_what_others_wait_for(scene: Scene, header: dict[str, str]) -> None:
    await put_honestly(scene, scene.side, SECRET)
    await scene.ask(scene.own.subject, b"bait", **header)
    await asyncio.sleep(0.05)
    assert SECRET in await waiting_for(scene, other(scene.side))


async def test_a_stranger_is_not_let_in(relay: Relay) -> None:
    seed = relay.folder.parent / "stranger.nk"
    if not seed.exists():
        create_login(seed)
    stranger = Relay(relay.folder)
    stranger.seed = lambda side: seed  # type: ignore[method-assign]
    with pytest.raises(NatsError, match="Authorization Violation"):
        async with raw_client(stranger, Side.OFFICE):
            pass


async def all_stored(scene: Scene) -> list[bytes]:
    return [data for side in Side for data in await waiting_for(scene, side)]
