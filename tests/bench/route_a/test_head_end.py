"""Route A: frames reach the unit they are addressed to; silence is silence; no client ends the head end."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.meter import World
from keiki.bench.meters.walls import Walls
from keiki.bench.route_a.head_end import HeadEnd
from keiki.bench.town.draw import draw_town
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import Envelope, decode, encode
from keiki.protocols.meter_port.framing import FrameReader, frame

TOWN = draw_town(seed=7)
CODES = [place.installed.communication_serial for place in TOWN]


class Line:
    """A client's connection to the head end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self._frames = reader, writer, FrameReader()

    def send(self, *asked: Envelope, noise: bytes = b"") -> None:
        self._writer.write(noise + b"".join(frame(encode(envelope)) for envelope in asked))

    async def replies(self, count: int, patience: float = 2.0) -> list[Envelope]:
        """Wait for so many replies, or for as many as come in time."""
        found: list[Envelope] = []
        try:
            async with asyncio.timeout(patience):
                while len(found) < count:
                    found += map(decode, self._frames.feed(await self._reader.read(4096)))
        except TimeoutError:
            pass
        return found

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def town() -> AsyncIterator[tuple[Walls, HeadEnd, Line]]:
    walls = Walls(TOWN, World(TownClock(), 7, os.urandom))
    head_end = HeadEnd(walls)
    await head_end.start()
    line = Line(*await asyncio.open_connection("127.0.0.1", head_end.port))
    yield walls, head_end, line
    line.close()
    await head_end.stop()


async def test_each_unit_answers_for_itself_under_its_number() -> None:
    async with town() as (_, _, line):
        line.send(*(Envelope(serial, n, m.Identify()) for n, serial in enumerate(CODES)))
        replies = await line.replies(len(CODES))
    assert {reply.exchange: reply.address for reply in replies} == dict(enumerate(CODES))
    assert all(isinstance(r.message, m.MeterIdentity) and r.message.communication_serial == r.address for r in replies)


async def test_an_unreachable_meter_gives_no_answer_and_no_effect() -> None:
    async with town() as (walls, _, line):
        place = TOWN[1]
        walls[place.supply_point].damage.unreachable = True
        write = m.WriteCredential(1, "A" * 32, "Password0001")
        line.send(Envelope(CODES[1], 1, write), Envelope(CODES[2], 2, m.ReadGeneration()))
        assert [reply.exchange for reply in await line.replies(2, 0.3)] == [2]
        assert walls[place.supply_point].communication.generation == 0


@pytest.mark.parametrize("serial", ["", "TCR000000000", "tcr"])
async def test_an_unknown_number_is_refused_by_the_head_end(serial: str) -> None:
    async with town() as (_, _, line):
        line.send(Envelope(serial, 9, m.ReadMeterStatus()))
        assert await line.replies(1) == [Envelope(serial, 9, m.Refused(m.MeterRefusalReason.UNKNOWN_UNIT))]


async def test_a_unit_that_was_replaced_is_found_by_its_new_number_only() -> None:
    async with town() as (walls, _, line):
        meter = walls[TOWN[1].supply_point]
        meter.replace_units(type(meter.units)(**{**vars(meter.units), "communication_serial": "TCR999999999"}))
        line.send(Envelope(CODES[1], 1, m.Identify()), Envelope("TCR999999999", 2, m.Identify()))
        first, second = await line.replies(2)
    assert first.message == m.Refused(m.MeterRefusalReason.UNKNOWN_UNIT)
    assert isinstance(second.message, m.MeterIdentity)


async def test_a_late_meter_holds_nobody_else_up() -> None:
    async with town() as (walls, _, line):
        walls[TOWN[0].supply_point].damage.delay = 0.2
        line.send(Envelope(CODES[0], 1, m.ReadGeneration()), Envelope(CODES[1], 2, m.ReadGeneration()))
        assert [reply.exchange for reply in await line.replies(2)] == [2, 1]


async def test_a_client_that_leaves_takes_nobody_along() -> None:
    async with town() as (walls, head_end, line):
        walls[TOWN[0].supply_point].damage.delay = 0.05
        rude = Line(*await asyncio.open_connection("127.0.0.1", head_end.port))
        rude.send(Envelope(CODES[0], 1, m.ReadGeneration()))
        rude.close()
        await asyncio.sleep(0.1)
        line.send(Envelope(CODES[1], 2, m.ReadGeneration()))
        assert len(await line.replies(1)) == 1


@given(st.binary(max_size=40).filter(lambda noise: b"K" not in noise), st.binary(max_size=30))
@settings(max_examples=20, deadline=None)
def test_noise_and_bodies_that_are_no_message_are_dropped(noise: bytes, body: bytes) -> None:
    async def run() -> list[Envelope]:
        async with town() as (_, _, line):
            line.send(Envelope(CODES[1], 2, m.ReadGeneration()), noise=noise + frame(b"\xff" + body))
            return await line.replies(1)

    assert [reply.exchange for reply in asyncio.run(run())] == [2]
