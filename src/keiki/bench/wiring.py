"""The town, put together: everything that stands in for the world, in one process.

``town.json`` in the town's folder says where its doors are, and is written when all of them are open; nothing in it is
secret. What hangs in the meters, and what the households' mail says, is kept in the folder sealed (``storage``), so
that a town that is started again goes on where it was.
"""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import astuple
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from keiki.bench import console
from keiki.bench.household import handover, mailbox
from keiki.bench.household.modules import Households
from keiki.bench.local_port.commands import Probes
from keiki.bench.meters.clock import JST, TownClock
from keiki.bench.meters.commands import WallCommands
from keiki.bench.meters.meter import Meter, World
from keiki.bench.meters.saved import restore_wall, saved_wall
from keiki.bench.meters.walls import Walls
from keiki.bench.nightly_work import NightlyWork
from keiki.bench.people import TownPeople
from keiki.bench.radio.air import Spot
from keiki.bench.route_a import commands as route_a
from keiki.bench.route_a.head_end import HeadEnd
from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.bench.servers.servers import Servers, sources_text
from keiki.bench.settings import BadTownError, TownSettings
from keiki.bench.storage import TownStorage, drawn_from
from keiki.bench.town.draw import draw_town

DOORS = "town.json"
CLOCK_SECONDS = 5.0
"""How often the town's time is kept, in real seconds."""


