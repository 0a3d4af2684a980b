"""When what a catalogue says is in effect.

A period runs from its first day to the day before ``effective_until``; both ends may be left open. One id may be
written several times if the periods do not overlap: so a unit's successor or a changed rule is announced in advance.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from keiki.domain.units.problems import Position, Problems
from keiki.domain.units.section import CatalogueSection
from keiki.domain.units.words import say


class Identified(Protocol):
    """Anything that a catalogue declares under an id."""

    @property
    def id(self) -> str:
        """The id."""

    @property
    def position(self) -> Position:
        """Where it is declared."""


Item = TypeVar("Item", bound=Identified)


@dataclass(frozen=True)
class Period:
    """From ``first`` (None: always) to the day before ``until`` (None: for ever)."""

    first: datetime.date | None = None
    until: datetime.date | None = None

    def holds(self, day: datetime.date) -> bool:
        """Whether ``day`` lies in the period."""
        return (self.first is None or self.first <= day) and (self.until is None or day < self.until)

    def overlaps(self, other: Period) -> bool:
        """Whether some day lies in both periods."""
        return _before(self.first, other.until) and _before(other.first, self.until)


def _before(first: datetime.date | None, until: datetime.date | None) -> bool:
    return first is None or until is None or first < until


@dataclass(frozen=True)
class Dated(Generic[Item]):
    """Something declared, and when it is in effect."""

    item: Item
    period: Period


def read_period(section: CatalogueSection) -> Period:
    """Read ``effective_from`` and ``effective_until`` of a table; both may be missing."""
    first = section.take("effective_from", datetime.date, required=False)
    until = section.take("effective_until", datetime.date, required=False)
    if first and until and until <= first:
        section.refuse(say("ends-before", until=until, first=first), "effective_until")
        return Period(first)
    return Period(first, until)


def check_ids(declared: Iterable[Dated[Item]], what: str, problems: Problems) -> None:
    """Note every id that is declared twice for one day."""
    seen: dict[str, list[Dated[Item]]] = {}
    for entry in declared:
        for earlier in seen.setdefault(entry.item.id, []):
            if entry.period.overlaps(earlier.period):
                undated = Period() in (entry.period, earlier.period)
                values = {"what": what, "id": entry.item.id, "where": earlier.item.position}
                sentence = say("declared-twice", **values) if undated else say("dates-overlap", **values)
                problems.add(entry.item.position, sentence)
        seen[entry.item.id].append(entry)


def change_dates(declared: Iterable[Dated[Item]]) -> set[datetime.date]:
    """The days on which something of ``declared`` comes into effect or ends."""
    ends = {day for entry in declared for day in (entry.period.first, entry.period.until)}
    return {day for day in ends if day is not None}
