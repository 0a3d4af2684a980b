"""What a host asks of a Wi-SUN module: command lines to values.

A line that is no command raises :class:`CommandRefused` with the error code that the module answers. Values that carry
a secret show nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum


class Dialect(Enum):
    """Whether the module has two radio sides (BP35C2) or one (BP35A1)."""

    TWO_SIDED = "two-sided"
    ONE_SIDED = "one-sided"


class ErrorCode(IntEnum):
    """The codes behind FAIL ER (command reference, section "error codes")."""

    UNSUPPORTED = 4
    WRONG_NUMBER_OF_ARGUMENTS = 5
    BAD_ARGUMENT = 6
    SERIAL_INPUT = 9
    FAILED = 10


class CommandRefused(Exception):  # noqa: N818 - the module's word is FAIL
    """A line that the module refuses; the message never holds the line, which may be a password."""

    def __init__(self, code: ErrorCode) -> None:
        self.code = code
        super().__init__(f"FAIL ER{code:02d}")


@dataclass(frozen=True)
class Reset:
    """SKRESET: forget session and registers."""


@dataclass(frozen=True)
class StackVersion:
    """SKVER."""


@dataclass(frozen=True)
class FirmwareVersion:
    """SKAPPVER."""


@dataclass(frozen=True)
class Info:
    """SKINFO: own addresses, channel, PAN, side."""


@dataclass(frozen=True)
class SetRegister:
    """SKSREG: ``value`` in hexadecimal, as written."""

    register: str
    value: int


@dataclass(frozen=True)
class ReadRegister:
    """SKSREG without a value."""

    register: str


@dataclass(frozen=True)
class SetRouteBId:
    """SKSETRBID: the 32 characters of the authentication ID."""

    authentication_id: str = field(repr=False)


@dataclass(frozen=True)
class SetPassword:
    """SKSETPWD: 1 to 32 characters."""

    password: str = field(repr=False)


@dataclass(frozen=True)
class Scan:
    """SKSCAN, active: ``mode`` 2 with the pairing information element, 3 without; ``mask`` bit 0 is channel 33.

    Listens 9.6 ms x (2^duration + 1) on each channel.
    """

    mode: int
    mask: int
    duration: int


@dataclass(frozen=True)
class LinkLocal:
    """SKLL64: the link-local address of a MAC address of 8 bytes."""

    mac: bytes


@dataclass(frozen=True)
class Join:
    """SKJOIN: start PANA with the node at this address."""

    address: str


@dataclass(frozen=True)
class Rejoin:
    """SKREJOIN: authenticate again with the node of the present session."""


@dataclass(frozen=True)
class Terminate:
    """SKTERM: end the session."""


@dataclass(frozen=True)
class SendTo:
    """SKSENDTO: one UDP datagram; ``security`` 1 always encrypted, 2 encrypted where a session allows, 0 clear."""

    handle: int
    address: str
    port: int
    security: int
    data: bytes


@dataclass(frozen=True)
class ReadOption:
    """ROPT: how ERXUDP shows data, 0 as bytes, 1 in hexadecimal."""


@dataclass(frozen=True)
class WriteOption:
    """WOPT: choose how ERXUDP shows data; the module keeps it in flash, which wears out."""

    option: int


Command = (
    Reset | StackVersion | FirmwareVersion | Info | SetRegister | ReadRegister | SetRouteBId | SetPassword | Scan
    | LinkLocal | Join | Rejoin | Terminate | SendTo | ReadOption | WriteOption
)  # fmt: skip

_ADDRESS = re.compile(r"[0-9A-F]{4}(:[0-9A-F]{4}){7}")
_REGISTER = re.compile(r"S[0-9A-F]{1,2}|SFE")
_ID = re.compile(r"[0-9A-F]{32}")
_PASSWORD = re.compile(r"[0-9A-Za-z]{1,32}")
_HEX = re.compile(r"[0-9A-Fa-f]+")


def _hex(text: str, high: int) -> int:
    """Read a hexadecimal number up to ``high``."""
    if not _HEX.fullmatch(text) or int(text, 16) > high:
        raise CommandRefused(ErrorCode.BAD_ARGUMENT)
    return int(text, 16)


def _match(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise CommandRefused(ErrorCode.BAD_ARGUMENT)
    return text


def _set_register(arguments: list[str]) -> SetRegister | ReadRegister:
    register = _match(_REGISTER, arguments[0])
    return SetRegister(register, _hex(arguments[1], 0xFFFFFFFF)) if len(arguments) > 1 else ReadRegister(register)


def _set_password(arguments: list[str]) -> SetPassword:
    if _hex(arguments[0], 32) != len(arguments[1]):
        raise CommandRefused(ErrorCode.BAD_ARGUMENT)
    return SetPassword(_match(_PASSWORD, arguments[1]))


def _scan(arguments: list[str]) -> Scan:
    mode, mask, duration = _hex(arguments[0], 3), _hex(arguments[1], 0xFFFFFFFF), _hex(arguments[2], 14)
    if mode < 2:
        raise CommandRefused(ErrorCode.BAD_ARGUMENT)
    return Scan(mode, mask, duration)


def _link_local(arguments: list[str]) -> LinkLocal:
    if len(arguments[0]) != 16:
        raise CommandRefused(ErrorCode.BAD_ARGUMENT)
    return LinkLocal(_hex(arguments[0], 2**64 - 1).to_bytes(8, "big"))


_FORMS: dict[str, tuple[range, Callable[[list[str]], Command]]] = {
    "SKRESET": (range(1), lambda a: Reset()),
    "SKVER": (range(1), lambda a: StackVersion()),
    "SKAPPVER": (range(1), lambda a: FirmwareVersion()),
    "SKINFO": (range(1), lambda a: Info()),
    "SKSREG": (range(1, 3), _set_register),
    "SKSETRBID": (range(1, 2), lambda a: SetRouteBId(_match(_ID, a[0]))),
    "SKSETPWD": (range(2, 3), _set_password),
    "SKSCAN": (range(3, 4), _scan),
    "SKLL64": (range(1, 2), _link_local),
    "SKJOIN": (range(1, 2), lambda a: Join(_match(_ADDRESS, a[0]))),
    "SKREJOIN": (range(1), lambda a: Rejoin()),
    "SKTERM": (range(1), lambda a: Terminate()),
    "ROPT": (range(1), lambda a: ReadOption()),
    "WOPT": (range(1, 2), lambda a: WriteOption(_hex(a[0], 1))),
}


def parse_command(line: bytes, dialect: Dialect) -> Command:
    """Read one command line without its end.

    Raises:
        CommandRefused: no such command, or arguments it does not take.
    """
    try:
        name, *arguments = line.decode("ascii").split(" ")
    except UnicodeDecodeError:
        raise CommandRefused(ErrorCode.SERIAL_INPUT) from None
    if name not in _FORMS:
        raise CommandRefused(ErrorCode.UNSUPPORTED)
    counts, build = _FORMS[name]
    if name == "SKSCAN" and dialect is Dialect.TWO_SIDED:
        if len(arguments) != 4:
            raise CommandRefused(ErrorCode.WRONG_NUMBER_OF_ARGUMENTS)
        _hex(arguments.pop(), 1)
    if len(arguments) not in counts:
        raise CommandRefused(ErrorCode.WRONG_NUMBER_OF_ARGUMENTS)
    return build(arguments)


def parse_send_to(header: bytes, data: bytes, dialect: Dialect) -> SendTo:
    """Read SKSENDTO from its header (up to the length, which ``data`` has) and its data."""
    _, *arguments = header.decode("ascii", "replace").split(" ")
    if dialect is Dialect.TWO_SIDED:
        _hex(arguments.pop(4), 1)
    handle, address, port, security = arguments[:4]
    if _hex(handle, 6) < 1:
        raise CommandRefused(ErrorCode.BAD_ARGUMENT)
    return SendTo(_hex(handle, 6), _match(_ADDRESS, address), _hex(port, 0xFFFF), _hex(security, 2), data)
