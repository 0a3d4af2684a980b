"""A Wi-SUN module on a pseudo-terminal of its own: what a HEMS program opens as the module's serial port.

Each plugging makes a new pseudo-terminal, so that a program left over from before can steal no bytes. The bench does
not hold the terminal's other end open: it sees when a program lets go (the line hangs up), forgets the half command
that was left, and no exclusive lock outlives its owner. What the program wrote is never logged: it may be a password.
"""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from contextlib import suppress

from keiki.bench.meters.clock import TownClock
from keiki.bench.wisun.module import Done, Pause, WisunModule
from keiki.protocols.skstack.events import END, encode
from keiki.protocols.skstack.reader import CommandReader, Received

_IDLE_SECONDS = 0.02
_LONGEST_WAIT = 0.5


class _HungUp(Exception):  # noqa: N818 - what happened
    """The program let go of the line, or the module was unplugged."""


class Plug:
    """A plugged module; ``path`` is its device. Runs in a thread of its own until :meth:`unplug`."""

    def __init__(self, module: WisunModule, clock: TownClock) -> None:
        self._module, self._clock = module, clock
        self._reader = CommandReader(module.dialect)
        self._master, other_end = os.openpty()
        tty.setraw(other_end)
        self.path = os.ttyname(other_end)
        os.close(other_end)
        os.set_blocking(self._master, False)
        self._woken, self._wake = os.pipe()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"wisun {self.path}", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Take the module out: its line hangs up, and the meter is told nothing."""
        self._stopping = True
        os.write(self._wake, b"x")
        self._thread.join()
        for descriptor in (self._master, self._woken, self._wake):
            os.close(descriptor)

    def _run(self) -> None:
        while not self._stopping:
            try:
                self._turn()
            except _HungUp:
                self._reader = CommandReader(self._module.dialect)
                self._rest(_IDLE_SECONDS)

    def _turn(self) -> None:
        """Do what is due now: the session's end, or what the program asks."""
        due = self._module.due
        if due is not None and self._clock.now() >= due:
            self._drive(self._module.expire())
        for received in self._reader.feed(self._read()):
            self._echo(received)
            self._drive(self._module.execute(received.command))

    def _read(self) -> bytes:
        readable, _, _ = select.select([self._master, self._woken], [], [], self._until_due())
        if self._master not in readable:
            return b""
        try:
            return os.read(self._master, 4096)
        except OSError:
            raise _HungUp from None

    def _until_due(self) -> float:
        if self._module.due is None:
            return _LONGEST_WAIT
        left = self._clock.real_seconds((self._module.due - self._clock.now()).total_seconds())
        return max(0.0, min(left, _LONGEST_WAIT))

    def _echo(self, received: Received) -> None:
        if self._module.echoes and received.echo:
            self._write(received.echo + END)

    def _drive(self, done: Done) -> None:
        for said in done:
            if isinstance(said, Pause):
                self._rest(self._clock.real_seconds(said.seconds))
            else:
                self._write(encode(said, self._module.manner))

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            select.select([self._woken], [], [], left)

    def _write(self, data: bytes) -> None:
        while data:
            if self._stopping:
                raise _HungUp
            poll = select.poll()
            poll.register(self._master, select.POLLOUT)
            happened = dict(poll.poll(_LONGEST_WAIT * 1000)).get(self._master, 0)
            if happened & (select.POLLHUP | select.POLLERR):
                return
            with suppress(BlockingIOError):
                data = data[os.write(self._master, data) :]
