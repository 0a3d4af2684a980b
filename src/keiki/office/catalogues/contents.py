"""What a catalogue version says, in the reader's words: needs, units by kind, rules with their messages, weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from keiki.domain.units import Catalogue, Rule, UnitKind, Value, read_catalogue
from keiki.office.screens.languages import in_language, japanese

from .models import CatalogueVersion

ATTRIBUTES: Mapping[str, tuple[str, str]] = {
    "medium": ("Aルートの方式", "route A"),
    "route_b": ("Bルート", "route B"),
    "two_way": ("双方向計量", "two-way"),
    "phase": ("相線", "phase and wires"),
    "capacity": ("容量(A)", "capacity (A)"),
    "type": ("種類", "type"),
    "rain": ("防雨", "against rain"),
    "with_transformer": ("変流器付", "with transformer"),
    "primary": ("一次電流(A)", "primary current (A)"),
}
"""What well-known attributes are called; a catalogue that has others shows them as it writes them."""


@dataclass(frozen=True)
class CatalogueNames:
    """The names that one catalogue has for needs, kinds and values, in the reader's language."""

    catalogue: Catalogue

    def need(self, need: str) -> str:
        """A need."""
        found = self.catalogue.needs.get(need)
        return in_language(found.names) if found else need

    def kind(self, kind: str) -> str:
        """A kind of unit."""
        found = self.catalogue.kinds.get(kind)
        return in_language(found.names) if found else kind

    def value(self, value: Value) -> str:
        """A value of a need or an attribute."""
        return self.catalogue.label(value, "ja" if japanese() else "en")

    def values(self, values: Iterable[Value]) -> str:
        """Several values, in one line."""
        return _(", ").join(self.value(each) for each in values)

    def needs(self, needs: Mapping[str, Value]) -> str:
        """Needs with their values, in one line."""
        return _(", ").join(f"{self.need(name)}: {self.value(value)}" for name, value in needs.items())


def attribute(name: str) -> str:
    """An attribute of a unit."""
    return in_language(ATTRIBUTES[name]) if name in ATTRIBUTES else name


def read(version: CatalogueVersion, today: date) -> Catalogue:
    """Read the version as of today, or as of its first day where today is not in its time."""
    begun = version.effective_from <= today and (version.effective_until is None or today < version.effective_until)
    return read_catalogue(version.files, today if begun else None)


def contents(catalogue: Catalogue, declared: Mapping[str, int]) -> dict[str, Any]:
    """Everything the page of a version's contents shows; ``declared`` says how many needs each declaration covers."""
    words = CatalogueNames(catalogue)
    return {
        "as_of_day": catalogue.as_of,
        "change_dates": catalogue.change_dates,
        "needs": [
            {"id": need.id, "name": in_language(need.names), "values": words.values(need.values)}
            for need in catalogue.needs.values()
        ],
        "kinds": [_kind(words, kind) for kind in catalogue.kinds.values()],
        "rules": [
            (_("Requirement rules"), [_rule(rule) for rule in catalogue.rules if not rule.physical]),
            (_("Physical rules"), [_rule(rule) for rule in catalogue.rules if rule.physical]),
        ],
        "unsatisfiable": [
            {"id": each.id, "when": each.when.source, "messages": each.messages, "count": declared.get(each.id)}
            for each in catalogue.unsatisfiable
        ],
        "preferences": [
            {"id": each.id, "name": in_language(each.names), "avoid": each.avoid.source, "weight": each.weight}
            for each in catalogue.preferences
        ],
    }


def live_line(words: CatalogueNames, work: str | Iterable[str]) -> str:
    """When replacing a unit of a kind is live-line work."""
    if work == "never":
        return _("never live-line work")
    if work == "always":
        return _("always live-line work")
    names = _(", ").join(attribute(each) for each in work)
    return _("live-line work when changed: {attributes}").format(attributes=names)


def _kind(words: CatalogueNames, kind: UnitKind) -> dict[str, Any]:
    return {
        "id": kind.id,
        "name": in_language(kind.names),
        "weight": kind.weight,
        "live_line": live_line(words, kind.live_line_work),
        "attributes": [attribute(each) for each in kind.attributes],
        "units": [
            {
                "id": unit.id,
                "name": in_language(unit.names),
                "stocked": unit.stocked,
                "values": [words.value(unit.attributes[each]) for each in kind.attributes],
            }
            for unit in words.catalogue.units_of[kind.id]
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": in_language(rule.names),
        "when": rule.when.source if rule.when else "",
        "require": rule.require.source,
        "messages": rule.messages,
    }
