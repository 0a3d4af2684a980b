"""One round: every source is asked at once about a supply point, each with its own limit.

A question goes the lightest way that its server allows: sent by the thread that looks up; put by one thread for all
sources that answer without making anybody wait; else put by a thread of the source's own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from keiki.domain.linkage.record import Records
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.asking import Asker, Convoy, Rows, SourceQuestion, SourceServer, too_slow, unavailable
from keiki.office.sources.configuration import SourceConfiguration
from keiki.office.sources.database import DatabaseSource
from keiki.office.sources.errors import SourceUnavailableError
from keiki.office.sources.reading import RowReader
from keiki.office.sources.sending import SentQuestion, collect


@dataclass(frozen=True)
class SourceOutcome:
    """What came of asking one source, and after how many seconds."""

    said: Records | SourceUnavailableError
    took: float


@dataclass(frozen=True)
class _Round:
    point: SupplyPoint
    now: datetime
    started: float

    def outcome(self, said: Records | SourceUnavailableError) -> SourceOutcome:
        return SourceOutcome(said, time.monotonic() - self.started)


class Rounds:
    """Asks the sources of one configuration, by the servers and askers given by the sources' ids."""

    def __init__(
        self, sources: tuple[SourceConfiguration, ...], servers: Mapping[str, SourceServer], askers: Mapping[str, Asker]
    ) -> None:
        self._servers, self._askers = servers, askers
        self._readers = {each.card.id: RowReader(each) for each in sources}
        self._convoy = Convoy()

    def ask(self, point: SupplyPoint, now: datetime) -> dict[str, SourceOutcome]:
        """Ask all sources what they know of ``point``; takes no longer than the largest limit and never raises."""
        this = _Round(point, now, time.monotonic())
        sent = self._send(point)
        put = {name: self._question(this, name) for name in self._readers if name not in sent}
        self._convoy.put([(self._askers[name], question) for name, question in put.items()])
        found = dict[str, SourceOutcome]()
        for name, answer in collect(sent, {name: this.started + self._askers[name].limit for name in sent}):
            if isinstance(answer, TimeoutError):
                asker = self._askers[name]
                found[name] = this.outcome(too_slow(asker))
            elif isinstance(answer, Exception):
                put[name] = self._put_again(this, name)
            else:
                found[name] = this.outcome(self._read(this, name, answer))
        for name, question in put.items():
            said = self._waited(this, name, question)  # it may have come while others were waited for
            found[name] = SourceOutcome(said, (question.answered_at or time.monotonic()) - this.started)
        return found

    def ask_one(self, name: str, point: SupplyPoint, now: datetime) -> Records | SourceUnavailableError:
        """Ask one source what it knows of ``point``; takes no longer than its limit and never raises."""
        this = _Round(point, now, time.monotonic())
        return self._waited(this, name, self._put_again(this, name))

    def _send(self, point: SupplyPoint) -> dict[str, SentQuestion]:
        sent = dict[str, SentQuestion]()
        for name in self._readers:
            server = self._servers[name]
            question = server.send(point) if isinstance(server, DatabaseSource) else None
            if question is not None:
                sent[name] = question
        return sent

    def _question(self, this: _Round, name: str) -> SourceQuestion[Records]:
        return self._askers[name].question(partial(self._look_up, this, name))

    def _look_up(self, this: _Round, name: str) -> Records:
        return self._readers[name].read(this.point, self._servers[name].look_up(this.point), this.now)

    def _put_again(self, this: _Round, name: str) -> SourceQuestion[Records]:
        """Put a question by a thread that was sent in vain: over another connection, or to learn what is wrong."""
        question = self._question(this, name)
        if not question.answered:
            self._askers[name].start(question)
        return question

    def _read(self, this: _Round, name: str, rows: Rows) -> Records | SourceUnavailableError:
        try:
            return self._readers[name].read(this.point, rows, this.now)
        except Exception as error:  # noqa: BLE001 - whatever a driver made of a cell, no source may stop another
            return unavailable(self._askers[name], error)

    def _waited(self, this: _Round, name: str, question: SourceQuestion[Records]) -> Records | SourceUnavailableError:
        try:
            return self._askers[name].wait(question, this.started)
        except SourceUnavailableError as error:
            return error

    def close(self) -> None:
        """Let the shared thread end."""
        self._convoy.close()
