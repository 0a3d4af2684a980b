"""Somebody held a side's log-in for a moment: what is put after they are gone arrives, all of it.

Every attack is tried against the real server with the configuration that Keiki writes: requests for a million
messages whose answers go back into the thief's own account, acknowledgements of messages that do not exist yet,
deliveries taken and never acknowledged, connections held open.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from nats.errors import Error as NatsError
from relay_rig import Raw, Relay, logged_in, make_relay, raw_client

from keiki.relay.client import RelayClient, Side, login_name
from keiki.relay.client.subjects import RelayChannel, fetched_by, put_by

pytestmark = pytest.mark.slow

MESSAGES = 20
GREEDY = (b'{"batch":1000000}', b'{"batch":1000000,"expires":3600000000000}', b"1000000")


def other(side: Side) -> Side:
    return next(s for s in Side if s is not side)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    """A relay that delivers again after a second, so that what a thief left unacknowledged need not be waited for."""
    relay = make_relay(tmp_path)
    (relay.folder / "settings.toml").write_text("redeliver_seconds = 1\n")
    relay.start()
    yield relay
    relay.stop()


@pytest.fixture(params=list(Side), ids=[f"with the log-in of {side}" for side in Side])
async def thief(request: pytest.FixtureRequest, relay: Relay) -> AsyncIterator[tuple[Side, Raw]]:
    async with raw_client(relay, request.param) as raw:
        yield request.param, raw


def next_of(channel: RelayChannel) -> str:
    return f"$JS.API.CONSUMER.MSG.NEXT.{channel.stream}.{channel.fetches}"


def replies(side: Side) -> list[str]:
    """Where the server could be told to deliver within the thief's own account, and where it may hope to."""
    fetched = fetched_by(side)
    return [
        put_by(side).subject,
        next_of(fetched),
        f"{fetched.ack_prefix}1.1.1.1.0",
        fetched.delivery_subject,
        f"{side.inbox_prefix}.nobody",
        fetched.subject,
        "$JS.API.INFO",
        "$SYS.REQ.USER.INFO",
    ]


async def attack_by_requests(side: Side, raw: Raw) -> None:
    """One message each: asked for as a consumer is, and by an acknowledgement that asks for the next ones."""
    ack = f"{fetched_by(side).ack_prefix}1.1.1.1700000000000000000.0"
    for reply in replies(side):
        for payload in GREEDY:
            await raw.nats.publish(next_of(fetched_by(side)), payload, reply=reply)
            await raw.nats.publish(ack, b"+NXT " + payload, reply=reply)
    await raw.nats.flush(5)


async def arriving(relay: Relay, side: Side) -> int:
    """Put ``MESSAGES`` for ``side`` and count how many of them arrive there."""
    sent = {os.urandom(16) for _ in range(MESSAGES)}
    async with logged_in(relay, other(side)) as putter:
        for data in sent:
            await putter.put(data, data)
    async with logged_in(relay, side) as fetcher:
        return len(sent & await everything(fetcher))


async def everything(fetcher: RelayClient, seconds: float = 4.0) -> set[bytes]:
    found: set[bytes] = set()
    until = time.monotonic() + seconds
    while time.monotonic() < until and len(found) < MESSAGES:
        for delivery in await fetcher.fetch(64, timeout=0.2):
            found.add(delivery.data)
            await delivery.ack()
    return found


async def test_requests_that_outlive_the_thief_take_nothing(relay: Relay, thief: tuple[Side, Raw]) -> None:
    side, raw = thief
    await attack_by_requests(side, raw)
    await raw.nats.close()
    assert await arriving(relay, side) == MESSAGES


async def test_they_take_nothing_while_the_thief_is_there(relay: Relay, thief: tuple[Side, Raw]) -> None:
    side, raw = thief
    heard = await raw.nats.subscribe(fetched_by(side).delivery_subject)
    await attack_by_requests(side, raw)
    assert await arriving(relay, side) == MESSAGES
    await heard.unsubscribe()


async def test_shut_out_and_let_in_again_everything_arrives(relay: Relay, thief: tuple[Side, Raw]) -> None:
    side, raw = thief
    await attack_by_requests(side, raw)
    name = login_name(relay.seed(side))
    relay.command("disallow", "--key", name)
    relay.command("allow", "--side", side.value, "--key", name)
    assert await arriving(relay, side) == MESSAGES


async def test_acknowledging_what_is_not_there_yet_takes_nothing(relay: Relay, thief: tuple[Side, Raw]) -> None:
    side, raw = thief
    for payload in (b"+ACK", b"+TERM", b"", b"+WPI", b'-NAK {"delay": 3600000000000000}'):
        for n in range(1, 3 * MESSAGES):
            await raw.nats.publish(f"{fetched_by(side).ack_prefix}1.{n}.{n}.1700000000000000000.0", payload)
    await raw.nats.flush(5)
    await raw.nats.close()
    assert await arriving(relay, side) == MESSAGES


async def test_what_a_thief_was_given_comes_to_the_right_one_too(relay: Relay, thief: tuple[Side, Raw]) -> None:
    side, raw = thief
    taken = await raw.nats.subscribe(fetched_by(side).delivery_subject)
    await raw.nats.flush(5)
    sent = {os.urandom(16) for _ in range(MESSAGES)}
    async with logged_in(relay, other(side)) as putter:
        for data in sent:
            await putter.put(data, data)
    for _ in sent:
        await taken.next_msg(2)
    await raw.nats.close()
    async with logged_in(relay, side) as fetcher:
        assert await everything(fetcher) == sent


async def test_held_connections_of_one_side_do_not_shut_out_the_other(relay: Relay, thief: tuple[Side, Raw]) -> None:
    side, _ = thief
    async with contextlib.AsyncExitStack() as held:
        shut_out = False
        for _ in range(80):
            try:
                await held.enter_async_context(raw_client(relay, side))
            except (NatsError, OSError, TimeoutError):
                shut_out = True
                break
        assert shut_out
        async with logged_in(relay, other(side)) as putter:
            await putter.put(b"let in", os.urandom(16))
