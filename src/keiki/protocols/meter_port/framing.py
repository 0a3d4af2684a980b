"""Frames in a stream of bytes: ``KMP1`` | length u16 | body | CRC-32 (``docs/formats-meter-port.md``).

The length counts the body. The CRC-32 (ISO-HDLC, as in zlib) covers magic, length and body. A serial line may lose or
add bytes and a client may leave in the middle of a frame: :class:`FrameReader` never raises, it skips what is no frame
and goes on at the next one.
"""

from __future__ import annotations

import struct
import zlib

from keiki.protocols.meter_port.errors import MeterPortError

MAGIC = b"KMP1"
MAX_BODY = 512
_HEAD = struct.Struct(">4sH")
_CRC = struct.Struct(">I")


def frame(body: bytes) -> bytes:
    """Return the frame that carries ``body`` (1 to 512 bytes)."""
    if not 1 <= len(body) <= MAX_BODY:
        raise MeterPortError(f"a frame carries 1 to {MAX_BODY} bytes")
    head = _HEAD.pack(MAGIC, len(body)) + body
    return head + _CRC.pack(zlib.crc32(head))


class FrameReader:
    """Finds frames in what a line brings, in whatever pieces. ``discarded`` counts the bytes that belonged to none."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.discarded = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take what arrived and return the bodies of the frames that are now complete."""
        self._buffer += data
        bodies: list[bytes] = []
        while self._find():
            _, length = _HEAD.unpack_from(self._buffer)
            end = _HEAD.size + length
            if 1 <= length <= MAX_BODY and len(self._buffer) < end + _CRC.size:
                break
            if not 1 <= length <= MAX_BODY or not self._sound(end):
                self._skip(1)
                continue
            bodies.append(bytes(self._buffer[_HEAD.size : end]))
            del self._buffer[: end + _CRC.size]
        return bodies

    def reset(self) -> None:
        """Forget a frame that was begun: the line was silent too long, or the other side left."""
        self._skip(len(self._buffer))

    def _find(self) -> bool:
        """Bring the next magic to the front; tell whether a whole head is there."""
        at = self._buffer.find(MAGIC)
        if at < 0:
            kept = next((n for n in (3, 2, 1) if self._buffer.endswith(MAGIC[:n])), 0)
            self._skip(len(self._buffer) - kept)
            return False
        self._skip(at)
        return len(self._buffer) >= _HEAD.size

    def _sound(self, end: int) -> bool:
        (crc,) = _CRC.unpack_from(self._buffer, end)
        return bool(zlib.crc32(self._buffer[:end]) == crc)

    def _skip(self, count: int) -> None:
        del self._buffer[:count]
        self.discarded += count
