"""Linking a supply point: every source is asked at once, each with its own limit, and every answer is kept.

``Sources`` is made once per process and may be used from many threads. It remembers since when a source has been
unavailable (the office's processes share that: ``keiki.office.audit.source_outages``); everything else it knows stands
in the configuration.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from keiki.domain.linkage.record import LinkedRecord, Records, SourceAnswer, Unavailable
from keiki.domain.linkage.shared_units import SharedUnits
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.asking import Asker, Changes, Parameters, Rows
from keiki.office.sources.configuration import ConfiguredSources, SourceConfiguration, read_configuration
from keiki.office.sources.contact import Contact, read_contact
from keiki.office.sources.database import DatabaseSource
from keiki.office.sources.errors import ConfigurationError, SourceUnavailableError
from keiki.office.sources.opening import open_server
from keiki.office.sources.rounds import Rounds, SourceOutcome
from keiki.office.sources.searches import SearchKind
from keiki.office.sources.searching import Hits, Unanswered, not_searched, read_hits, spelled
from keiki.office.sources.shared_units import UnitSearches

log = structlog.get_logger("keiki.office.sources")
NOBODY = SupplyPoint("0" * 22)
"""The number of no supply point."""
T = TypeVar("T")


class Sources:
    """The configured data servers of the utility."""

    def __init__(self, configuration: ConfiguredSources, cache: Path | None = None) -> None:
        self.configuration = configuration
        self._servers = {each.card.id: open_server(each, each.timeout, cache) for each in configuration.sources}
        self._askers = {
            each.card.id: Asker(each.card.id, each.timeout, here=self._servers[each.card.id].here)
            for each in configuration.sources
        }
        self._rounds = Rounds(configuration.sources, self._servers, self._askers)
        self._units = UnitSearches(configuration, self._servers, self._askers)
        self._failing: dict[str, datetime] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_toml(cls, text: str, cache: Path | None = None) -> Sources:
        """Read the integrator's configuration; raises :class:`ConfigurationError`. No server is asked yet.

        ``cache`` is the folder for the indexes of dropped files; needed where a source is a folder.
        """
        return cls(read_configuration(text), cache)

    def rows(self, source: str, query: str, parameters: Parameters) -> Rows:
        """Put a query of its own to a source that is a database; raises :class:`SourceUnavailableError`."""
        server = self._database(source)
        return self._ask_source(source, lambda: server.rows(query, parameters))

    def _ask_source(self, source: str, work: Callable[[], T]) -> T:
        """Ask and wait; raises :class:`SourceUnavailableError` with the owner's name, and logs the detail."""
        try:
            return self._askers[source](work)
        except SourceUnavailableError as error:
            log.warning("source unavailable", source=source, reason=error.detail[1])
            raise error.of(self._configured(source).card.owner) from None

    def _database(self, source: str) -> DatabaseSource:
        server = self._servers[source]
        if not isinstance(server, DatabaseSource):
            raise ConfigurationError(
                f"source {source}: 専用の問合せができるのはデータベースだけです",
                f"source {source}: only a database takes queries of their own",
            )
        return server

    def changes(self, source: str, cursor: str) -> Changes:
        """Return what changed at a source since ``cursor``; raises :class:`SourceUnavailableError`."""
        server = self._servers[source]
        return self._ask_source(source, lambda: server.changes(cursor))

    def is_empty(self, source: str, others: Iterable[SupplyPoint] = ()) -> bool:
        """Whether a source has no row of any supply point, as while it is loaded anew.

        Where the owner allows no survey, whether it has none of ``others``, if there are any. Raises
        :class:`SourceUnavailableError`.
        """
        server = self._servers[source]
        surveyed = self._ask_source(source, server.is_empty)
        if surveyed is not None:
            return surveyed
        found = [self._ask_source(source, partial(server.look_up, point)) for point in others]
        return bool(found) and not any(found)

    def link(self, point: SupplyPoint, now: datetime) -> LinkedRecord:
        """Ask all sources at once what they know of ``point``; ``now`` (with zone) is when they were asked.

        Then those who keep serial numbers are asked which other points have the units of this one. Takes no longer than
        the largest limit among the sources for each of the two. Never raises for what a source does; raises
        :class:`ValueError` for a time without zone.
        """
        if now.tzinfo is None:
            raise ValueError("the time of asking has no zone: give one, since the owners' times have theirs")
        outcomes = self._rounds.ask(point, now)
        record = LinkedRecord(
            point, tuple(self._answer(source, outcomes[source.card.id], now) for source in self.configuration.sources)
        )
        return replace(record, shared=self._units.of(record, partial(self._office_of, now=now)))

    def shared_units(
        self, point: SupplyPoint, serials: Mapping[str, str], service_office_code: str, now: datetime
    ) -> SharedUnits:
        """Return the supply points but ``point`` that have one of ``serials`` (by term).

        ``office`` is the point's service office: numbers of other offices' points are not told.
        """
        return self._units.others(point, serials, service_office_code, partial(self._office_of, now=now))

    def _office_of(self, point: SupplyPoint, now: datetime) -> str:
        """Return the service office of a supply point; empty where it has none, several, or its owner is silent."""
        term = "service_office"
        owner = next((each.card for each in self.configuration.sources if term in each.card.terms), None)
        said = None if owner is None else self._rounds.ask_one(owner.id, point, now)
        if owner is None or not isinstance(said, Records):
            return ""
        fact = LinkedRecord(point, (SourceAnswer(owner, now, said),)).only(term)
        return str(fact.value or "") if fact else ""

    def _answer(self, source: SourceConfiguration, outcome: SourceOutcome, now: datetime) -> SourceAnswer:
        name, said = source.card.id, outcome.said
        if isinstance(said, SourceUnavailableError):
            silent = Unavailable(self._failing_since(name, now), said.reason)
            log.warning("source unavailable", source=name, since=silent.since.isoformat(), reason=said.detail[1])
            return SourceAnswer(source.card, now, silent, outcome.took)
        if name in self._failing:
            self._working(name)
        for reject in said.rejects:
            log.warning("row rejected", source=name, reason=reject.reason[1])
        return SourceAnswer(source.card, now, said, outcome.took)

    def _failing_since(self, source: str, now: datetime) -> datetime:
        with self._lock:
            return self._failing.setdefault(source, now)

    def _working(self, source: str) -> None:
        with self._lock:
            self._failing.pop(source, None)

    def adopt(self, silent: Mapping[str, datetime], answering: Iterable[str]) -> None:
        """Take over what another process noticed: who is silent since when, and who answered there since."""
        with self._lock:
            for source in answering:
                self._failing.pop(source, None)
            self._failing.update(silent)

    def answers(self, source: str) -> bool:
        """Whether a source answers a question about nobody's supply point."""
        server = self._servers[source]
        try:
            self._ask_source(source, lambda: server.look_up(NOBODY))
        except SourceUnavailableError:
            return False
        self._working(source)
        return True

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

    def _stock_rows(self, query: str, parameters: Parameters) -> Rows:
        return self.rows(self.configuration.stock_source, query, parameters)

    def contact(self, point: SupplyPoint, contract_number: str) -> Contact:
        """Return the customer of one contract at ``point``, for a letter, a mail or a work order and nothing else.

        Never another contract's customer, whoever lives at the place by now. The caller records who looked and why.
        Raises :class:`ContactError` where there is not exactly one customer, and :class:`SourceUnavailableError`.
        """
        source = self._configured(self.configuration.contact_source)
        parameters: Parameters = {"key": source.key.write(point), "contract": contract_number}
        rows = self.rows(source.card.id, self.configuration.contact_query, parameters)
        return read_contact(point, contract_number, source.key, rows)

    def search(self, kind: SearchKind, text: str, most: int = 50) -> Hits:
        """Ask the owner which supply points have what was typed; at most ``most`` hits and no more than its limit.

        The caller records who searched and why. An owner that does not answer in time is said in the hits; raises
        :class:`SearchRefused` where too little was typed or no source is searched by ``kind``.
        """
        search = self.configuration.searches.get(kind)
        if search is None:
            raise not_searched(kind)
        spellings, source = spelled(search, text), self._configured(search.source)
        server, asker = self._database(search.source), self._askers[search.source]
        most = max(1, min(most, search.limit))
        started, batches, unavailable = time.monotonic(), list[Rows](), None
        for spelling in spellings:
            parameters: Parameters = {search.parameter: spelling, "limit": most + 1}
            try:
                batches.append(asker.wait(asker.ask(partial(server.rows, search.query, parameters)), started))
            except SourceUnavailableError as error:
                log.warning("search not answered", source=search.source, kind=kind.value, reason=error.detail[1])
                unavailable = Unanswered(search.source, source.card.owner, error.reason)
                break
            if sum(map(len, batches)) > most:
                break
        return read_hits(search, source.key, batches, most, unavailable)

    def _configured(self, name: str) -> SourceConfiguration:
        return next(source for source in self.configuration.sources if source.card.id == name)

    def close(self) -> None:
        """Close all idle connections."""
        for asker in self._askers.values():
            asker.close()
        self._rounds.close()
        for server in self._servers.values():
            server.close()


def _column(row: Mapping[str, object], query: str, name: str) -> str:
    if name not in row:
        raise ConfigurationError(
            f"sources, stock: 「{query}」の回答に列「{name}」がありません。問合せに加えてください",
            f"sources, stock: the answer to {query!r} has no column {name!r}: add it to the query",
        )
    return str(row[name]).strip(" \u3000")


def _pieces(row: Mapping[str, object]) -> int:
    text = _column(row, "count", "pieces")
    if not text.isdecimal():
        raise ConfigurationError(
            "sources, stock: 'pieces' が個数ではありません。問合せ 'count' を直してください",
            "sources, stock: 'pieces' is not a number of units: correct the query 'count'",
        )
    return int(text)
