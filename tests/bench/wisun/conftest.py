"""A small street with meters that serve route B by radio, and modules in its houses."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from wisun_street import MAC, PASSWORD, Street

from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.radio.air import Air
from keiki.bench.radio.meter_station import MeterStation
from keiki.bench.town.draw import case, draw_town
from keiki.bench.wisun.module import WisunModule
from keiki.bench.wisun.plug import Plug
from keiki.protocols.skstack.commands import Dialect

SHORT_SESSION = timedelta(seconds=900)
"""These meters let a session live so long only: nobody waits for a day to pass."""


@pytest.fixture
def speed() -> float:
    return 200.0


@pytest.fixture
def town_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The town's event loop, turning in a thread of its own as the town is a process of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def home_case() -> str:
    return "already_wireless"


@pytest.fixture
def street(speed: float, home_case: str, town_loop: asyncio.AbstractEventLoop) -> Iterator[Street]:
    clock = TownClock(speed)
    town = draw_town(seed=1)
    world = World(clock, 1, os.urandom, SHORT_SESSION)
    meters = {place.supply_point: Meter(place, world) for place in town}
    home = meters[case(town, home_case).supply_point]
    air = Air({supply_point: MeterStation(meter) for supply_point, meter in meters.items()})
    plugs: list[Plug] = []

    def module(mac: bytes = MAC, dialect: Dialect = Dialect.TWO_SIDED) -> WisunModule:
        return WisunModule(mac, home.supply_point, air, clock.now, os.urandom, dialect=dialect)

    async def put_in(mac: bytes, dialect: Dialect) -> Plug:
        return Plug(module(mac, dialect), clock)

    def plug(mac: bytes = MAC, dialect: Dialect = Dialect.TWO_SIDED) -> Plug:
        plugs.append(asyncio.run_coroutine_threadsafe(put_in(mac, dialect), town_loop).result())
        return plugs[-1]

    street = Street(clock, home, air, module, plug)
    if home.serves_route_b():
        street.write(1, PASSWORD)
    yield street
    for each in plugs:
        asyncio.run_coroutine_threadsafe(each.unplug(), town_loop).result()
