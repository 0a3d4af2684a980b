"""The node profile (0EF001): by it a HEMS learns what a node is and which objects it has.

ECHONET Lite Specification Part II, section 6.10.1 and 6.11.1. A smart meter announces its instance list (D5) right
after a HEMS has joined.
"""

from __future__ import annotations

from keiki.protocols.echonet.frame import METER, NODE_PROFILE, Eoj, Esv, Frame, Property
from keiki.protocols.echonet.property_map import encode_property_map

INSTANCE_LIST = 0xD5
_INSTANCES = bytes((1,)) + bytes(METER)
_ANNOUNCED = (0x80, INSTANCE_LIST)
_READABLE = (0x80, 0x82, 0x83, 0x8A, 0x9D, 0x9E, 0x9F, 0xD3, 0xD4, 0xD6, 0xD7)


def read_property(epc: int, maker: bytes, serial: str) -> bytes | None:
    """Return the EDT of one property of the profile, or None. ``maker`` has 3 bytes, ``serial`` 12 ASCII characters."""
    table = {
        0x80: b"\x30",
        0x82: b"\x01\x0d\x01\x00",
        0x83: b"\xfe" + maker + serial.encode("ascii").rjust(13, b"\x00"),
        0x8A: maker,
        0x9D: encode_property_map(_ANNOUNCED),
        0x9E: encode_property_map(()),
        0x9F: encode_property_map(_READABLE),
        0xD3: b"\x00\x00\x01",
        0xD4: b"\x00\x02",
        0xD6: _INSTANCES,
        0xD7: bytes((1, METER.group, METER.kind)),
    }
    return table.get(epc)


def instance_list_notice(tid: int, to: Eoj = NODE_PROFILE) -> Frame:
    """Return the announcement (INF) of the node's instances."""
    return Frame(tid, NODE_PROFILE, to, Esv.INF, (Property(INSTANCE_LIST, _INSTANCES),))
