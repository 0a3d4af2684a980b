"""A wall: the plugged units of one place, with state.

What hangs decides what works: a unit without route-B function serves none. Lamps and condition are read off what
happened (``communication_unit``); nothing sets them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from keiki.bench.meters.clock import JST, Clock
from keiki.bench.meters.communication_unit import CommunicationUnit
from keiki.bench.meters.damage import MeterDamage
from keiki.bench.meters.readings import MAKER, MeteringUnitReadings
from keiki.bench.meters.registers import DIGITS, HALF_HOUR, HISTORY_DAYS, UNIT_EXPONENT, Load, MeterRegisters
from keiki.bench.meters.route_b import SESSION, RouteBSide, SessionTerms
from keiki.bench.meters.store import HeldCredential
from keiki.bench.town.models import COMMUNICATION, COVERS, METERING, OPTIONS
from keiki.bench.town.place import InstalledUnits, Place
from keiki.protocols.meter_port.messages import MeterIdentity


class DoesNotPlugError(ValueError):
    """Units that cannot be plugged together; says which and why."""


@dataclass(frozen=True)
class World:
    """What a meter needs of the world around it: the town's clock and seed, and a source of random bytes.

    ``session_life``: how long meters let a HEMS' session live without a new authentication.
    """

    clock: Clock
    seed: int
    random_bytes: Callable[[int], bytes]
    session_life: timedelta = SESSION


class Meter:
    """The meter of a place. ``damage`` is public: it is what people do to it."""

    def __init__(self, place: Place, world: World) -> None:
        self.place = place
        self.damage = MeterDamage()
        self._world = world
        self.written: Callable[[Meter], None] = lambda _: None
        """Called when the meter takes a credential, before it acknowledges that."""
        self._units = place.installed
        check_plugs(place.installed)
        self._communication = self._new_communication_unit()
        self._registers = self._old_registers()

    @property
    def supply_point(self) -> str:
        """The 22-digit number of the place."""
        return self.place.supply_point

    @property
    def units(self) -> InstalledUnits:
        """What hangs now."""
        return self._units

    @property
    def communication(self) -> CommunicationUnit:
        """The communication unit that hangs now; another object after it was replaced."""
        return self._communication

    @property
    def counted(self) -> tuple[datetime, int]:
        """Since when the metering unit counts here, and what it read then, in units of 10^-1 kWh."""
        return self._registers.counted

    def restore(self, units: InstalledUnits, counted: tuple[datetime, int], held: HeldCredential | None) -> None:
        """Hang again what hung when the town ended, with what it had counted and the credential that it held."""
        self._units = units
        self._registers = self._new_registers(*counted)
        self._communication = self._new_communication_unit()
        self._communication.restore(held)

    def serves_route_b(self) -> bool:
        """Tell whether both communication and metering unit have the route-B function."""
        return COMMUNICATION[self._units.communication].route_b != "none" and METERING[self._units.metering].route_b

    def route_b(self, medium: str = "wireless") -> RouteBSide | None:
        """Return the route-B side that a HEMS on ``medium`` ("wireless" or "plc") may meet, or None."""
        if not self.serves_route_b() or COMMUNICATION[self._units.communication].route_b != medium:
            return None
        return self._communication.route_b

    def identity(self) -> MeterIdentity:
        """Return what the maintenance port says of the units."""
        u = self._units
        return MeterIdentity(
            communication_serial=u.communication_serial,
            communication_model=u.communication,
            metering_serial=u.metering_serial,
            metering_model=u.metering,
            option_serial=u.option_serial,
            option_model=u.option,
            cover=u.cover,
            supply_point=self.supply_point,
        )

    def readings(self) -> MeteringUnitReadings:
        """Return what the metering unit shows now."""
        now, registers = self._world.clock.now().replace(microsecond=0), self._registers
        half_hour = now.replace(minute=now.minute // 30 * 30, second=0)
        current_r, current_t = registers.currents(now)
        return MeteringUnitReadings(
            power_w=registers.power(now),
            current_r=current_r,
            current_t=current_t,
            energy_forward=registers.energy(now, "forward"),
            energy_reverse=registers.energy(now, "reverse"),
            unit_exponent=UNIT_EXPONENT,
            digits=DIGITS,
            coefficient=1,
            serial=self._units.metering_serial[:12],
            maker=MAKER,
            datetime=now,
            half_hour_at=half_hour,
            half_hour_forward=registers.energy(half_hour, "forward"),
            half_hour_reverse=registers.energy(half_hour, "reverse"),
            two_way=METERING[self._units.metering].two_way,
            fault=False,
            _history=lambda day, direction: registers.history(now, day, direction),
        )

    def now(self) -> datetime:
        """Return the meter's own clock, in whole seconds."""
        return self._world.clock.now().replace(microsecond=0)

    def replace_units(self, units: InstalledUnits) -> None:
        """Hang ``units``; raise :class:`DoesNotPlugError` and change nothing where they do not plug together.

        A communication unit with another serial number is new: it holds nothing, at generation 0. The same one with
        another metering unit keeps its credential and is started again. A new metering unit counts from zero.
        """
        check_plugs(units)
        before, self._units = self._units, units
        if units.metering_serial != before.metering_serial:
            self._registers = self._new_registers(self._world.clock.now(), 0)
        if units.communication_serial != before.communication_serial:
            self._communication = self._new_communication_unit()
        else:
            self._communication.plug_in(route_b=self.serves_route_b())

    def power_cycle(self) -> None:
        """Take the power away and give it back: sessions end, what is stored stays."""
        self._communication.power_cycle()

    def _new_communication_unit(self) -> CommunicationUnit:
        world, units = self._world, self._units
        model = COMMUNICATION[units.communication]
        terms = SessionTerms(world.session_life, model.ends_session, model.reports_exchange)
        unit = CommunicationUnit(units.communication_serial, world.clock.now, world.random_bytes, terms)
        unit.written = lambda: self.written(self)
        unit.plug_in(route_b=self.serves_route_b())
        return unit

    def _old_registers(self) -> MeterRegisters:
        """Registers of a unit that hangs since its certification, with what it counted before anyone looked."""
        now = self._world.clock.now()
        certified = datetime.combine(self._units.certified, time(12), JST)
        since = max(certified, now - timedelta(days=HISTORY_DAYS + 1))
        since = since.replace(minute=0, second=0, microsecond=0) if since < now else now - HALF_HOUR
        days_before = max((since - certified).days, 0)
        per_day = 40 + int(self.supply_point[-4:]) % 120
        return self._new_registers(since, days_before * per_day)

    def _new_registers(self, since: datetime, reading: int) -> MeterRegisters:
        model, place = METERING[self._units.metering], self.place
        load = Load(place.supply_point, model.phase, model.capacity, place.renewable)
        return MeterRegisters(self._world.seed, load, two_way=model.two_way, since=since, reading=reading)


def check_plugs(units: InstalledUnits) -> None:
    """Raise :class:`DoesNotPlugError` for unknown models and units that cannot be plugged together."""
    for code, models, what in (
        (units.communication, COMMUNICATION, "communication unit"),
        (units.metering, METERING, "metering unit"),
        (units.cover, COVERS, "cover"),
    ):
        if code not in models:
            raise DoesNotPlugError(f"no maker has a {what} {code!r}")
    if not units.option:
        return
    if units.option not in OPTIONS:
        raise DoesNotPlugError(f"no maker has an optional unit {units.option!r}")
    option, metering = OPTIONS[units.option], METERING[units.metering]
    if (option.phase, option.capacity) != (metering.phase, metering.capacity):
        raise DoesNotPlugError(f"the optional unit {units.option} does not fit the metering unit {units.metering}")
