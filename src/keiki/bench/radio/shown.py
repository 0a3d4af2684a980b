"""What the metering unit shows, in the terms of ECHONET Lite class 0x0288."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from keiki.bench.meters.readings import MeteringUnitReadings
from keiki.protocols.echonet.meter_object import Direction, EchonetReadings
from keiki.protocols.echonet.meter_values import HALF_HOURS, Currents


@dataclass(frozen=True)
class HalfHourRegister:
    """The register of one snapshot: now, and at each half hour of the days that the meter keeps."""

    shown: MeteringUnitReadings
    _days: dict[tuple[int, Direction], tuple[int | None, ...]] = field(default_factory=dict, compare=False)

    def count(self, direction: Direction, moment: datetime) -> int | None:
        """Return the register at ``moment`` (local time): now or a half hour; None where nothing was recorded."""
        now = self.shown.datetime.replace(tzinfo=None)
        if moment == now:
            forward = direction is Direction.FORWARD
            return self.shown.energy_forward if forward else self.shown.energy_reverse
        key = ((now.date() - moment.date()).days, direction)
        if key not in self._days:
            self._days[key] = self._day(*key)
        return self._days[key][moment.hour * 2 + moment.minute // 30]

    def _day(self, day: int, direction: Direction) -> tuple[int | None, ...]:
        try:
            return self.shown.history(day, direction.value)
        except ValueError:
            return (None,) * HALF_HOURS


def as_class_values(shown: MeteringUnitReadings) -> EchonetReadings:
    """Return a bench meter's snapshot as the values that the meter object answers from."""
    return EchonetReadings(
        now=shown.datetime.replace(tzinfo=None),
        maker=shown.maker,
        serial=shown.serial.ljust(12),
        unit=Decimal(1).scaleb(shown.unit_exponent),
        coefficient=shown.coefficient,
        digits=shown.digits,
        power=shown.power_w,
        currents=Currents(shown.current_r, shown.current_t),
        register=HalfHourRegister(shown),
        faulty=shown.fault,
    )
