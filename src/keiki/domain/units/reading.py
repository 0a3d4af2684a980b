"""Read a catalogue from the texts of its TOML files, or refuse it with file, line and a sentence.

The texts are handed in by name, so nothing here touches a disk. Files are read in the order of their names; any table
may stand in any file, and lists such as ``[[unit]]`` are put together in that order. ``docs/catalogues.md`` says what
may be written.
"""

from __future__ import annotations

import datetime
import hashlib
import itertools
from collections.abc import Callable, Mapping
from typing import TypeVar

from keiki.domain.units.declarations import read_kind, read_need, read_unit
from keiki.domain.units.expressions import Declarations
from keiki.domain.units.model import (
    Catalogue,
    Need,
    Preference,
    Rule,
    Unit,
    UnitKind,
    Unsatisfiable,
    Value,
)
from keiki.domain.units.periods import Dated, Identified, Period, change_dates, check_ids, read_period
from keiki.domain.units.problems import Position, Problems
from keiki.domain.units.rules import Messages, read_preference, read_rule, read_unsatisfiable
from keiki.domain.units.section import CatalogueSection
from keiki.domain.units.sentences import Texts
from keiki.domain.units.words import say
from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.errors import WrongSettingError

NOTICES: Mapping[str, frozenset[str]] = {
    "unknown_unit": frozenset({"unit", "kind"}),
    "out_of_stock": frozenset({"unit", "kind"}),
}
MOST_KINDS = 8

Item = TypeVar("Item", bound=Identified)
Typed = Mapping[str, tuple[str, tuple[Value, ...]]]


def read_catalogue(texts: Mapping[str, str], today: datetime.date | None = None) -> Catalogue:
    """Read the catalogue in effect on ``today`` (without it: on the catalogue's first day).

    ``texts`` maps file names to their contents. Raises :class:`CatalogueError` with every problem of the first stage
    that finds one: syntax, then declarations, then rules.
    """
    problems = Problems()
    parsed = (_parse(name, texts[name], problems) for name in sorted(texts))
    files = [file for file in parsed if file]
    if not texts:
        problems.add(Position("catalogue.toml", 1), say("no-files"))
    problems.stop_if_any()
    return _Reading(files, problems).catalogue(today, content_digest(texts))


def content_digest(texts: Mapping[str, str]) -> str:
    """Return SHA-256 over names and contents of a catalogue's files, whatever the day, in hexadecimal."""
    digest = hashlib.sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            digest.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    return digest.hexdigest()


def _parse(file: str, text: str, problems: Problems) -> CatalogueSection | None:
    try:
        document = SettingsDocument.parse(text, file)
    except WrongSettingError as error:
        for problem in error.problems:
            problems.add(Position(file, problem.place.line), problem.sentence)
        return None
    return CatalogueSection(document, document.content, problems)


class _Names:
    """What expressions and messages may name, by what they are about."""

    def __init__(self, needs: Mapping[str, Need], kinds: Mapping[str, UnitKind]) -> None:
        of_needs: Typed = {f"need.{need.id}": (need.type, need.values) for need in needs.values()}
        of_units: Typed = {f"{k.id}.{a.id}": (a.type, a.values) for k in kinds.values() for a in k.attributes.values()}
        self.needs, self.units = Declarations(of_needs), Declarations(of_units)
        self.all = Declarations({**of_needs, **of_units})
        self.in_messages = Messages(frozenset({*of_needs, *of_units, *kinds}))
        self.in_needs_messages = Messages(frozenset(of_needs))


