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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.errors import TELL, SourceUnavailableError

MOST_OVERDUE = 8
MOST_THREADS = 24
IDLE_SECONDS = 30.0
PATIENCE_SECONDS = 0.003
"""How long quick sources may share a thread before each that has not been asked yet gets one of its own."""
SLOW_FOR_SECONDS = 1.0
"""How long a source that tried that patience is asked by threads of its own."""
MOST_ROWS = 10_000
Rows = list[Mapping[str, object]]
Parameters = Mapping[str, str | int]
"""What a query is asked with, by the parameters' names."""
T = TypeVar("T")


@dataclass(frozen=True)
class Survey:
    """All rows counted, and the first :data:`MOST_ROWS` of them; ``None`` where the owner allows no survey.

    ``passed_over`` are names in a folder of drops that look like a drop and are never read.
    """

    count: int
    rows: Rows
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What changed since a cursor: the new cursor, and the points; ``None``: any point may have changed."""

    cursor: str
    points: frozenset[SupplyPoint] | None


def blank_duplicate_columns(names: Iterable[str]) -> list[str]:
    """Return the columns' names; one that stands twice in an answer is no column, for nobody says which is meant."""
    found = list(names)
    return found if len(set(found)) == len(found) else ["" if found.count(name) > 1 else name for name in found]


class SourceServer(Protocol):
    """One owner's server, whatever it is. Its methods block and are called in the threads of an :class:`Asker`.

    ``here``: it is a file on this machine, and answering is this process's own work.
    """

    here: bool

    def look_up(self, point: SupplyPoint) -> Rows:
        """Return the rows about a supply point."""

    def survey(self) -> Survey | None:
        """Return rows of any supply point, for the table of health."""

    def is_empty(self) -> bool | None:
        """Whether there is no row of any supply point; ``None`` where the owner allows no survey."""

    def changes(self, cursor: str) -> Changes:
        """Return what changed since ``cursor`` (the empty text: since ever)."""

    def close(self) -> None:
        """Close what is open."""


class SourceQuestion(Generic[T]):
    """A question on its way, put once by whichever thread comes first; its answer opens a lock.

    (A lock is far lighter than a future with its condition: a look-up makes five.)
    """

    __slots__ = ("_answered", "_asker", "_error", "_free", "_result", "_work", "answered_at")

    def __init__(self, asker: Asker, work: Callable[[], T]) -> None:
        self._asker, self._work = asker, work
        self._result: T | None = None
        self._error: SourceUnavailableError | None = None
        self.answered_at: float | None = None
        """When the answer came (``time.monotonic``); None before, and where nobody was asked."""
        self._free, self._answered = threading.Lock(), threading.Lock()
        self._answered.acquire()

    def run(self) -> None:
        """Put the question unless another thread did; whatever a driver raises becomes the one error."""
        if not self._free.acquire(blocking=False):
            return
        asker, started = self._asker, time.monotonic()
        try:
            self._result = self._work()
        except SourceUnavailableError as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 - a driver may raise anything, and no source may stop another
            self._error = unavailable(asker, error)
        self.answered_at = time.monotonic()
        asker.note(self.answered_at - started)
        self._answered.release()
        asker.settle(self)

    @property
    def begun(self) -> bool:
        """Whether a thread has put it."""
        return self._free.locked()

    @property
    def answered(self) -> bool:
        """Whether the answer is there, in time or not."""
        return not self._answered.locked()

    def refuse(self, error: SourceUnavailableError) -> None:
        """Answer without asking."""
        self._free.acquire(blocking=False)
        self._error = error
        self._answered.release()

    def is_answered(self, seconds: float) -> bool:
        """Wait so long for the answer and say whether it is there."""
        if not self._answered.acquire(timeout=max(0.0, seconds)):
            return False
        self._answered.release()
        return True

    def wait(self, seconds: float) -> T:
        """Return the answer or raise its error; raises :class:`TimeoutError` when it is not there in time."""
        if not self.is_answered(seconds):
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value] # there is one where there is no error


