"""What is asked of a meter at its maintenance port and what it answers, as values.

Every class has a number (``kind``) on the wire and its fields in the order of the wire. Requests are odd, replies even.
Constructors check their fields and raise :class:`MeterPortError`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from keiki.foundation.status_items import UnitStatus
from keiki.protocols.meter_port.errors import MeterPortError

MAX_GENERATION = 2**32 - 1
_SERIAL = re.compile(r"[0-9A-Z-]{0,24}")
_MODEL = re.compile(r"[0-9A-Za-z-]{0,20}")
_SUPPLY_POINT = re.compile(r"[0-9]{22}|")
_ID = re.compile(r"[0-9A-F]{32}")
_PASSWORD = re.compile(r"[0-9A-Za-z]{12}")


class MeterRefusalReason(StrEnum):
    """Why a meter, or the head end in its place, refuses a request."""

    OLDER_GENERATION = "older_generation"
    """The meter holds a newer generation than the one to write."""
    OTHER_CONTENT = "other_content"
    """The meter holds this generation with another ID or password."""
    NO_ROUTE_B = "no_route_b"
    """The units on the wall have no route-B function."""
    UNIT_DOWN = "unit_down"
    """The communication unit's route-B part did not start."""
    NO_CREDENTIAL = "no_credential"
    """Nothing was ever written, so there is nothing to prove."""
    NOT_AUTHENTICATED = "not_authenticated"
    """The asking side does not hold what the meter holds."""
    WRITE_PROTECTED = "write_protected"
    """The unit refuses to be written."""
    UNKNOWN_UNIT = "unknown_unit"
    """The head end has no communication unit of this serial number."""
    NOT_UNDERSTOOD = "not_understood"
    """The request is not one of this port, or not at this time."""


def _text(pattern: re.Pattern[str], value: object, name: str) -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise MeterPortError(f"{name} does not have the form that the maintenance port carries")


def _count(value: object, name: str) -> None:
    if type(value) is not int or not 0 <= value <= MAX_GENERATION:
        raise MeterPortError(f"{name} is a whole number from 0 to {MAX_GENERATION}")


def _octets(value: object, name: str) -> None:
    if not isinstance(value, bytes) or len(value) > 256:
        raise MeterPortError(f"{name} has at most 256 bytes")


@dataclass(frozen=True)
class Identify:
    """Ask which units hang here."""

    kind: ClassVar[int] = 1


@dataclass(frozen=True)
class MeterIdentity:
    """Which units hang here: makers' models and serial numbers; empty for none.

    ``supply_point`` is the 22-digit number the meter was programmed with when it was hung, or empty.
    """

    kind: ClassVar[int] = 2
    communication_serial: str
    communication_model: str
    metering_serial: str
    metering_model: str
    option_serial: str
    option_model: str
    cover: str
    supply_point: str

    def __post_init__(self) -> None:
        for name in ("communication_serial", "metering_serial", "option_serial"):
            _text(_SERIAL, getattr(self, name), name)
        for name in ("communication_model", "metering_model", "option_model", "cover"):
            _text(_MODEL, getattr(self, name), name)
        _text(_SUPPLY_POINT, self.supply_point, "supply_point")


@dataclass(frozen=True)
class ReadMeterStatus:
    """Ask for the status items of the communication unit."""

    kind: ClassVar[int] = 3


@dataclass(frozen=True)
class MeterStatus(UnitStatus):
    """The status items of the communication unit and the meter's own clock (with its zone, whole seconds).

    ``last_exchange`` is when the unit last answered the HEMS that is joined, in Unix seconds by the meter's clock; None
    where no session is open or the unit does not tell it.
    """

    kind: ClassVar[int] = 4
    clock: datetime
    last_exchange: int | None = None

    def __post_init__(self) -> None:
        try:
            super().__post_init__()
        except ValueError:
            raise MeterPortError("a status item does not have a state that the maintenance port carries") from None
        if not isinstance(self.clock, datetime) or self.clock.tzinfo is None or self.clock.microsecond:
            raise MeterPortError("the meter's clock has a zone and whole seconds")
        exchange = self.last_exchange
        if exchange is not None and not (type(exchange) is int and 1 <= exchange <= int(self.clock.timestamp())):
            raise MeterPortError("the last exchange is given in whole Unix seconds, not later than the meter's clock")

    def last_exchange_by(self, now: int) -> int | None:
        """Return the last exchange by a reader's clock that shows ``now`` (Unix seconds), whatever the meter's shows.

        None where it is not known, or would lie before that clock's first second.
        """
        if self.last_exchange is None:
            return None
        moment = now - (int(self.clock.timestamp()) - self.last_exchange)
        return moment if moment >= 1 else None


@dataclass(frozen=True)
class ReadGeneration:
    """Ask which generation of credential the meter holds."""

    kind: ClassVar[int] = 5


@dataclass(frozen=True)
class Generation:
    """The generation the meter holds; 0 where nothing was ever written."""

    kind: ClassVar[int] = 6
    generation: int

    def __post_init__(self) -> None:
        _count(self.generation, "generation")


@dataclass(frozen=True)
class WriteCredential:
    """Write a credential. Asking twice has the effect of asking once: the generation decides."""

    kind: ClassVar[int] = 7
    generation: int
    authentication_id: str = field(repr=False)
    password: str = field(repr=False)

    def __post_init__(self) -> None:
        _count(self.generation, "generation")
        if self.generation == 0:
            raise MeterPortError("generation 0 means that nothing was written: generations begin at 1")
        _text(_ID, self.authentication_id, "authentication_id")
        _text(_PASSWORD, self.password, "password")


@dataclass(frozen=True)
class Accepted:
    """The credential was written."""

    kind: ClassVar[int] = 8


@dataclass(frozen=True)
class AlreadyHeld:
    """The meter already holds exactly this generation with exactly this content; nothing was written."""

    kind: ClassVar[int] = 10


@dataclass(frozen=True)
class AuthenticateBegin:
    """Ask the meter for its EAP-PSK challenge. A new one ends the one before."""

    kind: ClassVar[int] = 9


@dataclass(frozen=True)
class Challenge:
    """EAP-PSK's first message."""

    kind: ClassVar[int] = 12
    message: bytes

    def __post_init__(self) -> None:
        _octets(self.message, "message")


@dataclass(frozen=True)
class AuthenticateFinish:
    """Bring EAP-PSK's second message, for which the meter gives the third."""

    kind: ClassVar[int] = 11
    message: bytes

    def __post_init__(self) -> None:
        _octets(self.message, "message")


@dataclass(frozen=True)
class Confirmation:
    """EAP-PSK's third message: the meter's proof."""

    kind: ClassVar[int] = 14
    message: bytes

    def __post_init__(self) -> None:
        _octets(self.message, "message")


@dataclass(frozen=True)
class Refused:
    """The request was not carried out, and why."""

    kind: ClassVar[int] = 16
    reason: MeterRefusalReason


Request: TypeAlias = (
    Identify | ReadMeterStatus | ReadGeneration | WriteCredential | AuthenticateBegin | AuthenticateFinish
)
Reply: TypeAlias = (
    MeterIdentity | MeterStatus | Generation | Accepted | AlreadyHeld | Challenge | Confirmation | Refused
)
