"""The town, put together: everything that stands in for the world, in one process.

``town.json`` in the town's folder says where its doors are, and is written when all of them are open. Nothing in it is
secret, and nothing secret is ever written by the bench: what hangs in the meters lives in this process only.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from keiki.bench import console
from keiki.bench.household import handover, mailbox
from keiki.bench.household.modules import Households
from keiki.bench.local_port.commands import Probes
from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.commands import WallCommands
from keiki.bench.meters.meter import World
from keiki.bench.meters.walls import Walls
from keiki.bench.night import Night
from keiki.bench.people import People
from keiki.bench.route_a import commands as route_a
from keiki.bench.route_a.head_end import HeadEnd
from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.bench.servers.servers import Servers
from keiki.bench.settings import BadTownError, TownSettings
from keiki.bench.town.draw import draw_town

DOORS = "town.json"


class Town:
    """A running town. :meth:`start` and :meth:`stop` it in one event loop.

    ``clock`` is the meters' and the radio's and may run fast; the data servers live by ``office_clock``, in real time,
    so that nothing they say is ever as of a moment still to come.
    """

    def __init__(self, settings: TownSettings) -> None:
        self._settings = settings
        (settings.folder / DOORS).unlink(missing_ok=True)  # of a town that was killed: whoever waits must wait for us
        self.clock = TownClock(settings.speed)
        self.office_clock = TownClock()
        self.places = draw_town(settings.seed, settings.points)
        world = World(self.clock, settings.seed, os.urandom, timedelta(seconds=settings.session_seconds))
        self.walls = Walls(self.places, world)
        self.servers = self._build_servers()
        self.night = Night(self.walls, self.servers, self.office_clock)
        self.head_end = HeadEnd(self.walls)
        self.probes = Probes(self.walls)
        self.mailbox = mailbox.Mailbox()
        self.handover = handover.Handover(self.mailbox)
        self.households = Households(self.walls, self.clock, self.mailbox)
        self.console = console.Console()
        route_a.register(self.console, self.walls)
        walls = WallCommands(self.walls, world, self.night.remember)
        people = People(self.places, self.servers, walls)
        for room in (walls, self.night, Misbehaviour(self.servers), self.probes, self.households, people):
            room.register(self.console)

    async def start(self) -> None:
        """Open every door, then say where they are."""
        await self.head_end.start()
        await self.mailbox.start(self._settings.folder)
        await self.handover.start(self._settings.folder)
        await self.console.start(self._settings.folder)
        unfinished = self._settings.folder / f"{DOORS}.new"
        unfinished.write_text(json.dumps(self.doors(), indent=2) + "\n", encoding="utf-8")
        unfinished.replace(self._settings.folder / DOORS)

    async def stop(self) -> None:
        """Close every door; ``town.json`` goes first."""
        (self._settings.folder / DOORS).unlink(missing_ok=True)
        await self.console.stop(self._settings.folder)
        self.probes.unplug_all()
        await self.households.unplug_all()
        await self.handover.stop(self._settings.folder)
        await self.mailbox.stop()
        await self.head_end.stop()

    def doors(self) -> dict[str, Any]:
        """Return what ``town.json`` says."""
        return {
            "seed": self._settings.seed,
            "points": len(self.places),
            "speed": self._settings.speed,
            "pid": os.getpid(),
            "console": console.SOCKET,
            "household": handover.SOCKET,
            "route_a": {"host": "127.0.0.1", "port": self.head_end.port},
            "mail": {"host": "127.0.0.1", "port": self.mailbox.port, "certificate": mailbox.CERTIFICATE},
            "sources": str(self.servers.sources_file.relative_to(self._settings.folder)),
        }

    def _build_servers(self) -> Servers:
        """Build the data servers anew: a town begins with the walls it is drawn with, and so must they."""
        folder = self._settings.folder / "servers"
        if folder.exists():
            _clear(folder)
        return Servers.build(folder, self.places, seed=self._settings.seed, now=self.office_clock.now())


def _clear(folder: Path) -> None:
    if any(folder.iterdir()) and not (folder / "sources.toml").exists():
        raise BadTownError(f"{folder.name}/ in the town's folder holds something else: give the town an empty folder")
    shutil.rmtree(folder)
