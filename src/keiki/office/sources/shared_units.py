"""Which other supply points have a unit with the same serial number: the owners are asked for every look-up.

A database is asked by ``[search.serial]``; dropped files are looked up in their index. Who can be asked in neither way
is told (*unsearchable*), and so is an owner who does not answer: then nothing may be decided from the units.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

import structlog

from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.linkage.shared_units import SERIAL_TERMS, SharedUnit, SharedUnits, UnsearchedUnits
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.asking import Asker, SourceServer
from keiki.office.sources.configuration import ConfiguredSources, SourceConfiguration
from keiki.office.sources.database import DatabaseSource
from keiki.office.sources.drops import DropSource
from keiki.office.sources.errors import SourceUnavailableError
from keiki.office.sources.searches import SearchConfiguration, SearchKind
from keiki.office.sources.searching import Hit, read_hits

log = structlog.get_logger("keiki.office.sources")
MOST_POINTS = 5
"""How many other supply points of one unit are told."""
ServiceOfficeOf = Callable[[SupplyPoint], str]
"""Returns the service office of a supply point, empty where it has none or its owner does not answer."""


class UnitSearches:
    """Searches the sources of one configuration by serial number."""

    def __init__(
        self, configuration: ConfiguredSources, servers: Mapping[str, SourceServer], askers: Mapping[str, Asker]
    ) -> None:
        self._configuration, self._servers, self._askers = configuration, servers, askers
        self._offices = any("service_office" in source.card.terms for source in configuration.sources)

    def of(self, record: LinkedRecord, office_of: ServiceOfficeOf) -> SharedUnits:
        """Return the other supply points of the units in force in ``record``."""
        serials = {
            term: str(fact.value) for term in SERIAL_TERMS for fact in record.current(term) if fact.value is not None
        }
        own = record.only("service_office")
        return self.others(record.supply_point, serials, str(own.value or "") if own else "", office_of)

    def others(
        self, point: SupplyPoint, serials: Mapping[str, str], own: str, office_of: ServiceOfficeOf
    ) -> SharedUnits:
        """Return the supply points but ``point`` that have a unit of ``serials`` (by term).

        Numbers are told of points of the service office ``own`` alone; where no source knows offices, of all.
        """
        ways = {term: self._way(term) for term in serials}
        unsearchable = tuple(term for term, way in ways.items() if way is None)
        started = time.monotonic()
        asked = [
            (term, source, self._askers[source.card.id].ask(partial(search, serials[term])))
            for term, way in ways.items()
            if way is not None
            for source, search in (way,)
        ]
        named: list[SharedUnit] = []
        for term, source, question in asked:
            try:
                hits = self._askers[source.card.id].wait(question, started)
            except SourceUnavailableError as error:
                log.warning("units not searched", source=source.card.id, reason=error.detail[1])
                silent = UnsearchedUnits(source.card.id, source.card.owner, error.reason)
                return SharedUnits(tuple(named), silent, unsearchable)
            others = [hit for hit in hits if hit.point != point][:MOST_POINTS]
            for hit in others:
                near, office_there = self._may_be_shown(hit, own, office_of)
                number = hit.point if near else None
                named.append(SharedUnit(term, serials[term], source.card.owner, number, office_there))
        return SharedUnits(tuple(named), None, unsearchable)

    def _may_be_shown(self, hit: Hit, own: str, office_of: ServiceOfficeOf) -> tuple[bool, str]:
        """Return whether the number of another point may be told, and its service office."""
        if not self._offices:
            return True, ""
        other = hit.office or office_of(hit.point)
        return bool(own) and other == own, other

    def _way(self, term: str) -> tuple[SourceConfiguration, Callable[[str], tuple[Hit, ...]]] | None:
        """Return how a serial number is searched: whom, and by what; ``None`` where nobody can be asked."""
        owner = next((each for each in self._configuration.sources if term in each.card.terms), None)
        if owner is not None and isinstance(drops := self._servers[owner.card.id], DropSource):
            return owner, partial(_in_drops, drops, term)
        search = self._configuration.searches.get(SearchKind.SERIAL)
        if search is None:
            return None
        source = next(each for each in self._configuration.sources if each.card.id == search.source)
        database = self._servers[search.source]
        return (
            (source, partial(_in_database, database, search, source)) if isinstance(database, DatabaseSource) else None
        )


def _in_drops(drops: DropSource, term: str, serial: str) -> tuple[Hit, ...]:
    return tuple(Hit(point, "", "", "") for point in drops.points_with(term, serial))


def _in_database(
    database: DatabaseSource, search: SearchConfiguration, source: SourceConfiguration, serial: str
) -> tuple[Hit, ...]:
    most = search.limit
    rows = [
        database.rows(search.query, {search.parameter: spelling, "limit": most + 1})
        for spelling in search.spellings(serial)
    ]
    return read_hits(search, source.key, rows, most, None).hits