class Asker:
    """Asks one source in threads of its own; ``limit`` in seconds, ``here`` as of its :class:`SourceServer`."""

    def __init__(self, source: str, limit: float, *, here: bool = False) -> None:
        self.source, self.limit, self._here = source, limit, here
        self._questions: queue.SimpleQueue[SourceQuestion[Any] | None] = queue.SimpleQueue()
        self._overdue: set[SourceQuestion[Any]] = set()
        self._lock = threading.Lock()
        self._threads = self._idle = 0
        self._closed = False
        self._slow_until = 0.0

    @property
    def quick(self) -> bool:
        """Whether its answers make nobody wait: a file on this machine that has tried nobody's patience lately."""
        return self._here and time.monotonic() >= self._slow_until

    def note(self, took: float) -> None:
        """Note how many seconds an answer took."""
        if took >= PATIENCE_SECONDS:
            self._slow_until = time.monotonic() + SLOW_FOR_SECONDS

    def question(self, work: Callable[[], T]) -> SourceQuestion[T]:
        """Return a question about this source that nobody has put yet; refused while the source is busy."""
        question = SourceQuestion(self, work)
        if len(self._overdue) >= MOST_OVERDUE:
            question.refuse(SourceUnavailableError(self.source, BUSY))
        return question

    def start(self, question: SourceQuestion[Any]) -> None:
        """Have a question put by one of this source's own threads, and return at once."""
        with self._lock:
            if self._idle > 0:
                self._idle -= 1
            elif self._threads < MOST_THREADS:
                self._threads += 1
                threading.Thread(target=self._run, name=f"source-{self.source}", daemon=True).start()
            self._questions.put(question)

    def ask(self, work: Callable[[], T]) -> SourceQuestion[T]:
        """Start ``work`` and return at once; :meth:`wait` for its answer."""
        question = self.question(work)
        if not question.answered:
            self.start(question)
        return question

    def settle(self, question: SourceQuestion[Any]) -> None:
        """Note that a question was answered, in time or not."""
        self._overdue.discard(question)

    def wait(self, question: SourceQuestion[T], started: float) -> T:
        """Return the answer, at the latest when the limit since ``started`` (``time.monotonic``) is over.

        Raises :class:`SourceUnavailableError`.
        """
        try:
            return question.wait(started + self.limit - time.monotonic())
        except TimeoutError:
            self._overdue.add(question)
            if question.answered:
                self._overdue.discard(question)
            raise too_slow(self) from None

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
            question.run()
            with self._lock:
                if self._closed:
                    self._threads -= 1
                    return
                self._idle += 1

    def _next(self) -> SourceQuestion[Any] | None:
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


def unavailable(asker: Asker, error: Exception) -> SourceUnavailableError:
    """Make of whatever a driver raised the one error, without its text."""
    cause = getattr(error, "orig", None) or error
    return too_slow(asker) if _is_timeout(cause) else failed(asker, type(cause).__name__)


def _is_timeout(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        waited = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT}
        return getattr(cause, "sqlite_errorcode", None) in waited
    return isinstance(cause, TimeoutError)


def too_slow(asker: Asker) -> SourceUnavailableError:
    """Say that there was no answer within the limit."""
    reason = (
        f"{asker.limit:g}秒以内に応答がありません。もう一度試し、続く場合は所有部署に確認してください。",
        f"no answer within {asker.limit:g} s: try again, and if that does not help ask its owner",
    )
    return SourceUnavailableError(asker.source, reason)


def failed(asker: Asker, kind: str) -> SourceUnavailableError:
    """Say that the question failed; the integrator is told the kind of the error, and nobody its text."""
    detail = (
        f"問い合わせできません({kind})。サーバの稼働と sources.toml の接続先・query を確認してください。",
        f"it could not be asked ({kind}): is the server up, are address and query in sources.toml right?",
    )
    return SourceUnavailableError(asker.source, TELL, detail)


BUSY: Text = (
    "先の問い合わせが戻らないため、新たに問い合わせません。所有部署に確認してください。",
    "earlier questions have not come back, so it is not asked again yet: ask its owner",
)


class Convoy:
    """Puts many questions at once, those of quick sources by one thread: waking five takes longer than asking five.

    Quick is a file on this machine; a server even in the next room makes one wait, and five such waits pass side by
    side. Where a quick one is not so for once, the others wait for it no longer than :data:`PATIENCE_SECONDS`.
    """

    def __init__(self) -> None:
        self._threads = Asker("quick", PATIENCE_SECONDS)

    def put(self, questions: Sequence[tuple[Asker, SourceQuestion[Any]]]) -> None:
        """Put all questions; returns when those of quick sources are answered or have threads of their own."""
        quick = [pair for pair in questions if pair[0].quick and not pair[1].answered]
        shared = quick if len(quick) > 1 else []
        for asker, question in questions:
            if not question.answered and (asker, question) not in shared:
                asker.start(question)
        if shared:
            self._threads.ask(partial(_run_all, [question for _, question in shared]))
            if not shared[-1][1].is_answered(PATIENCE_SECONDS):
                for asker, question in shared:
                    if question.begun and not question.answered:
                        asker.note(PATIENCE_SECONDS)
                    asker.start(question)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.close()


def _run_all(questions: Sequence[SourceQuestion[Any]]) -> None:
    for question in questions:
        question.run()
