"""The relay's process: starts the real nats-server, makes the streams, says where it listens, and takes it down again.

The server is a child that cannot outlive this process (:mod:`keiki.relay.lifeline`), and it inherits the folder's
lock, so that no second relay touches the store before the first one has let go of it.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import re
import signal
import socket
import ssl
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import structlog

from keiki.foundation.files.drafts import write_whole
from keiki.foundation.processes import read_ready_file, write_ready_file
from keiki.relay import lifeline
from keiki.relay.client.login import name_of_seed, new_seed
from keiki.relay.client.subjects import Side
from keiki.relay.configuration import server_configuration
from keiki.relay.operator_messages import MESSAGES
from keiki.relay.settings import RelaySettings, read_settings
from keiki.relay.sides import read_sides
from keiki.relay.streams import make_streams

START_SECONDS = 10.0
STOP_SECONDS = 10.0
FOLDER_VERSION = 1
"""The format of the data folder: settings, store, allowed.json. A later program that changes it counts on."""
_LINE = re.compile(r"\[\d+\] \S+ \S+ \[(?P<level>[A-Z]{3})\] ?(?P<text>.*)")
_LEVELS = {"INF": "info", "WRN": "warning", "ERR": "error", "FTL": "critical"}

log = structlog.get_logger()


class RelayStartError(Exception):
    """The relay could not be started; ``code``, a key of :data:`MESSAGES`, says what is in the way."""

    def __init__(self, code: str, **values: object) -> None:
        self.text = MESSAGES[code].format(**values)
        super().__init__(self.text.en)


class RelayServer:
    """One nats-server over one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._settings: RelaySettings = read_settings(self._folder / "settings.toml")
        self._owner_seed = new_seed()
        self._port = self._settings.port or _free_again(self._settings.listen, _remembered(self._folder / "port"))
        self._sides: dict[Side, tuple[str, ...]] = {}
        self._child: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    async def run(self, on_ready: Callable[[str], None] = lambda _: None) -> int:
        """Serve until SIGTERM or SIGINT (returns 0) or until the server ends by itself (returns 1).

        SIGHUP reads anew who is allowed. ``on_ready`` is called with the address once both streams are there.
        """
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        lock = await _lock(self._folder / "run.lock")
        try:
            _check_version(self._folder / "version")
            child = await self._start(lock)
            ended = asyncio.create_task(child.wait())
            url = await self._make_ready(child)
            on_ready(url)
            await asyncio.wait({ended, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                log.error("server ended by itself", code=child.returncode)
                return 1
            return 0
        finally:
            await self._stop()
            os.close(lock)

    async def _start(self, lock: int) -> asyncio.subprocess.Process:
        (self._folder / "relay.json").unlink(missing_ok=True)
        for old in self._folder.glob("*.ports"):
            old.unlink()
        self._write_configuration()
        arguments = [str(os.getpid()), str(_server_program()), "-c", str(self._folder / "nats.conf")]
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-S",
            lifeline.__file__,
            *arguments,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=(lock,),
            start_new_session=True,
        )
        self._reader = asyncio.create_task(_forward_log(self._child))
        return self._child

    async def _make_ready(self, child: asyncio.subprocess.Process) -> str:
        ports = self._folder / f"nats-server_{child.pid}.ports"
        try:
            async with asyncio.timeout(START_SECONDS):
                while not ports.exists() or not ports.read_text():
                    if child.returncode is not None:
                        raise RelayStartError("server_ended")
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise RelayStartError("server_silent", seconds=f"{START_SECONDS:.0f}") from None
        self._port = int(next(iter(json.loads(ports.read_text()).values()))[0].rpartition(":")[2])
        tls = self._settings.tls_certificate
        url = f"{'tls' if tls else 'nats'}://{_reachable(self._settings.listen)}:{self._port}"
        await make_streams(url, self._owner_seed, self._settings, _own_certificate(Path(tls)) if tls else None)
        _replace(self._folder / "port", str(self._port))
        write_ready_file(self._folder / "relay.json", url=url, server_pid=child.pid)
        log.info("relay ready", url=url)
        if read_sides(self._folder / "allowed.json") != self._sides:
            self._reload()
        return url

    def _write_configuration(self) -> None:
        self._sides = sides = read_sides(self._folder / "allowed.json")
        owner = name_of_seed(self._owner_seed)
        _replace(
            self._folder / "nats.conf", server_configuration(self._settings, self._port, self._folder, owner, sides)
        )
        log.info("log-ins allowed", **{side.value: len(names) for side, names in sides.items()})

    def _reload(self) -> None:
        if self._child and self._child.returncode is None:
            self._write_configuration()
            self._child.send_signal(signal.SIGHUP)

    async def _stop(self) -> None:
        (self._folder / "relay.json").unlink(missing_ok=True)
        if self._child is None:
            return
        if self._child.returncode is None:
            self._child.terminate()
            try:
                await asyncio.wait_for(self._child.wait(), STOP_SECONDS)
            except TimeoutError:
                log.warning("server did not stop in time and is killed", seconds=STOP_SECONDS)
                self._child.kill()
                await self._child.wait()
        if self._reader:
            await self._reader


def _check_version(file: Path) -> None:
    """Refuse a folder of a newer version of the program; one without a number is of the first."""
    found = _remembered(file) if file.exists() else FOLDER_VERSION
    if found > FOLDER_VERSION:
        raise RelayStartError("folder_newer", folder=file.parent, found=found, known=FOLDER_VERSION)
    _replace(file, str(FOLDER_VERSION))


async def _lock(path: Path) -> int:
    """Hold ``path`` for this process and its child; a relay that is just going down is waited for."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(int(STOP_SECONDS / 0.05)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if read_ready_file(path.parent / "relay.json"):
                break
            await asyncio.sleep(0.05)
        else:
            return handle
    os.close(handle)
    raise RelayStartError("another_relay", folder=path.parent)


async def _forward_log(child: asyncio.subprocess.Process) -> None:
    """Carry the server's own log lines into this process's log."""
    assert child.stderr  # noqa: S101 - it was asked for as a pipe
    async for raw in child.stderr:
        line = raw.decode("utf-8", "replace").rstrip()
        match = _LINE.fullmatch(line)
        level = _LEVELS.get(match["level"], "debug") if match else "warning"
        getattr(log, level)("nats-server", line=match["text"] if match else line)


def _server_program() -> Path:
    """The nats-server that its wheel put beside this Python."""
    program = Path(sysconfig.get_path("scripts")) / "nats-server"
    if not program.exists():
        raise RelayStartError("program_missing", file=program)
    return program


def _remembered(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0


def _free_again(listen: str, port: int) -> int:
    """Return ``port``, so that clients find the relay where it was, or 0 where somebody else has taken it since."""
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((listen.strip("[]"), port))
        except (OSError, OverflowError):
            return 0
    return port


def _reachable(listen: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(listen, listen)  # noqa: S104 - compared, not bound


def _own_certificate(path: Path) -> ssl.SSLContext:
    """Trust exactly the certificate this relay itself shows, whatever name it was given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cafile=str(path))
    return context


def _replace(path: Path, text: str) -> None:
    """Write ``path`` at once, for its owner only."""
    write_whole(path, text.encode())
