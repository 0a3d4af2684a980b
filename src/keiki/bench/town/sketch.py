"""What a place is like before people and numbers are drawn: its housing, contract and wall, and the named cases."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from keiki.bench.town.models import SIZES, RouteB

Phase = Literal["1P2W", "1P3W", "3P3W"]
Option = Literal["", "switching", "voltage"]


@dataclass(frozen=True)
class Sketch:
    """A place in outline. ``wall_*`` is the size of the units that hang there, ``option`` the optional unit's kind."""

    phase: Phase
    capacity: int
    flat: bool = False
    rain: bool = False
    renewable: bool = False
    switching: bool = False
    voltage: bool = False
    route_b: RouteB = "none"
    two_way: bool = False
    option: Option = ""
    wall_phase: Phase | None = None
    wall_capacity: int | None = None

    @property
    def wall(self) -> tuple[Phase, int]:
        """Phase and capacity of the units on the wall: the contract's, unless said otherwise."""
        return self.wall_phase or self.phase, self.wall_capacity or self.capacity

    @property
    def grew(self) -> bool:
        """Whether the contract asks for another size than the installed units have."""
        return self.wall != (self.phase, self.capacity)


NAMED = {
    "apply_renewable": Sketch("1P3W", 60, rain=True, renewable=True),
    "already_wireless": Sketch("1P3W", 60, route_b="wireless"),
    "plain": Sketch("1P3W", 60),
    "flat_plc": Sketch("1P2W", 30, flat=True, switching=True, option="switching"),
    "flat_plc_route_b": Sketch("1P3W", 60, flat=True, route_b="plc"),
    "voltage": Sketch("1P3W", 120, renewable=True, voltage=True, two_way=True, option="voltage"),
    "workshop": Sketch("3P3W", 60, voltage=True),
    "nothing_fits": Sketch("3P3W", 120, switching=True),
    "contract_grew": Sketch("1P3W", 120, wall_phase="1P2W", wall_capacity=30),
}


def draw_sketch(random: Random) -> Sketch:
    """Draw a place: about a third flats, a quarter with route B already, a quarter of the houses with solar panels."""
    flat = random.random() < 0.35
    phase, capacity = random.choices(SIZES, weights=(18, 6, 46, 16, 9, 5))[0]
    renewable = not flat and random.random() < 0.25
    switching = (phase, capacity) != ("3P3W", 120) and random.random() < (0.5 if flat else 0.15)
    voltage = phase != "1P2W" and not switching and random.random() < 0.15
    wanted: Option = "switching" if switching else "voltage" if voltage else ""
    media: tuple[RouteB, ...] = ("none", "wireless", "plc")
    return Sketch(
        phase,  # type: ignore[arg-type]
        capacity,
        flat=flat,
        rain=not flat and random.random() < 0.4,
        renewable=renewable,
        switching=switching,
        voltage=voltage,
        route_b=random.choices(media, weights=(74, 8, 18) if flat else (74, 22, 4))[0],
        two_way=renewable and random.random() < 0.6,
        option=wanted if random.random() < 0.7 else "",
    )
