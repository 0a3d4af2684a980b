"""Wi-SUN modules in the houses, and what the console can do with them and with the air around them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable

from keiki.bench.console import Console
from keiki.bench.household.mailbox import Mailbox
from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.meter import Meter
from keiki.bench.radio.air import Air
from keiki.bench.radio.meter_station import MeterStation
from keiki.bench.wisun.module import WisunModule
from keiki.bench.wisun.plug import Plug

_ORGANISATION = bytes.fromhex("001D12")


class Households:
    """The modules that are plugged, by supply point and number; a house may have several."""

    def __init__(self, meters: Iterable[Meter], clock: TownClock, mailbox: Mailbox) -> None:
        self._clock, self._mailbox = clock, mailbox
        self._air = Air({meter.supply_point: MeterStation(meter) for meter in meters})
        self._plugs: dict[tuple[str, int], Plug] = {}

    def register(self, console: Console) -> None:
        """Add the commands."""
        for handler in (self.plug_module, self.unplug_module, self.mail_count, self.radio):
            console.command(handler)

    async def plug_module(self, supply_point: str, module: int = 1) -> str:
        """Plug a house's module in and return its device; one that was left plugged is taken out first."""
        self._air.spot(supply_point)
        await self.unplug_module(supply_point, module)
        radio = WisunModule(_mac(supply_point, module), supply_point, self._air, self._clock.now, os.urandom)
        plug = self._plugs[supply_point, module] = Plug(radio, self._clock)
        return plug.path

    async def unplug_module(self, supply_point: str, module: int = 1) -> bool:
        """Take a house's module out; false where none was plugged. The meter is told nothing."""
        plug = self._plugs.pop((supply_point, module), None)
        if plug is None:
            return False
        await plug.unplug()
        return True

    async def unplug_all(self) -> None:
        """Take every module out."""
        for supply_point, module in list(self._plugs):
            await self.unplug_module(supply_point, module)

    def mail_count(self, address: str) -> int:
        """Say how many e-mails came for an address."""
        return len(self._mailbox.mails(address))

    def radio(
        self, supply_point: str, metres: float | None = None, interference: float | None = None
    ) -> dict[str, object]:
        """Show what a house's module hears, after moving it (metres from its meter) or disturbing it (dB)."""
        if metres is not None:
            self._air.move(supply_point, metres)
        if interference is not None:
            self._air.interfere(supply_point, interference)
        spot = self._air.spot(supply_point)
        heard = [{"address": h.station.address, "dbm": round(h.strength)} for h in self._air.heard_at(supply_point)]
        return {"metres": spot.metres, "interference": spot.interference, "hears": heard}


def _mac(supply_point: str, module: int) -> bytes:
    return _ORGANISATION + hashlib.sha256(f"{supply_point}/{module}".encode()).digest()[:5]