class Town:
    """A running town. :meth:`start` and :meth:`stop` it in one event loop.

    ``clock`` is the meters' and the radio's and may run fast; the data servers live by ``office_clock``, in real time,
    so that nothing they say is ever as of a moment still to come.
    """

    _ticking: asyncio.Task[None] | None = None

    def __init__(self, settings: TownSettings) -> None:
        self._settings = settings
        self._storage = TownStorage(settings.folder)
        try:
            self._put_together()
        except BaseException:
            self._storage.close()
            raise

    def _put_together(self) -> None:
        settings, storage = self._settings, self._storage
        (settings.folder / DOORS).unlink(missing_ok=True)  # of a town that was killed: whoever waits must wait for us
        self.seed, self.points = drawn_from(settings, storage)
        self.clock = TownClock(settings.speed, _not_before(storage.fact("clock")))
        self.office_clock = TownClock()
        self.places = draw_town(self.seed, self.points)
        world = World(self.clock, self.seed, os.urandom, timedelta(seconds=settings.session_seconds))
        self.walls = Walls(self.places, world)
        self.servers = self._open_servers()
        self.night = NightlyWork(self.walls, self.servers, self.office_clock)
        self.head_end = HeadEnd(self.walls)
        self.probes = Probes(self.walls)
        self.mailbox = mailbox.Mailbox(storage.keep_mail, storage.mails())
        self.handover = handover.Handover(self.mailbox)
        self.households = Households(self.walls, self.clock, self.mailbox)
        self._take_up()
        self.console = console.Console(self._keep)
        route_a.register(self.console, self.walls)
        walls = WallCommands(self.walls, world, self.night.remember)
        people = TownPeople(self.places, self.servers, walls)
        for room in (walls, self.night, Misbehaviour(self.servers), self.probes, self.households, people):
            room.register(self.console)

    async def start(self) -> None:
        """Open every door, then say where they are. Ports of before are taken again where they are free."""
        before = self._storage.fact("ports") or {}
        await _listen(self.head_end.start, before.get("route_a", 0))
        await _listen(partial(self.mailbox.start, self._settings.folder), before.get("mail", 0))
        self._storage.keep(ports={"route_a": self.head_end.port, "mail": self.mailbox.port})
        await self.handover.start(self._settings.folder)
        await self.console.start(self._settings.folder)
        self._ticking = asyncio.get_running_loop().create_task(self._keep_time())
        unfinished = self._settings.folder / f"{DOORS}.new"
        unfinished.write_text(json.dumps(self.doors(), indent=2) + "\n", encoding="utf-8")
        unfinished.replace(self._settings.folder / DOORS)

    async def stop(self) -> None:
        """Close every door; ``town.json`` goes first."""
        (self._settings.folder / DOORS).unlink(missing_ok=True)
        if self._ticking:
            self._ticking.cancel()
        await self.console.stop(self._settings.folder)
        self.probes.unplug_all()
        await self.households.unplug_all()
        await self.handover.stop(self._settings.folder)
        await self.mailbox.stop()
        await self.head_end.stop()
        self._storage.keep(clock=self.clock.now().isoformat())
        self._storage.close()

    def _take_up(self) -> None:
        """Bring everything to where it was, or keep a town that was just drawn."""
        storage = self._storage
        if storage.continued:
            for point, state, credential in storage.walls():
                restore_wall(self.walls[point], state, credential)
            undone = storage.fact("undone")
            self.night.restore(undone)
            spots = storage.fact("spots") or {}
            self.households.air.restore({point: Spot(*spot) for point, spot in spots.items()})
        else:
            walls = [saved_wall(meter) for meter in self.walls]
            storage.begin(walls, seed=self.seed, points=self.points, undone=self.night.undone())
        for meter in self.walls:
            meter.written = self._keep_wall

    def _keep(self, done: dict[str, Any]) -> None:
        """Keep what a command may have changed: the wall that it named, what is undone, where modules stand."""
        point = done.get("supply_point")
        if isinstance(point, str):
            self._keep_wall(self.walls[point])
            spots = {each: astuple(spot) for each, spot in self.households.air.spots.items()}
            self._storage.keep(spots=spots)
        self._storage.keep(undone=self.night.undone(), clock=self.clock.now().isoformat())

    def _keep_wall(self, meter: Meter) -> None:
        self._storage.keep_wall(*saved_wall(meter))

    async def _keep_time(self) -> None:
        """Keep the town's time now and then: it may run ahead of the real one, and no meter counts backwards."""
        while True:
            self._storage.keep(clock=self.clock.now().isoformat())
            await asyncio.sleep(CLOCK_SECONDS)

    def doors(self) -> dict[str, Any]:
        """Return what ``town.json`` says."""
        return {
            "continued": self._storage.continued,
            "seed": self.seed,
            "points": self.points,
            "speed": self._settings.speed,
            "pid": os.getpid(),
            "console": console.SOCKET,
            "household": handover.SOCKET,
            "route_a": {"host": "127.0.0.1", "port": self.head_end.port},
            "mail": {"host": "127.0.0.1", "port": self.mailbox.port, "certificate": mailbox.CERTIFICATE},
            "sources": str(self.servers.sources_file.relative_to(self._settings.folder)),
        }

    def _open_servers(self) -> Servers:
        """Open the data servers, or build those of a town that begins, anew where its beginning was cut short."""
        folder = self._settings.folder / "servers"
        if self._storage.continued:
            servers = Servers(folder)
            servers.sources_file.write_text(sources_text(folder), encoding="utf-8")  # the folder may have been moved
            return servers
        if folder.exists():
            _clear(folder)
        return Servers.build(folder, self.places, seed=self.seed, now=self.office_clock.now())


def _not_before(then: str | None) -> datetime:
    """Return the time at which the town's clock begins: now, or where it stood if it had run ahead."""
    now = datetime.now(JST)
    return max(now, datetime.fromisoformat(then)) if then else now


async def _listen(start: Callable[..., Awaitable[None]], port: int) -> None:
    """Listen on a port of before, or on a free one where somebody else has that."""
    try:
        await start(port=port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        await start(port=0)


def _clear(folder: Path) -> None:
    if any(folder.iterdir()) and not (folder / "sources.toml").exists():
        raise BadTownError(
            ja=f"町のフォルダーの {folder.name}/ には別のものが入っています。空のフォルダーを指定してください",
            en=f"{folder.name}/ in the town's folder holds something else: give the town an empty folder",
        )
    shutil.rmtree(folder)
