"""The office's long-running process: outbox to the relay in order, results from it, expiry, letters and e-mails.

One worker per data folder (a lock on ``worker.lock`` says so). It may be killed at any point: what was not noted as
sent is sent again under the same message id, what was not acknowledged comes again and is known by its digest, and a
letter or e-mail taken in hand is free again after a while.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import threading
import traceback
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import structlog
from django.db import OperationalError, close_old_connections

from keiki.domain.audit.checkpoint import Checkpoint
from keiki.domain.units import CatalogueError
from keiki.foundation.processes import write_ready_file
from keiki.office.audit.checkpoints import CheckpointRefused, due, make
from keiki.office.audit.models import AuditVerification
from keiki.office.audit.services import Changed
from keiki.office.audit.trust import trusting
from keiki.office.audit.verifications import do_next
from keiki.office.catalogues import jobs
from keiki.office.catalogues.models import CatalogueJob
from keiki.office.catalogues.queries import NoCatalogue
from keiki.office.catalogues.services import supersede
from keiki.office.config.folder import BadSettings
from keiki.office.config.schema import wait_and_check
from keiki.office.config.wiring import OfficeServices
from keiki.office.config.write_ahead_log import cut_write_ahead_log
from keiki.office.contracts.services import delivered, end_sessions
from keiki.office.delivery.services import send_due
from keiki.office.keys.changed_rows import changed_rows
from keiki.office.keys.enrolled_cards import CardChanged
from keiki.office.outages import name_of
from keiki.office.refusal import Refusal
from keiki.office.remote.models import OutboxMessage
from keiki.office.remote.queries import unsent
from keiki.office.remote.services import expire, receive, sent
from keiki.office.sources import ConfigurationError
from keiki.office.workorders.erasure import erase_over
from keiki.office.workorders.watching import WatchRound, watch
from keiki.relay.client import PutRefused, RelayClient, RelayDenied, RelayUnavailable

NAME = "office worker"
FETCH_SECONDS = 0.5
DELIVERY_SECONDS = 1.0
PAUSE_SECONDS = 2.0
CHECKPOINT_SECONDS = 5.0
ERASURE_SECONDS = 10.0
BATCH = 100
log = structlog.get_logger("keiki.office.worker")
T = TypeVar("T")

RETRIED_BY_WATCH = (OperationalError, Changed, BadSettings, NoCatalogue, ConfigurationError, CatalogueError)
"""What ends a round of watching without ending the worker: the next round tries again."""


class AlreadyWorking(Refusal):
    """Another worker has this data folder."""

    code = "already_working"


def run(office_services: OfficeServices) -> None:
    """Work until SIGTERM or SIGINT. Writes ``worker.json`` when it is ready and removes it when it ends."""
    lock = (office_services.data.path / "worker.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise AlreadyWorking(
            "このデータフォルダーでは別のワーカーが動いています。新しく起動する必要はありません",
            "another worker has this data folder: there is nothing to start",
        ) from None
    with lock:
        wait_and_check()
        asyncio.run(Worker(office_services).run())


class Worker:
    """Rounds side by side: relay; letters, e-mails and expiry; erasure; the watch;
    checkpoints; verifications; catalogues."""

    def __init__(self, office_services: OfficeServices) -> None:
        self._office_services = office_services
        self._stop = asyncio.Event()

    @property
    def _rounds(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        return (
            self._relay_round,
            self._delivery_round,
            self._erasure_round,
            self._watch_round,
            self._checkpoint_round,
            self._verification_round,
            self._catalogue_round,
        )

    async def run(self) -> None:
        """Run every round until told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        ready = self._office_services.data.path / "worker.json"
        rounds = [loop.create_task(each()) for each in self._rounds]
        stopped = loop.create_task(self._stop.wait())
        write_ready_file(ready)
        log.info("worker started", pid=os.getpid())
        try:
            done, _ = await asyncio.wait([*rounds, stopped], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            ready.unlink(missing_ok=True)
            for task in (*rounds, stopped):
                task.cancel()
            await asyncio.gather(*rounds, stopped, return_exceptions=True)
            log.info("worker stopped")

    async def _relay_round(self) -> None:
        with ThreadPoolExecutor(1, "relay") as thread:
            relay = await self._office_services.relay()
            try:
                while True:
                    try:
                        await self._put_commands(relay, thread)
                        await self._fetch(relay, thread)
                    except (RelayUnavailable, RelayDenied, PutRefused, OperationalError, Changed, CardChanged) as error:
                        log.warning("relay round interrupted", error=name_of(error))
                        await asyncio.sleep(PAUSE_SECONDS)
                    except Exception as error:  # noqa: BLE001 - see _failed
                        await _failed("relay", error)
            finally:
                await relay.close()

    async def _put_commands(self, relay: RelayClient, thread: ThreadPoolExecutor) -> None:
        """Put what waits, oldest first; one that fails holds back those behind it."""
        for message in await _run_in_thread(thread, _waiting):
            if message.body is None:  # its time was over meanwhile
                continue
            await relay.put(bytes(message.body), bytes.fromhex(message.command.message_id))
            await _run_in_thread(thread, lambda message=message: sent(self._office_services.act(NAME), message))  # type: ignore[misc]
            log.info("command sent", command=message.command.reference)

    async def _fetch(self, relay: RelayClient, thread: ThreadPoolExecutor) -> None:
        """Take what came; it is acknowledged only after it is committed."""
        for arrived in await relay.fetch(timeout=FETCH_SECONDS):
            data = arrived.data
            disposition = await _run_in_thread(
                thread,
                lambda data=data: receive(
                    self._office_services.act(NAME), self._office_services.identity, data, self._office_services.answers
                ),  # type: ignore[misc]
            )
            await arrived.ack()
            log.info("message received", disposition=disposition.value)

    async def _delivery_round(self) -> None:
        with ThreadPoolExecutor(1, "delivery") as thread:
            while True:
                for step in (self._expire, self._end_sessions, self._deliver):
                    try:
                        await _run_in_thread(thread, step)
                    except (OperationalError, Changed):
                        pass  # another process was faster: look again
                    except Exception as error:  # noqa: BLE001 - see _failed
                        await _failed("delivery", error)
                await asyncio.sleep(DELIVERY_SECONDS)

    async def _erasure_round(self) -> None:
        """Erase sealed copies that are over, and cut SQLite's log, which would still hold what was erased."""
        with ThreadPoolExecutor(1, "erasure") as thread:
            while True:
                try:
                    count = await _run_in_thread(thread, lambda: erase_over(self._office_services.act(NAME)))
                    await _run_in_thread(thread, cut_write_ahead_log)
                except (OperationalError, Changed) as error:
                    log.warning("nothing is erased", error=name_of(error))
                except Exception as error:  # noqa: BLE001 - see _failed
                    await _failed("erasure", error)
                else:
                    if count:
                        log.info("sealed copies erased", count=count)
                await asyncio.sleep(ERASURE_SECONDS)

    async def _watch_round(self) -> None:
        with ThreadPoolExecutor(1, "watch") as thread:
            while True:
                try:
                    done = await _run_in_thread(thread, self._watch)
                except RETRIED_BY_WATCH as error:
                    log.warning("nothing is watched", error=name_of(error))
                except Exception as error:  # noqa: BLE001 - see _failed
                    await _failed("watch", error)
                else:
                    if done.reopened or done.unknown or done.gone:
                        log.info(
                            "watched",
                            reopened=list(done.reopened),
                            unknown=list(done.unknown),
                            customers_gone=list(done.gone),
                        )
                await asyncio.sleep(self._office_services.settings.terms.watch_seconds)

    async def _checkpoint_round(self) -> None:
        office_services, terms = self._office_services, self._office_services.settings.audit
        with ThreadPoolExecutor(1, "checkpoint") as thread:
            while True:
                pause = CHECKPOINT_SECONDS
                try:
                    made = await _run_in_thread(thread, lambda: checkpoint_if_due(office_services, datetime.now(UTC)))
                except OperationalError as error:
                    log.warning("no checkpoint", error=name_of(error))
                except (CheckpointRefused, OSError) as error:
                    log.error("checkpoint refused", error=str(error))
                    pause = terms.checkpoint_minutes * 60.0
                except Exception as error:  # noqa: BLE001 - see _failed
                    await _failed("checkpoint", error)
                else:
                    if made:
                        log.info("checkpoint made", number=made.number, position=made.position)
                await asyncio.sleep(pause)

    async def _verification_round(self) -> None:
        """Do the verifications of the audit that the screens asked for."""
        with ThreadPoolExecutor(1, "verification") as thread:
            while True:
                try:
                    done = await _run_in_thread(thread, self._verify)
                except (OperationalError, OSError) as error:
                    log.warning("verification interrupted", error=name_of(error))
                except Exception as error:  # noqa: BLE001 - see _failed
                    await _failed("verification", error)
                else:
                    if done:
                        log.info("audit verified", verification=done.reference, intact=done.verdict["intact"])
                await asyncio.sleep(DELIVERY_SECONDS)

    def _verify(self) -> AuditVerification | None:
        office_services = self._office_services
        return do_next(
            trusting([office_services.identity.card]),
            office_services.checkpoint_file,
            datetime.now(UTC),
            more=changed_rows,
        )

    async def _catalogue_round(self) -> None:
        """Do the proofs and comparisons of catalogues that the screens asked for; told to stop, give the job back."""
        ending = threading.Event()
        with ThreadPoolExecutor(1, "catalogue") as thread:
            try:
                while True:
                    try:
                        done = await _run_in_thread(thread, lambda: self._prove(ending))
                    except (OperationalError, Changed) as error:
                        log.warning("catalogue job interrupted", error=name_of(error))
                    except Exception as error:  # noqa: BLE001 - see _failed
                        await _failed("catalogue", error)
                    else:
                        if done:
                            log.info("catalogue job done", job=done.reference, refused="refused" in done.outcome)
                    await asyncio.sleep(DELIVERY_SECONDS)
            finally:
                ending.set()

    def _prove(self, ending: threading.Event) -> CatalogueJob | None:
        return jobs.do_next(lambda: datetime.now(UTC), lambda: self._office_services.today, ending)

    def _watch(self) -> WatchRound:
        act = self._office_services.act(NAME)
        supersede(act, self._office_services.today)
        return watch(act, self._office_services.sources, self._office_services.catalogue)

    def _end_sessions(self) -> None:
        for ended in end_sessions(self._office_services.act(NAME)):
            log.info("contract ended", contract=ended.reference)

    def _expire(self) -> None:
        count = expire(self._office_services.act(NAME))
        if count:
            log.info("commands expired", count=count)

    def _deliver(self) -> None:
        for each in send_due(
            self._office_services.act(NAME), self._office_services.vault, self._office_services.senders, delivered
        ):
            log.info("delivered", delivery=each.reference)


def checkpoint_if_due(office_services: OfficeServices, now: datetime) -> Checkpoint | None:
    """Make a checkpoint if the settings say that it is time."""
    terms = office_services.settings.audit
    if due(now, terms.checkpoint_events, timedelta(minutes=terms.checkpoint_minutes)):
        return make(office_services.identity, office_services.checkpoint_file, now)
    return None


def _waiting() -> list[OutboxMessage]:
    return list(unsent()[:BATCH])


async def _failed(name: str, error: Exception) -> None:
    """Log what nobody foresaw by its kind and place, never its text, and rest: the round, and all others, go on."""
    where = [f"{step.filename.rpartition('/')[2]}:{step.lineno}" for step in traceback.extract_tb(error.__traceback__)]
    log.error("round failed", round=name, error=type(error).__name__, where=where[-5:])
    await asyncio.sleep(PAUSE_SECONDS)


async def _run_in_thread(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Do database work in the round's own thread, on a connection that is still good."""

    def fresh() -> T:
        close_old_connections()
        return work()

    return await asyncio.get_running_loop().run_in_executor(thread, fresh)
