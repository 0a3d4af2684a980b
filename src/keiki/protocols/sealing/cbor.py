"""Deterministic CBOR: the subset of RFC 8949 in which one value has one encoding (``docs/formats.md`` section 1).

Signed bytes are compared as bytes, so a reader must accept one encoding only; and what it reads comes from anybody, so
it knows nothing of tags, floats or streams. Written for that: a decoder that cannot build anything but the five kinds.
"""

from __future__ import annotations

import cbor2

from keiki.protocols.sealing.errors import Malformed

Item = int | bytes | str | list["Item"] | dict[int, "Item"]

MAX_DEPTH = 4
_UNSIGNED, _BYTES, _TEXT, _ARRAY, _MAP = 0, 2, 3, 4, 5


def encode(item: Item) -> bytes:
    """Encode an item of the subset. A caller's other types are its own fault and not looked for."""
    return cbor2.dumps(item, canonical=True)


def decode(data: bytes) -> Item:
    """Decode one item that fills ``data``; raise :class:`Malformed` for everything else."""
    reader = _Reader(data)
    item = reader.item(MAX_DEPTH)
    if reader.position != len(data):
        raise Malformed
    return item


class _Reader:
    """A position in the bytes; every read either moves it forward or raises."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def item(self, depth: int) -> Item:
        if depth == 0:
            raise Malformed
        kind, argument = self._head()
        if kind == _UNSIGNED:
            return argument
        if kind == _BYTES:
            return self._take(argument)
        if kind == _TEXT:
            try:
                return self._take(argument).decode("utf-8")
            except UnicodeDecodeError:
                raise Malformed from None
        if kind == _ARRAY:
            return [self.item(depth - 1) for _ in range(argument)]
        if kind == _MAP:
            return self._map(argument, depth)
        raise Malformed

    def _map(self, length: int, depth: int) -> dict[int, Item]:
        found: dict[int, Item] = {}
        last = -1
        for _ in range(length):
            kind, key = self._head()
            if kind != _UNSIGNED or key <= last:
                raise Malformed
            last = key
            found[key] = self.item(depth - 1)
        return found

    def _head(self) -> tuple[int, int]:
        """Read a major type and its argument in its shortest form."""
        initial = self._take(1)[0]
        kind, short = initial >> 5, initial & 0x1F
        if short < 24:
            return kind, short
        if short > 27:
            raise Malformed
        size = 1 << (short - 24)
        argument = int.from_bytes(self._take(size), "big")
        smallest = 24 if size == 1 else 1 << (4 * size)
        if argument < smallest:
            raise Malformed
        return kind, argument

    def _take(self, length: int) -> bytes:
        end = self.position + length
        if end > len(self.data):
            raise Malformed
        taken = self.data[self.position : end]
        self.position = end
        return taken
