"""The linked record of a supply point: every source's answer, kept with who said it, as of when, and when it was asked.

Nothing is merged. A source either answers with its rows (of which some may have been rejected, with the reason) or is
*unavailable*, since when and why. ``as_of`` is the time up to which the owner vouches for a row, by the owner's clock;
``asked_at`` is Keiki's own. All times carry a zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from keiki.domain.linkage.shared_units import SharedUnits
from keiki.domain.linkage.terms import Text, Value
from keiki.domain.supply_point import SupplyPoint

JST = timezone(timedelta(hours=9), "JST")
FUTURE_TOLERANCE = timedelta(minutes=10)
"""How far an owner's clock may run ahead of Keiki's."""


@dataclass(frozen=True)
class SourceCard:
    """A source as people know it: its owner, the terms it answers for, and how old is too old."""

    id: str
    owner: Text
    terms: tuple[str, ...]
    max_age: timedelta


class Fact(NamedTuple):
    """One thing one source says about the supply point. (A look-up makes dozens, and a tuple is the lightest value.)"""

    name: str
    value: Value
    source: str
    as_of: datetime
    asked_at: datetime


@dataclass(frozen=True)
class SourceRow:
    """One row of a source, in Keiki's terms. ``number`` counts from 1 in the order of the answer."""

    number: int
    as_of: datetime
    facts: Mapping[str, Fact]

    def value(self, term: str) -> Value:
        """Return the row's value for ``term``; ``None`` when it has none or says that there is none."""
        fact = self.facts.get(term)
        return None if fact is None else fact.value


@dataclass(frozen=True)
class Reject:
    """What could not be read in a row: the column, the terms that are missing for it, the value masked, and why."""

    source: str
    row: int
    column: str
    masked: str
    terms: tuple[str, ...]
    reason: Text


@dataclass(frozen=True)
class Records:
    """A source's rows about the supply point (none: it does not know the point), and what had to be rejected."""

    rows: tuple[SourceRow, ...]
    rejects: tuple[Reject, ...] = ()


@dataclass(frozen=True)
class Unavailable:
    """A source that did not answer: since when (first failure after the last success), and why."""

    since: datetime
    reason: Text


@dataclass(frozen=True)
class SourceAnswer:
    """One source's answer. ``took`` is how long it needed, in seconds."""

    source: SourceCard
    asked_at: datetime
    outcome: Records | Unavailable
    took: float = 0.0

    @property
    def rows(self) -> tuple[SourceRow, ...]:
        """The rows, none when unavailable."""
        return self.outcome.rows if isinstance(self.outcome, Records) else ()

    @property
    def rejects(self) -> tuple[Reject, ...]:
        """What was rejected, nothing when unavailable."""
        return self.outcome.rejects if isinstance(self.outcome, Records) else ()

    @property
    def as_of(self) -> datetime | None:
        """The oldest as-of time among the rows in force; among all where none is."""
        return min((row.as_of for row in self.current_rows() or self.rows), default=None)

    def current_rows(self) -> tuple[SourceRow, ...]:
        """The rows in force on the day of asking: those whose customer has not moved out by then."""
        today = self.asked_at.astimezone(JST).date()
        return tuple(row for row in self.rows if not _ended(row, today))

    @property
    def doubts(self) -> tuple[Reject, ...]:
        """The rejects that leave open which rows are in force: of a whole row, or of a day of moving out."""
        known = {row.number for row in self.rows}
        return tuple(each for each in self.rejects if each.row not in known or "moved_out" in each.terms)

    def is_stale(self, row: SourceRow) -> bool:
        """Say whether the row is older than the source's limit."""
        return self.asked_at - row.as_of > self.source.max_age

    def is_ahead(self, row: SourceRow) -> bool:
        """Say whether the row's time lies in the future: the owner's clock or its format is wrong."""
        return row.as_of - self.asked_at > FUTURE_TOLERANCE


@dataclass(frozen=True)
class LinkedRecord:
    """What all sources answered about one supply point, and what is known of its units at other points."""

    supply_point: SupplyPoint
    answers: tuple[SourceAnswer, ...]
    shared: SharedUnits = field(default_factory=SharedUnits)

    def answer(self, source: str) -> SourceAnswer:
        """Return the answer of a source by its id; raises :class:`KeyError` for an unknown id."""
        for answer in self.answers:
            if answer.source.id == source:
                return answer
        raise KeyError(f"no source {source!r}: the record has {', '.join(a.source.id for a in self.answers)}")

    def owner(self, term: str) -> SourceAnswer | None:
        """Return the answer of the source that owns ``term``; ``None`` if no source is configured for it."""
        return next((answer for answer in self.answers if term in answer.source.terms), None)

    def current(self, term: str) -> tuple[Fact, ...]:
        """Return what the rows in force say of ``term``: one fact, none, or several that a rule will object to."""
        answer = self.owner(term)
        rows = answer.current_rows() if answer else ()
        return tuple(row.facts[term] for row in rows if term in row.facts)

    def only(self, term: str) -> Fact | None:
        """Return the one fact in force for ``term``, or ``None`` where there is none or more than one."""
        facts = self.current(term)
        return facts[0] if len(facts) == 1 else None


def _ended(row: SourceRow, today: date) -> bool:
    moved_out = row.value("moved_out")
    return isinstance(moved_out, date) and moved_out <= today
