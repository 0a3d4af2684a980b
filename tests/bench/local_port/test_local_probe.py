"""The probe: a raw line that serves whoever opens it, and forgets them when they leave, however they leave."""

import asyncio
import fcntl
import os
import termios
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import serial

from keiki.bench.console import Console, ConsoleError
from keiki.bench.local_port.commands import Probes
from keiki.bench.local_port.probe import Probe
from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.meters.walls import Walls
from keiki.bench.town.draw import case, draw_town
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import Envelope, decode, encode
from keiki.protocols.meter_port.framing import FrameReader, frame
from keiki.protocols.meter_port.procedure import (
    LOST,
    IntendedMeter,
    MeterCredential,
    MeterWriteResult,
    drive,
    set_credential,
)

TOWN = draw_town(seed=7)
PLACE = case(TOWN, "already_wireless")
WALLS_WORLD = World(TownClock(), 7, os.urandom)


@pytest_asyncio.fixture
async def meter() -> Meter:
    return Meter(PLACE, WALLS_WORLD)


@pytest_asyncio.fixture
async def probe(meter: Meter) -> AsyncIterator[Probe]:
    probe = Probe(meter)
    yield probe
    probe.unplug()


def ask(line: serial.Serial, request: m.Request, exchange: int = 1, patience: float = 1.0) -> Any:
    """Ask as the worker's device does; LOST where no reply with this number came in time."""
    line.write(frame(encode(Envelope("", exchange, request))))
    frames, until = FrameReader(), time.monotonic() + patience
    while time.monotonic() < until:
        for body in frames.feed(line.read(line.in_waiting or 1)):
            envelope = decode(body)
            if envelope.exchange == exchange:
                return envelope.message
    return LOST


def terminals() -> list[str]:
    return [f"/dev/pts/{name}" for name in os.listdir("/dev/pts")]


def open_line(path: str) -> serial.Serial:
    return serial.Serial(path, 115200, timeout=0.05, exclusive=True)


async def test_the_safe_procedure_runs_over_the_line_with_route_a_dead(probe: Probe, meter: Meter) -> None:
    meter.damage.unreachable = True

    def visit() -> Any:
        with open_line(probe.path) as line:
            target, credential = (
                IntendedMeter(meter.communication.serial),
                MeterCredential(1, "0A" * 16, "Password0001"),
            )
            return drive(set_credential(target, credential, os.urandom), lambda r: ask(line, r), lambda _: None)

    assert (await asyncio.to_thread(visit)).result is MeterWriteResult.SUCCEEDED
    assert meter.communication.generation == 1


async def test_a_client_that_leaves_in_mid_frame_with_the_lock_held_hinders_nobody(probe: Probe) -> None:
    def rude() -> None:
        line = open_line(probe.path)
        fcntl.ioctl(line.fd, termios.TIOCEXCL)
        line.write(b"KMP1\x01\xff" + frame(encode(Envelope("", 1, m.Identify())))[:-3])
        line.close()

    def polite() -> Any:
        with open_line(probe.path) as line:
            return ask(line, m.ReadGeneration(), patience=0.5)

    for _ in range(3):
        await asyncio.to_thread(rude)
        await asyncio.sleep(0.05)
        assert await asyncio.to_thread(polite) == m.Generation(0)


async def test_every_byte_goes_through_as_it_is(probe: Probe, meter: Meter) -> None:
    """The challenge is random: newlines, control-C, XOFF and NUL must survive both ways."""
    credential = m.WriteCredential(1, "0A" * 16, "Password0001")

    def many() -> list[Any]:
        with open_line(probe.path) as line:
            ask(line, credential)
            return [ask(line, m.AuthenticateBegin(), number) for number in range(150)]

    assert all(isinstance(reply, m.Challenge) for reply in await asyncio.to_thread(many))


async def test_a_reply_that_was_lost_stays_lost_and_a_late_one_is_late(probe: Probe, meter: Meter) -> None:
    meter.damage.lose_replies(1, "after")

    def visit() -> list[Any]:
        with open_line(probe.path) as line:
            lost = ask(line, m.ReadGeneration(), 1, 0.2)
            meter.damage.delay = 0.3
            late = ask(line, m.ReadGeneration(), 2, 0.1)
            meter.damage.delay = 0.0
            return [lost, late, ask(line, m.ReadMeterStatus(), 3)]

    lost, late, answered = await asyncio.to_thread(visit)
    assert lost is late is LOST
    assert isinstance(answered, m.MeterStatus)


async def test_another_units_address_is_not_answered(probe: Probe) -> None:
    def visit() -> Any:
        with open_line(probe.path) as line:
            line.write(frame(encode(Envelope("TCR000000000", 1, m.Identify()))))
            return ask(line, m.ReadGeneration(), 1)

    assert await asyncio.to_thread(visit) == m.Generation(0)


async def test_a_noise_that_looks_like_a_frame_is_given_up_after_a_while(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keiki.bench.local_port.probe._PATIENCE", 0.1)

    def visit() -> Any:
        with open_line(probe.path) as line:
            line.write(b"KMP1\x01\xff")
            time.sleep(0.3)
            return ask(line, m.ReadGeneration())

    assert await asyncio.to_thread(visit) == m.Generation(0)


async def test_unplugged_the_path_is_gone_and_nothing_is_left_behind(meter: Meter) -> None:
    before = len(os.listdir("/proc/self/fd"))
    probes, console = Probes(Walls(TOWN, WALLS_WORLD)), Console()
    probes.register(console)
    path = (await console.carry_out("plug_probe", {"supply_point": PLACE.supply_point}))["path"]
    again = await console.carry_out("plug_probe", {"supply_point": PLACE.supply_point})
    assert again == {"path": path}
    assert path in terminals()
    assert await console.carry_out("unplug_probe", {"supply_point": PLACE.supply_point}) == {"was_plugged": True}
    assert await console.carry_out("unplug_probe", {"supply_point": PLACE.supply_point}) == {"was_plugged": False}
    assert path not in terminals()
    assert len(os.listdir("/proc/self/fd")) == before
    with pytest.raises(ConsoleError, match="no such supply point"):
        await console.carry_out("plug_probe", {"supply_point": "1"})