class _Reading:
    """One reading of one catalogue's files."""

    def __init__(self, files: list[CatalogueSection], problems: Problems) -> None:
        self._files, self._problems = files, problems
        self._changes: set[datetime.date] = set()
        self._day = datetime.date.min

    def catalogue(self, today: datetime.date | None, digest: str) -> Catalogue:
        """Read everything; CatalogueError if anything is wrong."""
        head = self._only("catalogue")
        name, version, period = head.identifier("name"), head.take("version", str, ""), read_period(head)
        head.close()
        self._day = self._choose_day(head, period, today)
        self._problems.stop_if_any()
        needs = {need.id: need for need in self._in_effect("need", read_need)}
        kinds = {kind.id: kind for kind in self._in_effect("kind", read_kind)}
        self._check_declared(head, needs, kinds)
        self._problems.stop_if_any()
        units = self._units(head, kinds)
        labels, notices = self._labels(), self._notices(head)
        rules, unsatisfiable, preferences = self._rules(_Names(needs, kinds))
        for file in self._files:
            file.close()
        self._problems.stop_if_any()
        return Catalogue(
            name=name,
            version=version,
            effective_from=period.first or datetime.date.min,
            effective_until=period.until,
            as_of=self._day,
            change_dates=tuple(sorted(day for day in self._changes if period.holds(day))),
            kinds=kinds,
            units=units,
            needs=needs,
            rules=rules,
            unsatisfiable=unsatisfiable,
            preferences=preferences,
            labels=labels,
            notices=notices,
            position=head.position,
            digest=f"{digest}@{self._day}",
        )

    def _choose_day(self, head: CatalogueSection, period: Period, today: datetime.date | None) -> datetime.date:
        if period.first is None and not head.has("effective_from"):
            head.refuse(say("no-first-day"))
        day = today or period.first or datetime.date.min
        if not period.holds(day):
            head.refuse(say("not-in-effect", day=day), "effective_from")
        return day

    def _only(self, name: str) -> CatalogueSection:
        found = [file for file in self._files if file.has(name)]
        if not found:
            self._files[0].refuse(say("no-table", table=name))
            self._problems.stop_if_any()
        for other in found[1:]:
            other.refuse(say("table-twice", table=name), name)
        return found[0].table(name) or found[0]

    def _in_effect(self, name: str, read: Callable[[CatalogueSection], Item | None]) -> tuple[Item, ...]:
        """Read every ``[[name]]`` of every file and return those in effect, in the files' order."""
        declared = []
        for file in self._files:
            for section in file.tables(name):
                period, item = read_period(section), read(section)
                section.close()
                if item:
                    declared.append(Dated(item, period))
        check_ids(declared, name.replace("_", " "), self._problems)
        self._changes |= change_dates(declared)
        return tuple(entry.item for entry in declared if entry.period.holds(self._day))

    def _check_declared(self, head: CatalogueSection, needs: Mapping[str, Need], kinds: Mapping[str, UnitKind]) -> None:
        for what, declared in (("need", needs), ("kind", kinds)):
            if not declared:
                head.refuse(say("none-declared", what=what))
        if len(kinds) > MOST_KINDS:
            head.refuse(say("too-many-kinds", count=len(kinds), most=MOST_KINDS))

    def _units(self, head: CatalogueSection, kinds: Mapping[str, UnitKind]) -> Mapping[str, Unit]:
        order = itertools.count()
        units = {unit.id: unit for unit in self._in_effect("unit", lambda s: read_unit(s, kinds, next(order)))}
        for kind in kinds.values():
            if not any(unit.kind == kind.id for unit in units.values()):
                self._problems.add(kind.position, say("no-unit-of-kind", kind=kind.id))
        return units

    def _rules(self, names: _Names) -> tuple[tuple[Rule, ...], tuple[Unsatisfiable, ...], tuple[Preference, ...]]:
        said = names.in_messages
        physical = self._in_effect("physical_rule", lambda s: read_rule(s, names.units, said, physical=True))
        required = self._in_effect("requirement_rule", lambda s: read_rule(s, names.all, said, physical=False))
        impossible = self._in_effect(
            "unsatisfiable", lambda s: read_unsatisfiable(s, names.needs, names.in_needs_messages)
        )
        preferences = self._in_effect("preference", lambda s: read_preference(s, names.all))
        seen: dict[str, Position] = {}
        everything: tuple[Identified, ...] = (*physical, *required, *impossible, *preferences)
        for named in everything:
            if named.id in seen:
                self._problems.add(named.position, say("id-used", id=named.id, where=seen[named.id]))
            seen.setdefault(named.id, named.position)
        return (*physical, *required), impossible, preferences

    def _labels(self) -> Mapping[str, Texts]:
        labels: dict[str, Texts] = {}
        for file in self._files:
            table = file.table("labels", required=False)
            if table is None:
                continue
            for value in table.names():
                if value in labels:
                    table.refuse(say("label-twice", value=value), value)
                labels[value] = table.texts(value)
        return labels

    def _notices(self, head: CatalogueSection) -> Mapping[str, Texts]:
        table = self._only("notices")
        notices = {}
        for name, placeholders in NOTICES.items():
            notices[name] = Messages(placeholders).read(table, name)
        table.close()
        return notices
