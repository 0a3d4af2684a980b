"""A Wi-SUN module on a pseudo-terminal of its own: what a HEMS program opens as the module's serial port.

Each plugging makes a new pseudo-terminal, so that a program left over from before can steal no bytes. The bench does
not hold the terminal's other end open: it sees when a program lets go (the line hangs up), forgets the half command
that was left, and no exclusive lock outlives its owner. What the program wrote is never logged: it may be a password.

Runs as a task of the town's event loop, as everything else that touches a meter does.
"""

from __future__ import annotations

import asyncio
import os
import select
import tty
from contextlib import suppress

from keiki.bench.meters.clock import TownClock
from keiki.bench.wisun.module import Done, Pause, WisunModule
from keiki.protocols.skstack.events import END, encode
from keiki.protocols.skstack.reader import CommandReader

_IDLE_SECONDS = 0.02
_LONGEST_WAIT = 5.0


class _HungUp(Exception):  # noqa: N818 - what happened
    """The program let go of the line."""


class Plug:
    """A plugged module; ``path`` is its device. Make it inside the event loop; it works until :meth:`unplug`."""

    def __init__(self, module: WisunModule, clock: TownClock) -> None:
        self._module, self._clock = module, clock
        self._reader = CommandReader(module.dialect)
        self._master, other_end = os.openpty()
        tty.setraw(other_end)
        self.path = os.ttyname(other_end)
        os.close(other_end)
        os.set_blocking(self._master, False)
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"wisun {self.path}")

    async def unplug(self) -> None:
        """Take the module out: its line hangs up, and the meter is told nothing."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        os.close(self._master)

    async def _run(self) -> None:
        while True:
            try:
                await self._turn()
            except _HungUp:
                self._reader = CommandReader(self._module.dialect)
                await asyncio.sleep(_IDLE_SECONDS)

    async def _turn(self) -> None:
        """Do what is due by itself, and what the program asks."""
        due = self._module.due
        if due is not None and self._clock.now() >= due:
            await self._drive(self._module.wake())
        for received in self._reader.feed(await self._read()):
            if self._module.echoes and received.echo:
                await self._write(received.echo + END)
            await self._drive(self._module.execute(received.command))

    async def _read(self) -> bytes:
        """Return what the program wrote, or nothing once something is due by itself."""
        loop, readable = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._master, readable.set)
        try:
            async with asyncio.timeout(self._until_due()):
                await readable.wait()
            return os.read(self._master, 4096)
        except TimeoutError:
            return b""
        except OSError:
            raise _HungUp from None
        finally:
            loop.remove_reader(self._master)

    def _until_due(self) -> float:
        if self._module.due is None:
            return _LONGEST_WAIT
        left = self._clock.real_seconds((self._module.due - self._clock.now()).total_seconds())
        return max(0.001, min(left, _LONGEST_WAIT))

    async def _drive(self, done: Done) -> None:
        for said in done:
            if isinstance(said, Pause):
                await asyncio.sleep(self._clock.real_seconds(said.seconds))
            else:
                await self._write(encode(said, self._module.manner))

    async def _write(self, data: bytes) -> None:
        """Write to the program, or to nobody where no program has the line open."""
        line = select.poll()
        line.register(self._master, select.POLLOUT)
        while data:
            happened = dict(line.poll(0)).get(self._master, 0)
            if happened & (select.POLLHUP | select.POLLERR):
                return
            if happened & select.POLLOUT:
                data = data[os.write(self._master, data) :]
            else:
                await asyncio.sleep(_IDLE_SECONDS)
