"""All the walls of the town, found by place or by what hangs there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keiki.bench.meters.meter import Meter, World
from keiki.bench.town.place import Place


class Walls:
    """The meters of a town, in its order."""

    def __init__(self, places: Iterable[Place], world: World) -> None:
        self._meters = {place.supply_point: Meter(place, world) for place in places}

    def __getitem__(self, supply_point: str) -> Meter:
        """Return the meter of a supply point (22 digits), or raise :class:`KeyError` saying so."""
        try:
            return self._meters[supply_point]
        except KeyError:
            raise KeyError("the town has no such supply point: `places` lists them") from None

    def __iter__(self) -> Iterator[Meter]:
        return iter(self._meters.values())

    def __len__(self) -> int:
        return len(self._meters)

    def by_communication_serial(self, serial: str) -> Meter | None:
        """Return the meter on which the communication unit with this serial number hangs now."""
        return next((meter for meter in self if meter.communication.serial == serial), None)
