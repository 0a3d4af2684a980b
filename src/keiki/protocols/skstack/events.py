"""What a Wi-SUN module says to its host: answers, events and datagrams, as lines.

Every value writes itself with :func:`encode` in the module's dialect. Addresses are the text form that the modules use:
eight groups of four capital digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from keiki.protocols.skstack.commands import Dialect

END = b"\r\n"


class EventNumber(IntEnum):
    """The events that a host may see (command reference, EVENT)."""

    NEIGHBOR_SOLICITATION = 0x01
    NEIGHBOR_ADVERTISEMENT = 0x02
    BEACON = 0x20
    SENT = 0x21
    SCAN_ENDED = 0x22
    JOIN_FAILED = 0x24
    JOINED = 0x25
    PEER_TERMINATES = 0x26
    TERMINATED = 0x27
    TERMINATED_UNANSWERED = 0x28
    SESSION_EXPIRED = 0x29
    RATE_LIMITED = 0x32
    RATE_RELEASED = 0x33


@dataclass(frozen=True)
class Ok:
    """The command was accepted; ``value`` is what ROPT answers."""

    value: str = ""


@dataclass(frozen=True)
class Fail:
    """The command was refused with an error code."""

    code: int


@dataclass(frozen=True)
class ResponseLine:
    """A line that belongs to one command's answer: EVER, EAPPVER, ESREG, or the address that SKLL64 asked for."""

    text: str


@dataclass(frozen=True)
class ModuleInfo:
    """EINFO: own address and MAC, logical channel, PAN."""

    address: str
    mac: bytes
    channel: int
    pan: int


@dataclass(frozen=True)
class ModuleEvent:
    """EVENT: ``parameter`` only with SENT: 0 arrived, 1 did not, 2 a neighbour solicitation went out instead."""

    number: EventNumber
    address: str
    parameter: int | None = None


@dataclass(frozen=True)
class PanDescription:
    """EPANDESC: a coordinator that answered a scan, and its pairing ID of 8 characters."""

    channel: int
    page: int
    pan: int
    mac: bytes
    lqi: int
    pairing_id: str


@dataclass(frozen=True)
class Datagram:
    """ERXUDP: a datagram that came in, with the strength at which it was heard."""

    source: str
    destination: str
    source_port: int
    destination_port: int
    mac: bytes
    lqi: int
    encrypted: bool
    data: bytes


Said = Ok | Fail | ResponseLine | ModuleInfo | ModuleEvent | PanDescription | Datagram


@dataclass(frozen=True)
class OutputStyle:
    """How this module writes: its dialect, with received strength (SA2), data in hexadecimal (WOPT 01)."""

    dialect: Dialect = Dialect.TWO_SIDED
    strength: bool = False
    hexadecimal: bool = True


def link_local(mac: bytes) -> str:
    """Return the IPv6 link-local address of a MAC address of 8 bytes (RFC 4291, appendix A)."""
    text = "FE80" + "0" * 12 + (bytes((mac[0] ^ 0x02,)) + mac[1:]).hex().upper()
    return ":".join(text[at : at + 4] for at in range(0, 32, 4))


def lqi_of(rssi: float) -> int:
    """Return the link quality that the module reports for a strength in dBm: LQI = (RSSI + 104.27) / 0.275."""
    return max(0, min(255, round((rssi + 104.27) / 0.275)))


def encode(said: Said, manner: OutputStyle) -> bytes:
    """Return the bytes on the serial line, line ends included."""
    side = "0" if manner.dialect is Dialect.TWO_SIDED else ""
    match said:
        case PanDescription():
            return _encode_description(said, side)
        case Datagram():
            return _encode_datagram(said, side, manner)
        case Ok(value) if value:
            return f"OK {value}\r".encode()
        case _:
            return _short_line(said, side).encode() + END


def _short_line(said: Ok | Fail | ResponseLine | ModuleInfo | ModuleEvent, side: str) -> str:
    match said:
        case Ok():
            return "OK"
        case Fail(code):
            return f"FAIL ER{code:02d}"
        case ResponseLine(text):
            return text
        case ModuleInfo(address, mac, channel, pan):
            return f"EINFO {address} {mac.hex().upper()} {channel:02X} {pan:04X} {side or 'FFFE'}"
        case ModuleEvent(number, address, parameter):
            last = "" if parameter is None else f"{parameter:02X}"
            return " ".join(filter(None, (f"EVENT {number:02X}", address, side, last)))


def _encode_description(said: PanDescription, side: str) -> bytes:
    lines = [
        "EPANDESC",
        f"  Channel:{said.channel:02X}",
        f"  Channel Page:{said.page:02X}",
        f"  Pan ID:{said.pan:04X}",
        f"  Addr:{said.mac.hex().upper()}",
        f"  LQI:{said.lqi:02X}",
        *([f"  Side:{side}"] if side else []),
        f"  PairID:{said.pairing_id}",
    ]
    return b"".join(line.encode() + END for line in lines)


def _encode_datagram(said: Datagram, side: str, manner: OutputStyle) -> bytes:
    words = (
        "ERXUDP", said.source, said.destination, f"{said.source_port:04X}", f"{said.destination_port:04X}",
        said.mac.hex().upper(), f"{said.lqi:02X}" if manner.strength and side else "", f"{said.encrypted:d}", side,
        f"{len(said.data):04X}",
    )  # fmt: skip
    data = said.data.hex().upper().encode() if manner.hexadecimal else said.data
    return " ".join(filter(None, words)).encode() + b" " + data + END
