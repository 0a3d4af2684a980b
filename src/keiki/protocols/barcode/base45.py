"""Base45 (RFC 9285): bytes in the 45 characters of QR's alphanumeric mode, two bytes in three characters.

Decoding is strict: one text for one sequence of bytes.
"""

from __future__ import annotations

from keiki.protocols.sealing.errors import Malformed

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Encode bytes: 3 characters for each 2 bytes, least significant first, and 2 for a last single one."""
    groups = []
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number, length = int.from_bytes(pair, "big"), len(pair) + 1
        groups += [ALPHABET[number // 45**place % 45] for place in range(length)]
    return "".join(groups)


def decode(text: str) -> bytes:
    """Decode a text; raise :class:`Malformed` for a wrong character or length, or a group too large for its bytes."""
    data = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        if len(group) == 1 or not all(character in _VALUES for character in group):
            raise Malformed
        number, size = sum(_VALUES[character] * 45**place for place, character in enumerate(group)), len(group) - 1
        if number >> (8 * size):
            raise Malformed
        data += number.to_bytes(size, "big")
    return bytes(data)
