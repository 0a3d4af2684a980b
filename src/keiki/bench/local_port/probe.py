"""A probe plugged onto one meter's local port: a pseudo-terminal that speaks the maintenance port.

The bench keeps only its own end open. So the kernel clears a client's exclusive lock when that client leaves, however
it leaves, and tells the bench that nobody is there; what a client began and did not finish is forgotten. The line is
raw: no echo, no translation.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tty
from collections.abc import Callable
from functools import partial

from keiki.bench.meters.meter import Meter
from keiki.bench.meters.port import answer
from keiki.protocols.meter_port.codec import decode, encode
from keiki.protocols.meter_port.errors import MeterPortError
from keiki.protocols.meter_port.framing import FrameReader, frame

_CHUNK = 4096
_LOOK_AGAIN = 0.02
"""Seconds between looks for a client while there is none."""
_PATIENCE = 1.0
"""Seconds of silence after which a frame that was begun is given up."""


class Probe:
    """One probe. It serves from construction, in the running event loop, until :meth:`unplug`."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._loop = asyncio.get_running_loop()
        self._end, far_end = os.openpty()
        tty.setraw(far_end)
        self.path = os.ttyname(far_end)
        os.close(far_end)
        os.set_blocking(self._end, False)
        self._frames = FrameReader()
        self._timers: set[asyncio.TimerHandle] = set()
        self._silence: asyncio.TimerHandle | None = None
        self._watch()

    def unplug(self) -> None:
        """Pull the cable: the path is gone."""
        if self._end < 0:
            return
        self._loop.remove_reader(self._end)
        for timer in (*self._timers, *filter(None, [self._silence])):
            timer.cancel()
        os.close(self._end)
        self._end = -1

    def _watch(self) -> None:
        self._loop.add_reader(self._end, self._read)

    def _read(self) -> None:
        try:
            data = os.read(self._end, _CHUNK)
        except BlockingIOError:
            return
        except OSError:  # EIO: nobody has the other end open
            self._frames.reset()
            self._loop.remove_reader(self._end)
            self._later(_LOOK_AGAIN, self._watch)
            return
        if self._silence:
            self._silence.cancel()
        self._silence = self._loop.call_later(_PATIENCE, self._frames.reset)
        for body in self._frames.feed(data):
            self._serve(body)

    def _serve(self, body: bytes) -> None:
        try:
            envelope = decode(body)
        except MeterPortError:
            return
        if envelope.address not in ("", self._meter.communication.serial):
            return
        reply = answer(self._meter, envelope)
        if reply is not None:
            self._later(self._meter.damage.delay, partial(self._write, frame(encode(reply))))

    def _write(self, data: bytes) -> None:
        # A line that nobody reads is full or broken; who asks again is answered again.
        with contextlib.suppress(OSError):
            os.write(self._end, data)

    def _later(self, seconds: float, call: Callable[[], None]) -> None:
        def ring() -> None:
            self._timers.discard(timer)
            call()

        timer = self._loop.call_later(seconds, ring)
        self._timers.add(timer)
