"""The pick-up agent: three loops over one journal.

Pick up: fetch deliveries, take each into the journal, hold it unacknowledged until it is answered. Work: carry out
what is due, several units at once, one command at a time for each unit. Tell: put sealed results on the relay, record
that it has them, and only then acknowledge the command.

Killed at any point, the journal and the relay together know the rest: an unacknowledged command comes again and is
recognised by its id, a command that was being carried out is asked about in the meter, a result that may not have
arrived is put again under the same id.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sqlite3
import time
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from keiki.control.entries import JournalEntry
from keiki.control.execution import Executor
from keiki.control.journal import AgentJournal
from keiki.control.reception import Receiver, Reception, ReceptionOutcome
from keiki.relay.client import RelayClient, RelayDelivery, RelayError

BATCH = 32
FETCH_SECONDS = 5.0
PAUSE_SECONDS = 1.0
STOP_SECONDS = 10.0
_DAY = 86400.0
BROKEN = "broken"
"""The code of a message that no reader foresaw."""

log = structlog.get_logger()


class Agent:
    """Picks up, carries out, answers, until it is stopped."""

    def __init__(
        self,
        relay: RelayClient,
        journal: AgentJournal,
        receiver: Receiver,
        executor: Executor,
        *,
        parallel: int,
        keep_days: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._relay, self._journal, self._receiver, self._executor = relay, journal, receiver, executor
        self._parallel, self._keep, self._clock = parallel, keep_days * _DAY, clock
        self._held: dict[bytes, RelayDelivery] = {}
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._to_do, self._to_tell = asyncio.Event(), asyncio.Event()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set; what is being carried out then may still end, for a while."""
        cut_off = self._journal.recover(self._clock())
        log.info("agent runs", cut_off_before=cut_off, **self._journal.counts())
        loops = [
            asyncio.create_task(self._for_ever(loop)) for loop in (self._pick_up, self._work, self._tell, self._tidy)
        ]
        stopped = asyncio.create_task(stop.wait())
        watched: list[asyncio.Future[Any]] = [stopped, self._broken, *loops]
        done, _ = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopped, *loops):
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=STOP_SECONDS)
        await asyncio.gather(*loops, stopped, return_exceptions=True)
        for ended in done - {stopped}:
            ended.result()

    async def _for_ever(self, step: Callable[[], Coroutine[None, None, None]]) -> None:
        while True:
            try:
                await step()
            except RelayError as error:
                log.warning("relay not available", why=str(error))
                await asyncio.sleep(PAUSE_SECONDS)

    async def _pick_up(self) -> None:
        for delivery in await self._relay.fetch(BATCH, FETCH_SECONDS):
            reception = self._received(delivery.data)
            await self._settle(delivery, reception)

    def _received(self, data: bytes) -> Reception:
        """Take a delivery; one that breaks whatever reads it is quarantined, and those behind it are read."""
        try:
            return self._receiver.receive(data, self._clock())
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it comes again at every redelivery
            log.error("message not read", size=len(data), error=type(error).__name__)
            self._journal.quarantine(hashlib.sha256(data).digest(), BROKEN, len(data), self._clock())
            return Reception(ReceptionOutcome.QUARANTINED, None, BROKEN)

    async def _settle(self, delivery: RelayDelivery, reception: Reception) -> None:
        message_id = reception.message_id
        if reception.taken is ReceptionOutcome.QUARANTINED or message_id is None:
            log.warning("message quarantined", code=reception.code, size=len(delivery.data))
            await delivery.ack()
            return
        log.info("command received", message=message_id.hex(), taken=reception.taken.value, code=reception.code)
        entry = self._journal.find(message_id)
        if entry and entry.put_at is not None:
            await delivery.ack()
            return
        self._held[message_id] = delivery
        self._to_do.set()
        self._to_tell.set()

    async def _work(self) -> None:
        now = self._clock()
        for entry in self._journal.due(now, limit=self._parallel * 4):
            if len(self._busy) < self._parallel and entry.unit not in self._busy:
                self._busy[entry.unit] = asyncio.create_task(self._carry_out(entry))
        next_due = self._journal.next_due(now)
        pause = max(0.0, next_due - self._clock()) if next_due is not None else None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._to_do.wait(), pause)
        self._to_do.clear()

    async def _carry_out(self, entry: JournalEntry) -> None:
        try:
            await self._executor.attempt(entry)
        except sqlite3.Error as error:  # the journal cannot be written: the agent ends and its next start recovers
            self._end_with(error)
        except Exception as error:  # noqa: BLE001 - one command must not end the agent, and again at each start
            await self._set_aside(entry, error)
        finally:
            del self._busy[entry.unit]
            self._to_do.set()
            self._to_tell.set()

    async def _set_aside(self, entry: JournalEntry, error: Exception) -> None:
        try:
            self._executor.set_aside(entry, error)
        except sqlite3.Error as broken:
            self._end_with(broken)
            return
        kept = self._journal.find(entry.message_id)
        if kept and kept.put_at is not None and (delivery := self._held.pop(entry.message_id, None)):
            await delivery.ack()

    def _end_with(self, error: Exception) -> None:
        if not self._broken.done():
            self._broken.set_exception(error)

    async def _tell(self) -> None:
        self._to_tell.clear()
        owed = self._journal.unsent(BATCH)
        for entry in owed:
            assert entry.result is not None  # noqa: S101 - that is what owed means
            await self._relay.put(entry.result, entry.message_id)
            self._journal.record_put(entry.message_id, self._clock())
            if delivery := self._held.pop(entry.message_id, None):
                await delivery.ack()
        if not owed:
            self._journal.cut_log()
            await self._to_tell.wait()

    async def _tidy(self) -> None:
        gone = self._journal.purge(self._clock() - self._keep)
        self._journal.cut_log()
        if gone:
            log.info("old commands forgotten", count=gone)
        await asyncio.sleep(_DAY / 24)
