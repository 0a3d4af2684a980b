"""Wi-SUN modules in the houses, and what the console can do with them and with the air around them."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from keiki.bench.console import Console
from keiki.bench.household import searching
from keiki.bench.household.mailbox import Mailbox
from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.meter import Meter
from keiki.bench.radio.air import Air
from keiki.bench.radio.meter_station import MeterStation
from keiki.bench.wisun.module import WisunModule
from keiki.bench.wisun.plug import Plug

_ORGANISATION = bytes.fromhex("001D12")


@dataclass(frozen=True)
class _Plugged:
    """A plugged module, and a descriptor that becomes readable when its power ends."""

    plug: Plug
    power: int | None


class Households:
    """The modules that are plugged, by supply point and number; a house may have several."""

    def __init__(self, meters: Iterable[Meter], clock: TownClock, mailbox: Mailbox) -> None:
        self._clock, self._mailbox = clock, mailbox
        self.air = Air({meter.supply_point: MeterStation(meter) for meter in meters})
        self._plugs: dict[tuple[str, int], _Plugged] = {}
        self._leaving: set[asyncio.Task[bool]] = set()

    def register(self, console: Console) -> None:
        """Add the commands."""
        for handler in (self.plug_module, self.unplug_module, self.mail_count, self.look_for_secrets, self.radio):
            console.command(handler)

    async def plug_module(self, supply_point: str, module: int = 1, powered_by: int | None = None) -> str:
        """Plug a house's module in and return its device; one that was left plugged is taken out first.

        With ``powered_by``, the module loses its power when the process with that id ends, as a USB module does.
        """
        self.air.spot(supply_point)
        power = None if powered_by is None else _watch(powered_by)
        await self.unplug_module(supply_point, module)
        radio = WisunModule(_mac(supply_point, module), supply_point, self.air, self._clock.now, os.urandom)
        plug = Plug(radio, self._clock)
        self._plugs[supply_point, module] = _Plugged(plug, power)
        if power is not None:
            asyncio.get_running_loop().add_reader(power, self._lose_power, supply_point, module)
        return plug.path

    async def unplug_module(self, supply_point: str, module: int = 1) -> bool:
        """Take a house's module out; false where none was plugged. The meter is told nothing."""
        plugged = self._plugs.pop((supply_point, module), None)
        if plugged is None:
            return False
        if plugged.power is not None:
            asyncio.get_running_loop().remove_reader(plugged.power)
            os.close(plugged.power)
        await plugged.plug.unplug()
        return True

    async def unplug_all(self) -> None:
        """Take every module out."""
        for supply_point, module in list(self._plugs):
            await self.unplug_module(supply_point, module)

    def _lose_power(self, supply_point: str, module: int) -> None:
        task = asyncio.get_running_loop().create_task(self.unplug_module(supply_point, module))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def mail_count(self, address: str) -> int:
        """Say how many e-mails came for an address."""
        return len(self._mailbox.mails(address))

    def look_for_secrets(self, address: str, letter: str, paths: list[str]) -> dict[str, object]:
        """Count a household's passwords and authentication ID in files that others wrote; says never what they are."""
        return searching.look_for_secrets(self._mailbox, address, Path(letter), map(Path, paths))

    def radio(
        self, supply_point: str, metres: float | None = None, interference: float | None = None
    ) -> dict[str, object]:
        """Show what a house's module hears, after moving it (metres from its meter) or disturbing it (dB)."""
        if metres is not None:
            self.air.move(supply_point, metres)
        if interference is not None:
            self.air.interfere(supply_point, interference)
        spot = self.air.spot(supply_point)
        heard = [{"address": h.station.address, "dbm": round(h.strength)} for h in self.air.heard_at(supply_point)]
        return {"metres": spot.metres, "interference": spot.interference, "hears": heard}


def _watch(process: int) -> int:
    try:
        return os.pidfd_open(process)
    except OSError:
        raise ValueError(f"no process {process} runs that could power the module") from None


def _mac(supply_point: str, module: int) -> bytes:
    return _ORGANISATION + hashlib.sha256(f"{supply_point}/{module}".encode()).digest()[:5]
