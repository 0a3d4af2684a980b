"""Linking a supply point: every source is asked at once, each with its own limit, and every answer is kept.

``Sources`` is made once per process and may be used from many threads. It remembers since when a source has been
unavailable; everything else it knows stands in the configuration.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime

import structlog

from keiki.domain.linkage.record import Answer, LinkedRecord, Records, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.configuration import Configuration, SourceConfiguration, read_configuration
from keiki.office.sources.contact import Contact, read_contact
from keiki.office.sources.database import Database, Rows
from keiki.office.sources.errors import ConfigurationError, SourceUnavailableError
from keiki.office.sources.reading import read_rows

log = structlog.get_logger("keiki.office.sources")


class Sources:
    """The configured data servers of the utility."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self._databases = {source.card.id: Database(source, source.timeout) for source in configuration.sources}
        self._failing: dict[str, datetime] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_toml(cls, text: str) -> Sources:
        """Read the integrator's configuration; raises :class:`ConfigurationError`. No server is asked yet."""
        return cls(read_configuration(text))

    def database(self, source: str) -> Database:
        """Return the database of a source by its id."""
        return self._databases[source]

    def link(self, point: SupplyPoint, now: datetime) -> LinkedRecord:
        """Ask all sources at once what they know of ``point``; ``now`` (with zone) is when they were asked.

        Takes no longer than the largest limit among the sources. Never raises for what a source does; raises
        :class:`ValueError` for a time without zone.
        """
        if now.tzinfo is None:
            raise ValueError("the time of asking has no zone: give one, since the owners' times have theirs")
        started = time.monotonic()
        asked = [
            (source, self._databases[source.card.id].ask(source.query, {"key": source.key.write(point)}))
            for source in self.configuration.sources
        ]
        return LinkedRecord(point, tuple(self._answer(source, asking, point, now, started) for source, asking in asked))

    def _answer(
        self, source: SourceConfiguration, asking: Future[Rows], point: SupplyPoint, now: datetime, started: float
    ) -> Answer:
        name = source.card.id
        outcome: Records | Unavailable
        try:
            rows = self._databases[name].wait(asking, started)
        except SourceUnavailableError as error:
            outcome = Unavailable(self._failing_since(name, now), error.reason)
            log.warning("source unavailable", source=name, since=outcome.since.isoformat(), reason=error.reason[1])
        else:
            self._working(name)
            outcome = read_rows(source, point, rows, now)
            for reject in outcome.rejects:
                log.warning("row rejected", source=name, reason=reject.reason[1])
        return Answer(source.card, now, outcome, time.monotonic() - started)

    def _failing_since(self, source: str, now: datetime) -> datetime:
        with self._lock:
            return self._failing.setdefault(source, now)

    def _working(self, source: str) -> None:
        with self._lock:
            self._failing.pop(source, None)

    def stock(self, depot: str) -> dict[str, int]:
        """Return how many of each unit a depot has to give, by unit id; units it has none of are not named.

        A maker's model that the configuration does not know is logged and left out. Raises
        :class:`SourceUnavailableError`, and :class:`ConfigurationError` where the query gives no model and pieces.
        """
        units, pieces = self.configuration.units, dict[str, int]()
        for row in self._stock_rows(self.configuration.stock_count, {"depot": depot}):
            unit = units.get(_column(row, "count", "model"))
            if unit is None:
                log.warning("unknown model in stock", source=self.configuration.stock_source)
            elif (count := _pieces(row)) > 0:
                pieces[unit] = pieces.get(unit, 0) + count
        return pieces

    def serials(self, depot: str, unit: str) -> tuple[str, ...]:
        """Return the serial numbers of a unit that a depot has to give, in order; none for units kept by count."""
        models = [code for code, of in self.configuration.units.items() if of == unit]
        found = [
            _column(row, "serials", "serial")
            for model in models
            for row in self._stock_rows(self.configuration.stock_serials, {"depot": depot, "model": model})
        ]
        return tuple(sorted(found))

    def _stock_rows(self, query: str, parameters: Mapping[str, str]) -> Rows:
        return self._databases[self.configuration.stock_source].rows(query, parameters)

    def contact(self, point: SupplyPoint) -> Contact:
        """Return the customer in contract at ``point``, for a letter, a mail or a work order and nothing else.

        The caller records who looked and why. Raises :class:`ContactError` where there is not exactly one customer, and
        :class:`SourceUnavailableError`.
        """
        source = self._configured(self.configuration.contact_source)
        rows = self._databases[source.card.id].rows(self.configuration.contact_query, {"key": source.key.write(point)})
        return read_contact(point, source.key, rows)

    def _configured(self, name: str) -> SourceConfiguration:
        return next(source for source in self.configuration.sources if source.card.id == name)

    def close(self) -> None:
        """Close all idle connections."""
        for database in self._databases.values():
            database.close()


def _column(row: Mapping[str, object], query: str, name: str) -> str:
    if name not in row:
        raise ConfigurationError(f"sources, stock: the answer to {query!r} has no column {name!r}: add it to the query")
    return str(row[name]).strip(" \u3000")


def _pieces(row: Mapping[str, object]) -> int:
    text = _column(row, "count", "pieces")
    if not text.isdecimal():
        raise ConfigurationError("sources, stock: 'pieces' is not a number of units: correct the query 'count'")
    return int(text)
