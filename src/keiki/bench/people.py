"""What people of the town know and do: a resident knows the own name and address, a crew hangs what it took along."""

from __future__ import annotations

from collections.abc import Iterable

from keiki.bench.console import Console
from keiki.bench.meters.commands import WallCommands
from keiki.bench.servers.servers import Servers
from keiki.bench.town.models import COMMUNICATION, METERING
from keiki.bench.town.place import Place

RAIN_COVER = "TCV-R"


class TownPeople:
    """The town's residents and its crews."""

    def __init__(self, places: Iterable[Place], servers: Servers, walls: WallCommands) -> None:
        self._residents = {place.supply_point: place.customer for place in places}
        self._servers, self._walls = servers, walls

    def register(self, console: Console) -> None:
        """Add the commands."""
        for handler in (self.resident, self.hang):
            console.command(handler)

    def resident(self, supply_point: str) -> dict[str, str]:
        """Say who lives there, as the resident would when applying: name and e-mail address."""
        if supply_point not in self._residents:
            raise KeyError("nobody lives at that supply point: look at places")
        customer = self._residents[supply_point]
        return {"name": customer.name, "email": customer.email}

    def hang(
        self, supply_point: str, serials: list[str], rain_cover: bool = False, take_down_option: bool = False
    ) -> dict[str, str]:
        """Hang the units with these serial numbers, which the crew took from a depot's shelf, and a cover."""
        models: dict[str, str] = {}
        numbers: dict[str, str] = {}
        with self._servers["allocation"].transaction() as connection:
            for serial in serials:
                row = connection.execute("SELECT kata FROM zaiko WHERE seiban = ?", (serial,)).fetchone()
                if row is None:
                    raise KeyError(f"no depot has a unit with the serial number {serial}: read the label again")
                part = "communication" if row[0] in COMMUNICATION else "metering" if row[0] in METERING else "option"
                models[part], numbers[part] = row[0], serial
        if rain_cover:
            models["cover"] = RAIN_COVER
        if take_down_option:
            models["option"] = ""
        return self._walls.replace_units(supply_point, models, numbers)
