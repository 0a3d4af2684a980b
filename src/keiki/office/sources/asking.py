"""Asking one owner without ever waiting beyond the limit: threads that stay, questions that may hang, and nobody else
who is held up by them.

Each source has threads of its own, made when they are needed and kept while questions come, so that a look-up does not
pay for starting them and each keeps its connection open. A question that hangs in a driver costs one thread; while
:data:`MOST_OVERDUE` questions are overdue, nobody waiting for them any more, the source is *busy* and not asked again.
Text of drivers' errors is never passed on: it may repeat the question's values.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.errors import SourceUnavailableError

MOST_OVERDUE = 8
MOST_THREADS = 24
IDLE_SECONDS = 30.0
MOST_ROWS = 10_000
Rows = list[Mapping[str, object]]
T = TypeVar("T")


@dataclass(frozen=True)
class Survey:
    """All rows counted, and the first :data:`MOST_ROWS` of them; ``None`` where the owner allows no survey."""

    count: int
    rows: Rows


@dataclass(frozen=True)
class Changes:
    """What changed since a cursor: the new cursor, and the points; ``None``: any point may have changed."""

    cursor: str
    points: frozenset[SupplyPoint] | None


class Server(Protocol):
    """One owner's server, whatever it is. Its methods block and are called in the threads of an :class:`Asker`."""

    def look_up(self, point: SupplyPoint) -> Rows:
        """Return the rows about a supply point."""

    def survey(self) -> Survey | None:
        """Return rows of any supply point, for the table of health."""

    def changes(self, cursor: str) -> Changes:
        """Return what changed since ``cursor`` (the empty text: since ever)."""

    def close(self) -> None:
        """Close what is open."""


class Asker:
    """Asks one source in threads of its own; ``limit`` in seconds."""

    def __init__(self, source: str, limit: float) -> None:
        self.source, self.limit = source, limit
        self._questions: queue.SimpleQueue[tuple[Future[object], Callable[[], object]] | None] = queue.SimpleQueue()
        self._overdue: set[Future[object]] = set()
        self._lock = threading.Lock()
        self._threads = self._idle = 0
        self._closed = False

    def ask(self, work: Callable[[], T]) -> Future[T]:
        """Start ``work``. The future holds its result or :class:`SourceUnavailableError`; :meth:`wait` for it."""
        future: Future[T] = Future()
        if len(self._overdue) >= MOST_OVERDUE:
            future.set_exception(SourceUnavailableError(self.source, _busy()))
            return future
        with self._lock:
            if self._idle > 0:
                self._idle -= 1
            elif self._threads < MOST_THREADS:
                self._threads += 1
                threading.Thread(target=self._run, name=f"source-{self.source}", daemon=True).start()
            self._questions.put((future, work))  # type: ignore[arg-type]
        return future

    def wait(self, future: Future[T], started: float) -> T:
        """Return the result, at the latest when the limit since ``started`` (``time.monotonic``) is over.

        Raises :class:`SourceUnavailableError`.
        """
        try:
            return future.result(max(0.0, started + self.limit - time.monotonic()))
        except TimeoutError:
            self._overdue.add(future)  # type: ignore[arg-type]
            future.add_done_callback(self._overdue.discard)
            raise SourceUnavailableError(self.source, too_slow(self.limit)) from None

    def __call__(self, work: Callable[[], T]) -> T:
        """Ask and wait; raises :class:`SourceUnavailableError`."""
        started = time.monotonic()
        return self.wait(self.ask(work), started)

    def close(self) -> None:
        """Let the threads end: those that wait now, those that are busy when they are done."""
        with self._lock:
            waiting, self._closed = self._idle, True
        for _ in range(waiting):
            self._questions.put(None)

    def _run(self) -> None:
        while True:
            question = self._next()
            if question is None:
                return
            self._answer(*question)
            with self._lock:
                if self._closed:
                    self._threads -= 1
                    return
                self._idle += 1

    def _next(self) -> tuple[Future[object], Callable[[], object]] | None:
        """Wait for a question; ``None`` when this thread is to end, told so or after a while without any."""
        while True:
            try:
                question = self._questions.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                with self._lock:
                    # A question that counts on a waiting thread is in the queue before the lock is free again.
                    if not self._questions.empty():
                        continue
                    self._threads, self._idle = self._threads - 1, self._idle - 1
                return None
            if question is None:
                with self._lock:
                    self._threads, self._idle = self._threads - 1, self._idle - 1
            return question

    def _answer(self, future: Future[object], work: Callable[[], object]) -> None:
        try:
            answer = work()
        except SourceUnavailableError as error:
            future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - a driver may raise anything, and no source may stop another
            cause = getattr(error, "orig", None) or error
            reason = too_slow(self.limit) if _is_timeout(cause) else failed(type(cause).__name__)
            future.set_exception(SourceUnavailableError(self.source, reason))
        else:
            future.set_result(answer)


def _is_timeout(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        waited = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT}
        return getattr(cause, "sqlite_errorcode", None) in waited
    return isinstance(cause, TimeoutError)


def too_slow(limit: float) -> Text:
    """Say that there was no answer within ``limit`` seconds."""
    return (
        f"{limit:g}秒以内に応答がありません。所有部署に確認してください。",
        f"no answer within {limit:g} s: ask its owner",
    )


def failed(kind: str) -> Text:
    """Say that the question failed, with the kind of the error alone."""
    return (
        f"問い合わせできません({kind})。サーバーの稼働と sources.toml の接続先・query を確認してください。",
        f"it could not be asked ({kind}): is the server up, are url and query in sources.toml right?",
    )


def _busy() -> Text:
    return (
        "先の問い合わせが戻らないため、新たに問い合わせません。所有部署に確認してください。",
        "earlier questions have not come back, so it is not asked again yet: ask its owner",
    )
