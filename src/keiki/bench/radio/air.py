"""Who hears whom: distance, walls and interference between the meters of a street and the modules in its houses.

The street is a line with a house every 18 m, in the order of the town; a module stands so many metres inside its house.
Strength follows a log-distance model: 13 dBm (20 mW) sent, 31.5 dB lost over the first metre at 920 MHz, 3.3 times
10 dB for each tenfold of the distance, 12 dB in the house's wall. Below -98 dBm a module hears nothing; interference
on demand raises that floor, so that a strong station may still come through.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from keiki.bench.radio.meter_station import MeterStation

HOUSE_SPACING = 18.0
_SENT, _FIRST_METRE, _EXPONENT, _WALL, _FLOOR = 13.0, 31.5, 3.3, 12.0, -98.0


@dataclass(frozen=True)
class Spot:
    """Where a module stands: metres from its own meter, and the interference there in dB."""

    metres: float = 8.0
    interference: float = 0.0


def strength(metres: float) -> float:
    """Return the strength in dBm at which a station so far away is received."""
    return _SENT - _FIRST_METRE - _WALL - 10 * _EXPONENT * math.log10(max(metres, 1.0))


@dataclass(frozen=True)
class HeardStation:
    """A station that comes through, and how strongly, in dBm."""

    station: MeterStation
    strength: float


class Air:
    """The stations of a town by supply point, in street order, and the spots of the modules."""

    def __init__(self, stations: Mapping[str, MeterStation]) -> None:
        self._stations = dict(stations)
        self._position = {supply_point: nth * HOUSE_SPACING for nth, supply_point in enumerate(self._stations)}
        self._spots: dict[str, Spot] = {}

    def spot(self, supply_point: str) -> Spot:
        """Return where the module of a house stands; KeyError for a house that is not in this town."""
        if supply_point not in self._stations:
            raise KeyError(f"there is no supply point {supply_point} in this town")
        return self._spots.get(supply_point, Spot())

    @property
    def spots(self) -> dict[str, Spot]:
        """The spots of the modules that were moved or disturbed."""
        return dict(self._spots)

    def restore(self, spots: Mapping[str, Spot]) -> None:
        """Put the modules where they stood."""
        self._spots = dict(spots)

    def move(self, supply_point: str, metres: float) -> None:
        """Put a house's module so many metres from its meter; ValueError outside 0 to 10,000."""
        if not 0 <= metres <= 10_000:
            raise ValueError("a module stands 0 to 10,000 m from its meter")
        self._spots[supply_point] = replace(self.spot(supply_point), metres=metres)

    def interfere(self, supply_point: str, decibel: float) -> None:
        """Let something in a house disturb its module by so many dB; 0 ends it. ValueError outside 0 to 200."""
        if not 0 <= decibel <= 200:
            raise ValueError("interference is 0 to 200 dB")
        self._spots[supply_point] = replace(self.spot(supply_point), interference=decibel)

    def heard_at(self, supply_point: str) -> list[HeardStation]:
        """Return the stations that the module of a house hears, its own and its neighbours', strongest first."""
        spot = self.spot(supply_point)
        here = self._position[supply_point]
        found = []
        for other, station in self._stations.items():
            received = strength(math.hypot(self._position[other] - here, spot.metres))
            if station.on_air and received >= _FLOOR + spot.interference:
                found.append(HeardStation(station, received))
        return sorted(found, key=lambda heard: -heard.strength)

    def find(self, supply_point: str, address: str) -> HeardStation | None:
        """Return the station at a link-local address, where the module of a house hears it."""
        return next((heard for heard in self.heard_at(supply_point) if heard.station.address == address), None)
