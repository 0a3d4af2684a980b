"""The meter's ECHONET Lite objects as a pure function: a request, what the meter knows, what was chosen -> an answer.

The meter object (028801) and the node profile (0EF001) answer Get, SetC, SetI, SetGet and INF_REQ. Where a part of a
request cannot be met the whole answer becomes "not possible" (5x) and carries what could be met, by the tables of
ECHONET Lite Specification Part II, section 4.2.3: a read property that failed comes back empty, a written one that
failed comes back as it was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Protocol

from keiki.protocols.echonet import node_profile
from keiki.protocols.echonet.frame import CONTROLLER, METER, NODE_PROFILE, Eoj, Esv, Frame, MalformedProperty, Property
from keiki.protocols.echonet.meter_class import Epc, decode_property, encode_property
from keiki.protocols.echonet.meter_values import (
    HALF_HOURS,
    Currents,
    DayRecord,
    FixedReading,
    IntervalChoice,
    IntervalRecord,
)

_HALF_HOUR = timedelta(minutes=30)
_RELEASE_F = b"\x00\x00F\x00"
_NOT_CHOSEN = IntervalChoice(None, 1)


class Direction(Enum):
    """Which way the energy flowed: to the customer, or fed in."""

    FORWARD = "forward"
    REVERSE = "reverse"


class Register(Protocol):
    """The meter's memory of its two registers."""

    def count(self, direction: Direction, moment: datetime) -> int | None:
        """Return the register at ``moment`` (local time), or None where nothing was recorded."""


@dataclass(frozen=True)
class EchonetReadings:
    """What a meter knows at one moment (local time): power in W, currents in 0.1 A, unit in kWh, serial (12)."""

    now: datetime
    maker: bytes
    serial: str
    unit: Decimal
    coefficient: int
    digits: int
    power: int | None
    currents: Currents
    register: Register
    faulty: bool = False


@dataclass(frozen=True)
class MeterChoices:
    """What a HEMS has set in the meter: place, the day of history 1, the half hours of history 2."""

    location: int = 0
    day: int = 0
    intervals: IntervalChoice = _NOT_CHOSEN


ANNOUNCED = frozenset({Epc.STATUS, Epc.LOCATION, Epc.FAULT, Epc.FIXED_FORWARD, Epc.FIXED_REVERSE})
SETTABLE = frozenset({Epc.LOCATION, Epc.DAY, Epc.INTERVAL_CHOICE})
READABLE = frozenset(Epc)


def _day_record(direction: Direction) -> Callable[[EchonetReadings, MeterChoices], DayRecord]:
    def read(readings: EchonetReadings, choices: MeterChoices) -> DayRecord:
        midnight = datetime.combine(readings.now.date(), datetime.min.time()) - timedelta(days=choices.day)
        moments = (midnight + nth * _HALF_HOUR for nth in range(HALF_HOURS))
        return DayRecord(choices.day, tuple(_count(readings, direction, moment) for moment in moments))

    return read


