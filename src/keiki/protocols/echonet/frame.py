"""The ECHONET Lite frame, format 1: bytes to values and back.

``10 81 | TID 2 | SEOJ 3 | DEOJ 3 | ESV 1 | OPC 1 | {EPC 1, PDC 1, EDT PDC}*``; the SetGet services carry a second list
behind the first. ECHONET Lite Specification, Part II, section 3.2. Reading is strict: whatever is not exactly one frame
raises :class:`MalformedFrame` and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

PORT = 3610
_HEADER = b"\x10\x81"
_FIXED = 11


class MalformedFrame(Exception):  # noqa: N818 - said of the bytes, which are theirs
    """Bytes that are not one ECHONET Lite frame; by the specification a node discards them without an answer."""


class MalformedProperty(Exception):  # noqa: N818 - likewise
    """Data that a property of this code cannot have: a wrong length, or a value the class does not define."""


class Esv(IntEnum):
    """The services (Part II, table 3-9 to 3-11): requests 6x, answers 7x, "not possible" answers 5x."""

    SETI_SNA = 0x50
    SETC_SNA = 0x51
    GET_SNA = 0x52
    INF_SNA = 0x53
    SETGET_SNA = 0x5E
    SETI = 0x60
    SETC = 0x61
    GET = 0x62
    INF_REQ = 0x63
    SETGET = 0x6E
    SET_RES = 0x71
    GET_RES = 0x72
    INF = 0x73
    INFC = 0x74
    INFC_RES = 0x7A
    SETGET_RES = 0x7E


_TWO_LISTS = frozenset({Esv.SETGET, Esv.SETGET_RES, Esv.SETGET_SNA})


@dataclass(frozen=True)
class Eoj:
    """An object: class group, class, instance, one byte each. Instance 0 means every instance of the class."""

    group: int
    kind: int
    instance: int

    def __bytes__(self) -> bytes:
        return bytes((self.group, self.kind, self.instance))

    def addresses(self, other: Eoj) -> bool:
        """Tell whether a request to this object is meant for ``other``."""
        return (self.group, self.kind) == (other.group, other.kind) and self.instance in (0, other.instance)


METER = Eoj(0x02, 0x88, 0x01)
CONTROLLER = Eoj(0x05, 0xFF, 0x01)
NODE_PROFILE = Eoj(0x0E, 0xF0, 0x01)


@dataclass(frozen=True)
class Property:
    """A property code and its data, 0 to 255 bytes; a request to read has none."""

    epc: int
    edt: bytes = b""

    def __bytes__(self) -> bytes:
        return bytes((self.epc, len(self.edt))) + self.edt


@dataclass(frozen=True)
class Frame:
    """One ECHONET Lite frame. ``second`` is the Get list of a SetGet service and empty for every other service."""

    tid: int
    seoj: Eoj
    deoj: Eoj
    esv: Esv
    properties: tuple[Property, ...]
    second: tuple[Property, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no frame can carry (ValueError): the caller's fault, not the peer's."""
        if not 0 <= self.tid <= 0xFFFF:
            raise ValueError("a transaction id has 16 bits")
        if self.second and self.esv not in _TWO_LISTS:
            raise ValueError(f"{self.esv.name} carries one list of properties")

    def __bytes__(self) -> bytes:
        head = _HEADER + self.tid.to_bytes(2, "big") + bytes(self.seoj) + bytes(self.deoj) + bytes((self.esv,))
        lists = (self.properties, self.second) if self.esv in _TWO_LISTS else (self.properties,)
        return head + b"".join(bytes((len(each),)) + b"".join(map(bytes, each)) for each in lists)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read exactly one frame.

        Raises:
            MalformedFrame: another format, an unknown service, or bytes missing or left over.
        """
        if len(data) <= _FIXED:
            raise MalformedFrame(f"a frame has at least {_FIXED + 1} bytes, not {len(data)}")
        if data[:2] != _HEADER:
            raise MalformedFrame("not an ECHONET Lite frame of format 1 (10 81)")
        try:
            esv = Esv(data[10])
        except ValueError:
            raise MalformedFrame(f"unknown service {data[10]:02X}") from None
        first, end = _read_list(data, _FIXED)
        second: tuple[Property, ...] = ()
        if esv in _TWO_LISTS:
            second, end = _read_list(data, end)
        if end != len(data):
            raise MalformedFrame(f"{len(data) - end} bytes left over behind the last property")
        return cls(int.from_bytes(data[2:4], "big"), Eoj(*data[4:7]), Eoj(*data[7:10]), esv, first, second)

    def reply(self, source: Eoj, esv: Esv, properties: Sequence[Property], second: Sequence[Property] = ()) -> Frame:
        """Return the answer that ``source`` gives to this frame: same transaction, addressed back to who asked."""
        return Frame(self.tid, source, self.seoj, esv, tuple(properties), tuple(second))


def _read_list(data: bytes, at: int) -> tuple[tuple[Property, ...], int]:
    """Read one counted list of properties; return it with the offset behind it."""
    if at >= len(data):
        raise MalformedFrame("the number of properties is missing")
    count, at = data[at], at + 1
    found = []
    for nth in range(1, count + 1):
        if at + 2 > len(data):
            raise MalformedFrame(f"property {nth} of {count} is missing")
        end = at + 2 + data[at + 1]
        if end > len(data):
            raise MalformedFrame(f"property {nth} of {count} is cut off: {end - len(data)} bytes are missing")
        found.append(Property(data[at], data[at + 2 : end]))
        at = end
    return tuple(found), at
