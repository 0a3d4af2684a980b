"""The meter's local port: a serial line. Nothing else is opened, save a socket where a trial's settings allow it."""

from __future__ import annotations

import time
from types import TracebackType

import serial

from keiki.handheld.refusals import DeviceRefusal
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import MAX_EXCHANGE, Envelope, decode, encode
from keiki.protocols.meter_port.errors import MeterPortError
from keiki.protocols.meter_port.framing import FrameReader, frame
from keiki.protocols.meter_port.procedure import LOST, LostReply

REPLIES = (
    m.MeterIdentity,
    m.MeterStatus,
    m.Generation,
    m.Accepted,
    m.AlreadyHeld,
    m.Challenge,
    m.Confirmation,
    m.Refused,
)


def open_line(port: str, baud_rate: int, seconds: float, *, sockets_allowed: bool = False) -> MeterLine:
    """Open a device path, or ``socket://host:port`` where ``sockets_allowed``; else raise :class:`DeviceRefusal`.

    A socket would carry the password over a network to whoever listens, so it is for benches and trials only. Other
    schemes of the serial library are always refused, since some of them write what passes into a log.
    """
    if not port:
        raise DeviceRefusal("no_port")
    is_socket = port.startswith("socket://")
    if "://" in port and not is_socket:
        raise DeviceRefusal("port_not_allowed")
    if is_socket and not sockets_allowed:
        raise DeviceRefusal("socket_not_allowed")
    exclusive = None if is_socket else True
    try:
        line = serial.serial_for_url(port, baudrate=baud_rate, timeout=0.02, exclusive=exclusive)
    except (OSError, ValueError):
        raise DeviceRefusal("port_not_there") from None
    return MeterLine(line, seconds)


class MeterLine:
    """Asks one request at a time and waits for its reply, at most ``seconds``. Use it in a ``with`` statement."""

    def __init__(self, line: serial.Serial, seconds: float) -> None:
        self._serial = line
        self._seconds = seconds
        self._reader = FrameReader()
        self._exchange = 0

    def __enter__(self) -> MeterLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._serial.close()

    def ask(self, request: m.Request) -> m.Reply | LostReply:
        """Send a request and return the reply, or ``LOST`` if none came in time or the line is gone."""
        self._exchange = self._exchange % MAX_EXCHANGE + 1
        try:
            self._serial.reset_input_buffer()
            self._reader.reset()
            self._serial.write(frame(encode(Envelope("", self._exchange, request))))
            return self._await_reply()
        except OSError:
            return LOST

    def _await_reply(self) -> m.Reply | LostReply:
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline:
            for body in self._reader.feed(self._serial.read(self._serial.in_waiting or 1)):
                try:
                    envelope = decode(body)
                except MeterPortError:
                    continue
                if envelope.exchange == self._exchange and isinstance(envelope.message, REPLIES):
                    return envelope.message
        return LOST