def _fixed(direction: Direction) -> Callable[[EchonetReadings, MeterChoices], FixedReading]:
    def read(readings: EchonetReadings, _: MeterChoices) -> FixedReading:
        latest = readings.now.replace(minute=readings.now.minute // 30 * 30, second=0, microsecond=0)
        return FixedReading(latest, _count(readings, direction, latest))

    return read


def _intervals(readings: EchonetReadings, choices: MeterChoices) -> IntervalRecord:
    chosen = choices.intervals
    if chosen.until is None:
        return IntervalRecord(chosen, ((None, None),) * chosen.points)
    moments = [chosen.until - nth * _HALF_HOUR for nth in range(chosen.points)]
    return IntervalRecord(
        chosen, tuple((_count(readings, Direction.FORWARD, m), _count(readings, Direction.REVERSE, m)) for m in moments)
    )


def _count(readings: EchonetReadings, direction: Direction, moment: datetime) -> int | None:
    return None if moment > readings.now else readings.register.count(direction, moment)


_READ: Mapping[Epc, Callable[[EchonetReadings, MeterChoices], object]] = {
    Epc.STATUS: lambda r, c: True,
    Epc.LOCATION: lambda r, c: c.location,
    Epc.RELEASE: lambda r, c: _RELEASE_F,
    Epc.FAULT: lambda r, c: r.faulty,
    Epc.MAKER: lambda r, c: r.maker,
    Epc.SERIAL: lambda r, c: r.serial,
    Epc.TIME: lambda r, c: r.now.time(),
    Epc.DATE: lambda r, c: r.now.date(),
    Epc.ANNOUNCED: lambda r, c: ANNOUNCED,
    Epc.SETTABLE: lambda r, c: SETTABLE,
    Epc.READABLE: lambda r, c: READABLE,
    Epc.COEFFICIENT: lambda r, c: r.coefficient,
    Epc.DIGITS: lambda r, c: r.digits,
    Epc.FORWARD: lambda r, c: _count(r, Direction.FORWARD, r.now),
    Epc.UNIT: lambda r, c: r.unit,
    Epc.DAY_FORWARD: _day_record(Direction.FORWARD),
    Epc.REVERSE: lambda r, c: _count(r, Direction.REVERSE, r.now),
    Epc.DAY_REVERSE: _day_record(Direction.REVERSE),
    Epc.DAY: lambda r, c: c.day,
    Epc.POWER: lambda r, c: r.power,
    Epc.CURRENTS: lambda r, c: r.currents,
    Epc.FIXED_FORWARD: _fixed(Direction.FORWARD),
    Epc.FIXED_REVERSE: _fixed(Direction.REVERSE),
    Epc.INTERVALS: _intervals,
    Epc.INTERVAL_CHOICE: lambda r, c: c.intervals,
}


def read_property(epc: int, readings: EchonetReadings, choices: MeterChoices) -> bytes | None:
    """Return the EDT of one property of the meter object, or None where the meter has no such property."""
    if epc not in READABLE:
        return None
    return encode_property(Epc(epc), _READ[Epc(epc)](readings, choices))


def write_property(asked: Property, choices: MeterChoices) -> MeterChoices | None:
    """Return the choices after a write, or None where the property or its value cannot be set."""
    if asked.epc not in SETTABLE:
        return None
    try:
        value = decode_property(asked.epc, asked.edt)
    except MalformedProperty:
        return None
    field = {Epc.LOCATION: "location", Epc.DAY: "day", Epc.INTERVAL_CHOICE: "intervals"}[Epc(asked.epc)]
    return replace(choices, **{field: value})


def answer(request: Frame, readings: EchonetReadings, choices: MeterChoices) -> tuple[Frame | None, MeterChoices]:
    """Return the answer to ``request`` (None where the specification asks for silence) and the choices after it."""
    if request.deoj.addresses(METER):
        meter = _Object(METER, lambda epc, after: read_property(epc, readings, after), write_property)
        return meter.answer(request, choices)
    if request.deoj.addresses(NODE_PROFILE):
        profile = _Object(
            NODE_PROFILE,
            lambda epc, after: node_profile.read_property(epc, readings.maker, readings.serial),
            lambda asked, after: None,
        )
        return profile.answer(request, choices)
    return None, choices


def half_hour_notice(readings: EchonetReadings) -> Frame:
    """Return what a meter announces to its HEMS after each half hour: the registers at that moment (EA, EB)."""
    codes = (Epc.FIXED_FORWARD, Epc.FIXED_REVERSE)
    told = tuple(Property(epc, encode_property(epc, _READ[epc](readings, MeterChoices()))) for epc in codes)
    return Frame(0, METER, CONTROLLER, Esv.INF, told)


@dataclass(frozen=True)
class _Object:
    """One object with how it reads and writes its properties."""

    eoj: Eoj
    read: Callable[[int, MeterChoices], bytes | None]
    write: Callable[[Property, MeterChoices], MeterChoices | None]

    def answer(self, request: Frame, choices: MeterChoices) -> tuple[Frame | None, MeterChoices]:
        """Answer by the request's service."""
        match request.esv:
            case Esv.GET | Esv.INF_REQ:
                read, done = self._get(request.properties, choices)
                good, bad = (Esv.GET_RES, Esv.GET_SNA) if request.esv is Esv.GET else (Esv.INF, Esv.INF_SNA)
                return request.reply(self.eoj, good if done else bad, read), choices
            case Esv.SETC | Esv.SETI:
                written, after, done = self._set(request.properties, choices)
                if done and request.esv is Esv.SETI:
                    return None, after
                bad = Esv.SETI_SNA if request.esv is Esv.SETI else Esv.SETC_SNA
                return request.reply(self.eoj, Esv.SET_RES if done else bad, written), after
            case Esv.SETGET:
                written, after, set_done = self._set(request.properties, choices)
                read, get_done = self._get(request.second, after)
                esv = Esv.SETGET_RES if set_done and get_done else Esv.SETGET_SNA
                return request.reply(self.eoj, esv, written, read), after
        return None, choices

    def _get(self, asked: tuple[Property, ...], choices: MeterChoices) -> tuple[list[Property], bool]:
        found = [(each.epc, self.read(each.epc, choices)) for each in asked]
        return [Property(epc, edt or b"") for epc, edt in found], all(edt is not None for _, edt in found)

    def _set(self, asked: tuple[Property, ...], choices: MeterChoices) -> tuple[list[Property], MeterChoices, bool]:
        answers, done = [], True
        for each in asked:
            after = self.write(each, choices)
            answers.append(each if after is None else Property(each.epc))
            choices, done = (choices, False) if after is None else (after, done)
        return answers, choices, done
