"""Class 0x0288, low-voltage smart electric energy meter: its property codes, and each one's value to bytes and back.

APPENDIX Detailed Requirements for ECHONET Device Objects, section 3.3.25, and the super class of section 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import IntEnum
from typing import Any

from keiki.protocols.echonet import meter_values as values
from keiki.protocols.echonet.frame import MalformedProperty
from keiki.protocols.echonet.property_map import decode_property_map, encode_property_map


class Epc(IntEnum):
    """The properties of the class that this meter has."""

    STATUS = 0x80
    LOCATION = 0x81
    RELEASE = 0x82
    FAULT = 0x88
    MAKER = 0x8A
    SERIAL = 0x8D
    TIME = 0x97
    DATE = 0x98
    ANNOUNCED = 0x9D
    SETTABLE = 0x9E
    READABLE = 0x9F
    COEFFICIENT = 0xD3
    DIGITS = 0xD7
    FORWARD = 0xE0
    UNIT = 0xE1
    DAY_FORWARD = 0xE2
    REVERSE = 0xE3
    DAY_REVERSE = 0xE4
    DAY = 0xE5
    POWER = 0xE7
    CURRENTS = 0xE8
    FIXED_FORWARD = 0xEA
    FIXED_REVERSE = 0xEB
    INTERVALS = 0xEC
    INTERVAL_CHOICE = 0xED


UNITS = {
    0x00: Decimal("1"),
    0x01: Decimal("0.1"),
    0x02: Decimal("0.01"),
    0x03: Decimal("0.001"),
    0x04: Decimal("0.0001"),
    0x0A: Decimal("10"),
    0x0B: Decimal("100"),
    0x0C: Decimal("1000"),
    0x0D: Decimal("10000"),
}
"""The unit of one count (E1) in kWh, by its code."""


@dataclass(frozen=True)
class _Codec:
    """How one property is written (value to EDT) and read (EDT to value)."""

    write: Callable[[Any], bytes]
    read: Callable[[bytes], Any]


def _number(length: int, low: int, high: int) -> _Codec:
    def read(edt: bytes) -> int:
        number = int.from_bytes(values.exactly(edt, length), "big")
        if not low <= number <= high:
            raise MalformedProperty(f"the value lies between {low} and {high}, not {number}")
        return number

    return _Codec(lambda number: number.to_bytes(length, "big"), read)


def _choice(table: dict[int, Any]) -> _Codec:
    codes = {value: code for code, value in table.items()}

    def read(edt: bytes) -> Any:
        code = values.exactly(edt, 1)[0]
        if code not in table:
            raise MalformedProperty(f"the class does not define the value {code:02X}")
        return table[code]

    return _Codec(lambda value: bytes((codes[value],)), read)


def _raw(length: int) -> _Codec:
    return _Codec(bytes, lambda edt: values.exactly(edt, length))


def _read_serial(edt: bytes) -> str:
    try:
        return values.exactly(edt, 12).decode("ascii")
    except UnicodeDecodeError:
        raise MalformedProperty("a serial number is written in ASCII") from None


def _read_time(edt: bytes) -> time:
    hour, minute = values.exactly(edt, 2)
    try:
        return time(hour, minute)
    except ValueError:
        raise MalformedProperty("the property holds a time that no clock shows") from None


def _read_date(edt: bytes) -> date:
    return values.decode_moment(values.exactly(edt, 4) + b"\x00\x00\x00").date()


_MAP = _Codec(encode_property_map, decode_property_map)
_ENERGY = _Codec(values.encode_energy, values.decode_energy)
_DAY = _Codec(bytes, values.DayRecord.parse)
_FIXED = _Codec(bytes, values.FixedReading.parse)

_CODECS = {
    Epc.STATUS: _choice({0x30: True, 0x31: False}),
    Epc.LOCATION: _number(1, 0, 0xFF),
    Epc.RELEASE: _raw(4),
    Epc.FAULT: _choice({0x41: True, 0x42: False}),
    Epc.MAKER: _raw(3),
    Epc.SERIAL: _Codec(lambda serial: serial.encode("ascii"), _read_serial),
    Epc.TIME: _Codec(lambda when: bytes((when.hour, when.minute)), _read_time),
    Epc.DATE: _Codec(lambda day: day.year.to_bytes(2, "big") + bytes((day.month, day.day)), _read_date),
    Epc.ANNOUNCED: _MAP,
    Epc.SETTABLE: _MAP,
    Epc.READABLE: _MAP,
    Epc.COEFFICIENT: _number(4, 0, 999_999),
    Epc.DIGITS: _number(1, 1, 8),
    Epc.FORWARD: _ENERGY,
    Epc.UNIT: _choice(UNITS),
    Epc.DAY_FORWARD: _DAY,
    Epc.REVERSE: _ENERGY,
    Epc.DAY_REVERSE: _DAY,
    Epc.DAY: _number(1, 0, 99),
    Epc.POWER: _Codec(values.encode_power, values.decode_power),
    Epc.CURRENTS: _Codec(bytes, values.Currents.parse),
    Epc.FIXED_FORWARD: _FIXED,
    Epc.FIXED_REVERSE: _FIXED,
    Epc.INTERVALS: _Codec(bytes, values.IntervalRecord.parse),
    Epc.INTERVAL_CHOICE: _Codec(bytes, values.IntervalChoice.parse),
}


def encode_property(epc: Epc, value: Any) -> bytes:
    """Return the EDT of ``value``: bool, int, Decimal (E1, kWh), date, time, str, a set of codes, a meter value."""
    return _CODECS[epc].write(value)


def decode_property(epc: int, edt: bytes) -> Any:
    """Return the value of a property's EDT.

    Raises:
        MalformedProperty: the class has no such property here, or it cannot have these bytes.
    """
    try:
        codec = _CODECS[Epc(epc)]
    except ValueError:
        raise MalformedProperty(f"class 0288 has no property {epc:02X} here") from None
    return codec.read(edt)
