"""What the console can do at the walls: look, replace units, break and mend them, and lose what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from keiki.bench.console import Console
from keiki.bench.meters.damage import When
from keiki.bench.meters.meter import Meter, World
from keiki.bench.meters.walls import Walls
from keiki.bench.town.place import InstalledUnits
from keiki.protocols.meter_port.messages import MeterStatus

PARTS = ("communication", "metering", "option", "cover")


def shown_units(units: InstalledUnits) -> dict[str, str]:
    """Return what hangs, as JSON: model codes, serial numbers, the metering unit's certification date."""
    return {**asdict(units), "certified": units.certified.isoformat()}


def shown_state(meter: Meter) -> dict[str, Any]:
    """Return a meter's state as JSON, without ID, password or key."""
    unit, readings = meter.communication, meter.readings()
    status = unit.status(meter.now())
    return {
        "supply_point": meter.supply_point,
        "units": shown_units(meter.units),
        "serves_route_b": meter.serves_route_b(),
        "generation": unit.generation,
        "route_b": unit.route_b.state.value,
        "joined": unit.route_b.joined,
        "status": status.words() if isinstance(status, MeterStatus) else None,
        "route_a": not meter.damage.unreachable,
        "clock": readings.datetime.isoformat(),
        "power_w": readings.power_w,
        "current_r": readings.current_r,
        "current_t": readings.current_t,
        "energy_forward": readings.energy_forward,
        "energy_reverse": readings.energy_reverse,
        "unit_exponent": readings.unit_exponent,
        "serial": readings.serial,
    }


def new_serial(part: str, model: str, seed: int, origin: str) -> str:
    """Return the serial number of a unit fresh from the maker: the same for the same ``origin``."""
    prefix = {"communication": f"TC{model[4:5]}", "metering": f"TM{'T' if 'T' in model[4:] else 'S'}"}
    number = int.from_bytes(hashlib.sha256(f"{seed}/{part}/{model}/{origin}".encode()).digest()[:8], "big")
    return f"{prefix.get(part, f'TO{model[2:3]}')}{number % 10**9:09d}"


class WallCommands:
    """The walls' commands. ``replaced`` is told of a wall whose units were changed."""

    def __init__(self, walls: Walls, world: World, replaced: Callable[[Meter], None]) -> None:
        self._walls, self._world, self._replaced = walls, world, replaced

    def register(self, console: Console) -> None:
        """Add the commands."""
        for handler in (
            *(self.places, self.wall, self.meter, self.replace_units, self.power_cycle, self.break_unit),
            *(self.repair_unit, self.lose_replies, self.delay_replies, self.refuse_writes),
        ):
            console.command(handler)

    def places(self) -> list[dict[str, Any]]:
        """List the supply points with housing, contract size and what hangs there."""
        return [
            {
                "supply_point": meter.supply_point,
                "housing": meter.place.housing,
                "phase": meter.place.phase,
                "capacity": meter.place.capacity,
                "renewable": meter.place.renewable,
                "serves_route_b": meter.serves_route_b(),
                "units": shown_units(meter.units),
            }
            for meter in self._walls
        ]

    def wall(self, supply_point: str) -> dict[str, str]:
        """Show what hangs on a wall."""
        return shown_units(self._walls[supply_point].units)

    def meter(self, supply_point: str) -> dict[str, Any]:
        """Show a meter's state, without secrets."""
        return shown_state(self._walls[supply_point])

    def replace_units(
        self, supply_point: str, models: dict[str, str], serials: dict[str, str] | None = None
    ) -> dict[str, str]:
        """Hang other units: models by part (communication, metering, option, cover); an empty option takes it down.

        A part whose serial number is not given keeps its own if the model stays, else gets a maker's new one.
        """
        meter, given = self._walls[supply_point], serials or {}
        unknown = ({*models} - {*PARTS}) | ({*given} - {*PARTS[:3]})
        if unknown:
            raise ValueError(f"a wall has no part {', '.join(sorted(unknown))}: it has {', '.join(PARTS)}")
        before = shown_units(meter.units)
        after = {part: models.get(part, before[part]) for part in PARTS}
        for part in PARTS[:3]:
            kept = before[f"{part}_serial"] if after[part] == before[part] else ""
            made = new_serial(part, after[part], self._world.seed, f"{supply_point}/{before[f'{part}_serial']}")
            after[f"{part}_serial"] = (given.get(part) or kept or made) if after[part] else ""
        same_metering = after["metering_serial"] == before["metering_serial"]
        certified = meter.units.certified if same_metering else meter.now().date()
        meter.replace_units(replace(meter.units, **after, certified=certified))
        self._replaced(meter)
        return shown_units(meter.units)

    def power_cycle(self, supply_point: str) -> dict[str, Any]:
        """Take the power away from a meter and give it back."""
        self._walls[supply_point].power_cycle()
        return self.meter(supply_point)

    def break_unit(self, supply_point: str) -> dict[str, Any]:
        """Break the route-B part of a communication unit."""
        self._walls[supply_point].communication.fail()
        return self.meter(supply_point)

    def repair_unit(self, supply_point: str) -> dict[str, Any]:
        """Mend a communication unit and start it again."""
        self._walls[supply_point].communication.repair()
        return self.meter(supply_point)

    def lose_replies(
        self, supply_point: str, count: int, when: When = "after", writes_only: bool = False
    ) -> dict[str, Any]:
        """Lose the next replies of a meter's maintenance port: before their requests take effect, or after."""
        self._walls[supply_point].damage.lose_replies(count, when, writes_only=writes_only)
        return {"supply_point": supply_point, "count": count, "when": when, "writes_only": writes_only}

    def delay_replies(self, supply_point: str, seconds: float) -> dict[str, Any]:
        """Make a meter's maintenance port late by so many real seconds; 0 ends it."""
        if not 0 <= seconds <= 600:
            raise ValueError("delay by 0 to 600 seconds")
        self._walls[supply_point].damage.delay = seconds
        return {"supply_point": supply_point, "seconds": seconds}

    def refuse_writes(self, supply_point: str, refuse: bool) -> dict[str, Any]:
        """Let a meter refuse to be written, or not."""
        self._walls[supply_point].damage.refuse_writes = refuse
        return {"supply_point": supply_point, "refuse": refuse}
