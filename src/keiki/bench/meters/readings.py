"""What a meter's metering unit shows at one moment: what route B's class 0x0288 answers are built of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from keiki.bench.meters.registers import Direction

MAKER = b"\xff\xff\xff"
"""No maker's code: ECHONET gives codes to its members, and the bench is none."""


@dataclass(frozen=True)
class MeteringUnitReadings:
    """A snapshot.

    ``power_w`` net W, negative while feeding in. ``current_r`` and ``current_t`` in 0.1 A; T is None with 1P2W.
    ``energy_forward`` and ``energy_reverse`` cumulative, in 10^``unit_exponent`` kWh, ``digits`` decimal digits, times
    ``coefficient``. ``serial`` is the metering unit's, at most 12 ASCII characters. ``half_hour_at`` is the last full
    half hour, at which the meter stood at ``half_hour_forward`` and ``half_hour_reverse``.
    """

    power_w: int
    current_r: int
    current_t: int | None
    energy_forward: int
    energy_reverse: int
    unit_exponent: int
    digits: int
    coefficient: int
    serial: str
    maker: bytes
    datetime: dt.datetime
    half_hour_at: dt.datetime
    half_hour_forward: int
    half_hour_reverse: int
    two_way: bool
    fault: bool
    _history: Callable[[int, Direction], tuple[int | None, ...]] = field(repr=False, compare=False)

    def history(self, day: int, direction: Direction) -> tuple[int | None, ...]:
        """The 48 half-hourly cumulative energies of the day ``day`` days ago (0 to 99); None where there is none."""
        return self._history(day, direction)
