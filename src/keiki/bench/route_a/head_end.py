"""The head end: a TCP port that carries maintenance-port frames to the unit they are addressed to.

A meter that the network does not reach gives no answer, as in the field: who asks finds out by waiting. A serial number
that no meter of the town has is refused by the head end itself. Bytes that are no message are dropped. The content goes
through unread and is never logged.
"""

from __future__ import annotations

import asyncio
import contextlib

from keiki.bench.meters.port import answer
from keiki.bench.meters.walls import Walls
from keiki.protocols.meter_port.codec import Envelope, decode, encode
from keiki.protocols.meter_port.errors import MeterPortError
from keiki.protocols.meter_port.framing import FrameReader, frame
from keiki.protocols.meter_port.messages import MeterRefusalReason, Refused

_CHUNK = 4096


class HeadEnd:
    """The head end of a town. :meth:`start` listens on loopback; :attr:`port` says where."""

    def __init__(self, walls: Walls) -> None:
        self._walls = walls
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._server is None:
            return
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    @property
    def port(self) -> int:
        """The TCP port that it listens on."""
        if self._server is None:
            raise RuntimeError("the head end is not started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = FrameReader()
        async with asyncio.TaskGroup() as asked:
            while data := await reader.read(_CHUNK):
                for body in frames.feed(data):
                    asked.create_task(self._relay(body, writer))

    async def _relay(self, body: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            envelope = decode(body)
        except MeterPortError:
            return
        reply = await self._ask(envelope)
        if reply is not None and not writer.is_closing():
            writer.write(frame(encode(reply)))

    async def _ask(self, envelope: Envelope) -> Envelope | None:
        meter = self._walls.by_communication_serial(envelope.address)
        if meter is None:
            return Envelope(envelope.address, envelope.exchange, Refused(MeterRefusalReason.UNKNOWN_UNIT))
        if meter.damage.unreachable:
            return None
        reply = answer(meter, envelope)
        if meter.damage.delay:
            await asyncio.sleep(meter.damage.delay)
        return reply
