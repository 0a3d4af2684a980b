"""Puts the control zone's parts together; nothing else does."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import time
from pathlib import Path

import structlog

from keiki.control.agent import Agent
from keiki.control.answers import Answers
from keiki.control.drivers.maintenance_port import MaintenancePort
from keiki.control.execution import Executor, RetryPauses
from keiki.control.folder import Folder, FolderError
from keiki.control.journal import AgentJournal
from keiki.control.reception import Receiver
from keiki.control.settings import read_settings
from keiki.foundation.processes import write_ready_file
from keiki.relay.client import RelayClient, RelayEvent, Side

log = structlog.get_logger()

_NOT_TROUBLE = {"connected"}


async def run(folder: Folder) -> None:
    """Run the agent of ``folder`` until SIGTERM or SIGINT."""
    settings, identity, office = read_settings(folder.settings), folder.identity(), folder.office()
    lock = _lock(folder.lock)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    journal = AgentJournal(folder.journal)
    authority = Path(settings.relay_authority) if settings.relay_authority else None
    connecting = asyncio.create_task(
        RelayClient.connect(
            settings.relay_url, folder.login, Side.CONTROL, on_event=_log_relay_event, tls_authority=authority
        )
    )
    try:
        relay = await _unless(stop, connecting)
        if relay is None:
            return
        answers = Answers(identity, office, send_last_exchange=settings.send_last_exchange)
        driver = MaintenancePort(*settings.head_end_address, settings.reply_seconds)
        pauses = RetryPauses(settings.retry_first_seconds, settings.retry_longest_seconds)
        executor = Executor(identity, office, journal, answers, driver=driver, pauses=pauses, clock=time.time)
        receiver = Receiver(identity, office, journal, answers)
        write_ready_file(folder.ready)
        agent = Agent(relay, journal, receiver, executor, parallel=settings.parallel, keep_days=settings.keep_days)
        await agent.run(stop)
        await relay.close()
    finally:
        folder.ready.unlink(missing_ok=True)
        journal.close()
        os.close(lock)


async def _unless(stop: asyncio.Event, connecting: asyncio.Task[RelayClient]) -> RelayClient | None:
    """The connection, or None where the agent was stopped before there was one."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, connecting], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if connecting.done():
        return connecting.result()
    connecting.cancel()
    await asyncio.gather(connecting, return_exceptions=True)
    return None


def _log_relay_event(event: RelayEvent) -> None:
    level = log.info if event.kind in _NOT_TROUBLE else log.warning
    level(f"relay {event.kind}", detail=event.detail)


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise FolderError("another_agent", folder=path.parent) from None
    return handle
