"""The values that class 0x0288 knows and their bytes (EDT), big-endian throughout.

Energies are counts of the meter's own unit (E1) before the coefficient (D3): what the register shows, never kWh.
``None`` stands for "no data", which the class writes as the largest value but one of each width. Moments are the
meter's local time without a zone. APPENDIX Detailed Requirements for ECHONET Device Objects, section 3.3.25.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from keiki.protocols.echonet.frame import MalformedProperty

HALF_HOURS = 48
_NO_ENERGY = 0xFFFFFFFE
_NO_POWER = 0x7FFFFFFE
_NO_CURRENT = 0x7FFE
_UNSET_YEAR = 0xFFFF
MAX_POINTS = 12


def exactly(edt: bytes, length: int) -> bytes:
    """Return ``edt`` when it has ``length`` bytes, or raise :class:`MalformedProperty`."""
    if len(edt) != length:
        raise MalformedProperty(f"the property has {length} bytes, not {len(edt)}")
    return edt


def encode_energy(count: int | None) -> bytes:
    """Write a cumulative energy: 4 bytes, unsigned."""
    return (_NO_ENERGY if count is None else count).to_bytes(4, "big")


def decode_energy(edt: bytes) -> int | None:
    """Read a cumulative energy."""
    count = int.from_bytes(exactly(edt, 4), "big")
    return None if count == _NO_ENERGY else count


def encode_power(watts: int | None) -> bytes:
    """Write an instantaneous power in W: 4 bytes, signed, negative while power is fed in."""
    return (_NO_POWER if watts is None else watts).to_bytes(4, "big", signed=True)


def decode_power(edt: bytes) -> int | None:
    """Read an instantaneous power in W."""
    watts = int.from_bytes(exactly(edt, 4), "big", signed=True)
    return None if watts == _NO_POWER else watts


@dataclass(frozen=True)
class Currents:
    """Instantaneous currents of the R and T phases in 0.1 A; a two-wire supply has no T phase."""

    r: int | None
    t: int | None

    def __bytes__(self) -> bytes:
        each = (_NO_CURRENT if value is None else value for value in (self.r, self.t))
        return b"".join(value.to_bytes(2, "big", signed=True) for value in each)

    @classmethod
    def parse(cls, edt: bytes) -> Currents:
        """Read both currents."""
        exactly(edt, 4)
        r, t = (int.from_bytes(edt[at : at + 2], "big", signed=True) for at in (0, 2))
        return cls(None if r == _NO_CURRENT else r, None if t == _NO_CURRENT else t)


@dataclass(frozen=True)
class DayRecord:
    """History 1: the register at the 48 half hours of one day, from 00:00 on; ``day`` counts back from today."""

    day: int
    counts: tuple[int | None, ...]

    def __bytes__(self) -> bytes:
        return self.day.to_bytes(2, "big") + b"".join(map(encode_energy, self.counts))

    @classmethod
    def parse(cls, edt: bytes) -> DayRecord:
        """Read the record of one day."""
        exactly(edt, 2 + 4 * HALF_HOURS)
        counts = tuple(decode_energy(edt[at : at + 4]) for at in range(2, len(edt), 4))
        return cls(int.from_bytes(edt[:2], "big"), counts)


def encode_moment(moment: datetime) -> bytes:
    """Write year, month, day, hour, minute, second: 7 bytes."""
    when = (moment.month, moment.day, moment.hour, moment.minute, moment.second)
    return moment.year.to_bytes(2, "big") + bytes(when)


def decode_moment(edt: bytes) -> datetime:
    """Read a moment of 7 bytes."""
    exactly(edt, 7)
    try:
        return datetime(int.from_bytes(edt[:2], "big"), *edt[2:7])  # noqa: DTZ001 - the meter's local time
    except ValueError:
        raise MalformedProperty("the property holds a moment that no calendar has") from None


@dataclass(frozen=True)
class FixedReading:
    """The register at the latest half hour."""

    moment: datetime
    count: int | None

    def __bytes__(self) -> bytes:
        return encode_moment(self.moment) + encode_energy(self.count)

    @classmethod
    def parse(cls, edt: bytes) -> FixedReading:
        """Read a reading at a fixed time."""
        exactly(edt, 11)
        return cls(decode_moment(edt[:7]), decode_energy(edt[7:]))


@dataclass(frozen=True)
class IntervalChoice:
    """The selector of history 2: the half hour to start from and how many half hours back, 1 to 12.

    ``until`` is None until a HEMS has chosen: the date and time bytes are then all FF.
    """

    until: datetime | None
    points: int

    def __post_init__(self) -> None:
        """Refuse (ValueError) a moment that is no half hour, or a number of points out of range."""
        if not 1 <= self.points <= MAX_POINTS:
            raise ValueError(f"history 2 holds 1 to {MAX_POINTS} half hours")
        if self.until and (self.until.minute not in (0, 30) or self.until.second or self.until.microsecond):
            raise ValueError("history 2 starts at a half hour")

    def __bytes__(self) -> bytes:
        return (encode_moment(self.until)[:6] if self.until else b"\xff" * 6) + bytes((self.points,))

    @classmethod
    def parse(cls, edt: bytes) -> IntervalChoice:
        """Read a choice."""
        exactly(edt, 7)
        unset = int.from_bytes(edt[:2], "big") == _UNSET_YEAR
        try:
            return cls(None if unset else decode_moment(edt[:6] + b"\x00"), edt[6])
        except ValueError as error:
            raise MalformedProperty(str(error)) from None


@dataclass(frozen=True)
class IntervalRecord:
    """History 2: forward and reverse counts at ``len(counts)`` half hours, from ``choice.until`` backwards."""

    choice: IntervalChoice
    counts: tuple[tuple[int | None, int | None], ...]

    def __bytes__(self) -> bytes:
        return bytes(self.choice) + b"".join(encode_energy(f) + encode_energy(r) for f, r in self.counts)

    @classmethod
    def parse(cls, edt: bytes) -> IntervalRecord:
        """Read a record of half hours."""
        choice = IntervalChoice.parse(edt[:7])
        exactly(edt, 7 + 8 * choice.points)
        cells = [decode_energy(edt[at : at + 4]) for at in range(7, len(edt), 4)]
        return cls(choice, tuple(zip(cells[::2], cells[1::2], strict=True)))
