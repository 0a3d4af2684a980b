"""What a catalogue says, as values: kinds of unit, units, needs, rules and messages.

Everything a utility decides about its meters is in here and comes from its files; nothing in Python knows what a phase
or a route-B medium is. Texts are always given in every language of :data:`~keiki.domain.units.LANGUAGES`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from keiki.domain.units.combination import Combination
from keiki.domain.units.expressions import Expression
from keiki.domain.units.problems import Position
from keiki.domain.units.sentences import Texts
from keiki.foundation.text.spellings import Spellings, plain

Value = str | int | bool


def written(value: Value) -> str:
    """A value as catalogues write it: ``60``, ``true``, ``wifi``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Attribute:
    """An attribute of a kind of unit: its type ("string", "int", "bool") and every value it can have."""

    id: str
    type: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Need:
    """Something that place and contract ask for: its type, every value it can have, and what it is called."""

    id: str
    type: str
    values: tuple[Value, ...]
    names: Texts
    position: Position


@dataclass(frozen=True)
class UnitKind:
    """A kind of unit. ``weight`` is the cost of replacing one; ``live_line_work`` says when that endangers people.

    ``live_line_work`` holds ``"never"``, ``"always"``, or the attributes whose change makes it live-line work.
    """

    id: str
    names: Texts
    weight: int
    live_line_work: str | tuple[str, ...]
    attributes: Mapping[str, Attribute]
    position: Position


@dataclass(frozen=True)
class Unit:
    """A type of unit. ``order`` is its place in the catalogue; ``stocked`` is false for "no unit here"."""

    id: str
    kind: str
    attributes: Mapping[str, Value]
    names: Texts
    order: int
    stocked: bool
    position: Position


@dataclass(frozen=True)
class Rule:
    """A rule: where ``when`` holds (or always), ``require`` must hold. Physical rules read units only."""

    id: str
    physical: bool
    when: Expression | None
    require: Expression
    names: Texts
    messages: Texts
    position: Position


@dataclass(frozen=True)
class Unsatisfiable:
    """Needs that the utility knows nothing can meet, with what to tell the person."""

    id: str
    when: Expression
    messages: Texts
    position: Position


@dataclass(frozen=True)
class Preference:
    """Something to avoid where there is a choice: each one that holds costs ``weight`` in the ranking."""

    id: str
    avoid: Expression
    weight: int
    names: Texts
    position: Position


@dataclass(frozen=True)
class Catalogue:
    """A catalogue of one utility, as in effect on ``as_of``. ``digest`` is SHA-256 over its files and that date."""

    name: str
    version: str
    effective_from: datetime.date
    effective_until: datetime.date | None
    as_of: datetime.date
    change_dates: tuple[datetime.date, ...]
    kinds: Mapping[str, UnitKind]
    units: Mapping[str, Unit]
    needs: Mapping[str, Need]
    rules: tuple[Rule, ...]
    unsatisfiable: tuple[Unsatisfiable, ...]
    preferences: tuple[Preference, ...]
    labels: Mapping[str, Texts]
    notices: Mapping[str, Texts]
    position: Position
    digest: str

    @property
    def period(self) -> datetime.date:
        """The day from which the units and rules in effect on ``as_of`` are in effect."""
        return max(day for day in (self.effective_from, *self.change_dates) if day <= self.as_of)

    @property
    def edition(self) -> str:
        """Name, version, content and period in one text: the same whenever the catalogue answers the same."""
        return f"{self.name} {self.version} {self.digest.partition('@')[0]}@{self.period}"

    @cached_property
    def units_of(self) -> Mapping[str, tuple[Unit, ...]]:
        """The units of each kind, in the catalogue's order."""
        return {kind: tuple(unit for unit in self.units.values() if unit.kind == kind) for kind in self.kinds}

    def unit_ids(self, kind: str) -> frozenset[str]:
        """The ids of the units of ``kind``."""
        return self.spellings_of[kind].names

    @cached_property
    def spellings_of(self) -> Mapping[str, Spellings]:
        """The ids of the units of each kind, to be found however they are spelt."""
        return {kind: Spellings(unit.id for unit in units) for kind, units in self.units_of.items()}

    def find_unit(self, written: str) -> str:
        """Return the id of the unit that is meant by ``written``, of whatever kind; else what is written, plainly."""
        return self._spellings.find(written) or plain(written)

    def find_combination(self, written: Iterable[str]) -> Combination:
        """Return the units that are meant, one for each kind in order; an empty text and ``?`` are a unit not known.

        An id that is not known stays as it is written, plainly: whoever asks can say so.
        """
        found = []
        for kind, text in zip_longest(self.kinds, written):
            if text is not None:
                id_ = self.spellings_of[kind].find(text) if kind is not None else None
                found.append(id_ or plain(text).strip("?") or None)
        return Combination(tuple(found))

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.units)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {kind: place for place, kind in enumerate(self.kinds)}

    def part(self, combination: Combination, kind: str) -> str | None:
        """Return the id of the unit of ``kind`` in ``combination``; KeyError for a kind that is not declared."""
        return combination.unit_ids[self._places[kind]]

    def label(self, value: Value, language: str) -> str:
        """Return what people call an attribute's or need's value, such as "radio multi-hop" for ``rf``."""
        key = written(value)
        texts = self.labels.get(key)
        return texts[language] if texts else key
