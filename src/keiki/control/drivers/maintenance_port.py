"""The built-in driver: the meters' maintenance port over TCP to the route-A head end (``docs/formats-meter-port.md``).

One connection for each command, opened outward and closed after it. Whatever goes wrong on the line - no connection,
no reply in time, a reply to an earlier question, bytes that are no frame - is a lost reply to the safe procedure,
which asks the meter and never guesses.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets

from keiki.control.drivers import Note
from keiki.protocols.meter_port import codec
from keiki.protocols.meter_port.errors import MeterPortError
from keiki.protocols.meter_port.framing import FrameReader, frame
from keiki.protocols.meter_port.messages import Reply, Request
from keiki.protocols.meter_port.procedure import (
    LOST,
    Answer,
    IntendedMeter,
    MeterCredential,
    MeterWriteEvent,
    MeterWriteOutcome,
    Procedure,
    read_status,
    rewrite_credential,
)

_CHUNK = 4096


class MaintenancePort:
    """Speaks to the head end at ``host``:``port`` and waits ``reply_seconds`` for each reply."""

    def __init__(self, host: str, port: int, reply_seconds: float) -> None:
        self._host, self._port, self._patience = host, port, reply_seconds

    async def set_credential(self, target: IntendedMeter, credential: MeterCredential, note: Note) -> MeterWriteOutcome:
        """See :class:`keiki.control.drivers.Driver`."""
        return await self._drive(target, rewrite_credential(target, credential, secrets.token_bytes), note)

    async def read_status(self, target: IntendedMeter, note: Note) -> MeterWriteOutcome:
        """See :class:`keiki.control.drivers.Driver`."""
        return await self._drive(target, read_status(target), note)

    async def _drive(self, target: IntendedMeter, procedure: Procedure, note: Note) -> MeterWriteOutcome:
        line = _Line(self._host, self._port, target.communication_serial, self._patience)
        answer: Answer = None
        try:
            while True:
                try:
                    step = procedure.send(answer)
                except StopIteration as end:
                    outcome: MeterWriteOutcome = end.value
                    return outcome
                if isinstance(step, MeterWriteEvent):
                    note(step)
                    answer = None
                else:
                    answer = await line.ask(step)
        finally:
            await line.close()


class _Line:
    """A connection to the head end, opened when something is asked and again after it broke."""

    def __init__(self, host: str, port: int, serial: str, patience: float) -> None:
        self._host, self._port, self._serial, self._patience = host, port, serial, patience
        self._exchange = secrets.randbelow(codec.MAX_EXCHANGE + 1)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._frames = FrameReader()

    async def ask(self, request: Request) -> Answer:
        """Send ``request`` and return its reply, or ``LOST``."""
        self._exchange = (self._exchange + 1) % (codec.MAX_EXCHANGE + 1)
        asked = codec.Envelope(self._serial, self._exchange, request)
        try:
            async with asyncio.timeout(self._patience):
                return await self._reply(asked)
        except TimeoutError:
            return LOST
        except (OSError, EOFError):
            await self.close()
            await asyncio.sleep(min(self._patience, 0.2))
            return LOST

    async def close(self) -> None:
        """Hang up."""
        if self._writer:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._reader = self._writer = None
        self._frames = FrameReader()

    async def _reply(self, asked: codec.Envelope) -> Reply:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(frame(codec.encode(asked)))
        await self._writer.drain()
        while True:
            data = await self._reader.read(_CHUNK)
            if not data:
                raise EOFError
            for body in self._frames.feed(data):
                reply = _reply_to(asked, body)
                if reply is not None:
                    return reply


def _reply_to(asked: codec.Envelope, body: bytes) -> Reply | None:
    """The reply in ``body``, or None where it is no message, is late, or is another unit's."""
    try:
        found = codec.decode(body)
    except MeterPortError:
        return None
    if (found.address, found.exchange) != (asked.address, asked.exchange) or isinstance(found.message, Request):
        return None
    return found.message
