"""Property maps: which properties an object announces, lets be set, lets be read (EPC 9D, 9E, 9F).

Below 16 properties the codes stand one per byte behind their number; from 16 on a bitmap of 16 bytes takes their place,
where bit ``j`` of byte ``i`` stands for property ``0x80 + 0x10 * j + i``. ECHONET Device Objects APPENDIX, Appendix 1.
"""

from __future__ import annotations

from collections.abc import Iterable

from keiki.protocols.echonet.frame import MalformedProperty

_LIST_BELOW = 16


def encode_property_map(codes: Iterable[int]) -> bytes:
    """Return the EDT of a map of ``codes`` (each 0x80 to 0xFF; ValueError otherwise)."""
    ordered = sorted(set(codes))
    if any(not 0x80 <= code <= 0xFF for code in ordered):
        raise ValueError("property codes lie between 80 and FF")
    if len(ordered) < _LIST_BELOW:
        return bytes((len(ordered), *ordered))
    bitmap = bytearray(16)
    for code in ordered:
        bitmap[code & 0x0F] |= 1 << ((code >> 4) - 8)
    return bytes((len(ordered),)) + bytes(bitmap)


def decode_property_map(edt: bytes) -> frozenset[int]:
    """Return the codes of a map; raise :class:`MalformedProperty` where number, form and length do not agree."""
    if not edt:
        raise MalformedProperty("a property map is at least one byte long")
    count, body = edt[0], edt[1:]
    if count < _LIST_BELOW:
        codes = frozenset(body)
        if any(code < 0x80 for code in codes):
            raise MalformedProperty("a property map lists a code below 80")
    else:
        codes = frozenset(0x80 + 0x10 * j + i for i, byte in enumerate(body) for j in range(8) if byte >> j & 1)
    expected = count if count < _LIST_BELOW else 16
    if len(body) != expected or len(codes) != count:
        raise MalformedProperty(f"a property map of {count} properties does not hold them")
    return codes
