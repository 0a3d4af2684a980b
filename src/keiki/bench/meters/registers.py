"""A metering unit's registers: power, currents and cumulative energy that advance with the town's time.

Everything is a function of (seed, supply point, time), so a town drawn again reads the same. Each half hour has a mean
consumption and, behind a renewable contract, a mean generation, in whole watts; within the half hour the power swings
around the mean by a sine of which a whole period fits, so that power and energy agree: the register at any moment is
the integral of the power before it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from keiki.bench.meters.clock import JST

HALF_HOUR = timedelta(minutes=30)
SLOTS = 48
HISTORY_DAYS = 99
UNIT_EXPONENT = -1
"""Energy is counted in 10^-1 kWh."""
WATT_HOURS_PER_UNIT = 100
DIGITS = 6
FULL = 1_000_000
"""Where a register of six digits begins again."""
SWING = 0.1
Direction = Literal["forward", "reverse"]

_DAY_SHAPE = (0.5, 0.4, 0.4, 0.4, 0.5, 0.7, 1.2, 1.3, 0.9, 0.7, 0.6, 0.7, 0.9, 0.7, 0.6, 0.6, 0.8, 1.2, 1.7, 1.9, 1.8)
_EVENING = (1.5, 1.1, 0.8)
_SHAPE = _DAY_SHAPE + _EVENING


@dataclass(frozen=True)
class Load:
    """What hangs behind the meter: where, phase and wires, capacity in A, and whether it also feeds in."""

    supply_point: str
    phase: Literal["1P2W", "1P3W", "3P3W"]
    capacity: int
    renewable: bool


class MeterRegisters:
    """The registers of one metering unit.

    ``since`` is the moment (the town's time) at which it read ``reading`` forward, in units of 10^-1 kWh: zero for a
    unit that is hung new. ``renewable`` says that the house also feeds in, ``two_way`` that the unit can measure that:
    one that measures one way only counts no reverse energy and shows no negative power.
    """

    def __init__(self, seed: int, load: Load, *, two_way: bool, since: datetime, reading: int = 0) -> None:
        self._key = f"{seed}/{load.supply_point}".encode()
        self._load, self._two_way = load, two_way
        self._since, self._reading = since, {"forward": reading, "reverse": 0}
        self._origin = _slot_start(since)
        self._full = load.capacity * (100 if load.phase == "1P2W" else 200)
        self._base = self._full * (0.02 + 0.06 * self._draw("size", ""))
        self._totals: dict[Direction, list[float]] = {"forward": [0.0], "reverse": [0.0]}

    @property
    def counted(self) -> tuple[datetime, int]:
        """The moment since which it counts here, and what it read forward then."""
        return self._since, self._reading["forward"]

    def power(self, at: datetime) -> int:
        """Net power in W at a moment; negative while feeding in."""
        start = _slot_start(at)
        swing = 1 + SWING * math.sin(2 * math.pi * ((at - start) / HALF_HOUR))
        return round(self._mean_net(start) * swing)

    def currents(self, at: datetime) -> tuple[int, int | None]:
        """Currents of R and T in 0.1 A at a moment; T is None where there is one phase with two wires."""
        power = self.power(at)
        if self._load.phase == "1P2W":
            return round(power / 10), None
        if self._load.phase == "3P3W":
            current = round(power / (math.sqrt(3) * 200) * 10)
            return current, current
        lean = 0.35 + 0.3 * self._draw("lean", "")
        return round(power * lean / 10), round(power * (1 - lean) / 10)

    def energy(self, at: datetime, direction: Direction) -> int:
        """Cumulative energy at a moment, in units of 10^:data:`UNIT_EXPONENT` kWh."""
        at = max(at, self._since)
        watt_hours = self._watt_hours(at, direction) - self._watt_hours(self._since, direction)
        return (self._reading[direction] + int(watt_hours / WATT_HOURS_PER_UNIT)) % FULL

    def history(self, now: datetime, day: int, direction: Direction) -> tuple[int | None, ...]:
        """The 48 cumulative energies at 00:00, 00:30 ... 23:30 of the day ``day`` days ago (0 to 99).

        None where the moment is still to come, or the unit did not hang here yet.
        """
        if not 0 <= day <= HISTORY_DAYS:
            raise ValueError(f"a meter keeps the half hours of {HISTORY_DAYS} days")
        midnight = datetime.combine(now.astimezone(JST).date() - timedelta(days=day), time(), JST)
        moments = (midnight + slot * HALF_HOUR for slot in range(SLOTS))
        return tuple(self.energy(m, direction) if self._since <= m <= now else None for m in moments)

    def _watt_hours(self, at: datetime, direction: Direction) -> float:
        start = _slot_start(at)
        slots = (start - self._origin) // HALF_HOUR
        totals = self._totals[direction]
        while len(totals) <= slots:
            totals.append(totals[-1] + self._mean(self._origin + (len(totals) - 1) * HALF_HOUR, direction) / 2)
        part = (at - start) / HALF_HOUR
        swung = part + SWING * (1 - math.cos(2 * math.pi * part)) / (2 * math.pi)
        return totals[slots] + self._mean(start, direction) / 2 * swung

    def _mean(self, slot: datetime, direction: Direction) -> int:
        net = self._mean_net(slot)
        return max(net, 0) if direction == "forward" else max(-net, 0)

    def _mean_net(self, slot: datetime) -> int:
        used = self._base * _SHAPE[slot.hour] * (0.6 + 0.8 * self._draw("use", slot.isoformat()))
        net = round(used - (self._sun(slot) * self._full * 0.35 if self._load.renewable else 0.0))
        return net if self._two_way else max(net, 0)

    def _sun(self, slot: datetime) -> float:
        hours = slot.hour + slot.minute / 60
        height = math.sin(math.pi * (hours - 6) / 12) if 6 < hours < 18 else 0.0
        return height * (0.3 + 0.7 * self._draw("sky", slot.date().isoformat()))

    def _draw(self, what: str, when: str) -> float:
        digest = hashlib.blake2b(f"{what}/{when}".encode(), key=self._key[:64], digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64


def _slot_start(at: datetime) -> datetime:
    local = at.astimezone(JST)
    return local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
