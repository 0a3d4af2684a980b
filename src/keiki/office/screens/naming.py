"""What units, their values and linked facts are called on screens, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from keiki.domain.linkage.terms import TERMS, FactType
from keiki.domain.units import Value
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.screens.languages import in_language, japanese
from keiki.office.screens.moments import day, relative_time

CODES = frozenset({"contract_number", "communication_unit", "metering_unit", "option_unit", "cover_unit", "depot"})
CHOICES = {
    ("housing", "detached"): ("戸建", "detached house"),
    ("housing", "multi_dwelling"): ("集合住宅", "multi-dwelling building"),
    ("communication_state", "normal"): ("正常", "normal"),
    ("communication_state", "abnormality"): ("異常", "abnormality"),
    ("communication_state", "starting"): ("起動中", "starting"),
}


@dataclass(frozen=True)
class Names:
    """The words of one catalogue, and the names of service offices by their codes where they are wanted."""

    catalogue: OfficeCatalogue
    offices: Mapping[str, str] = field(default_factory=dict)

    def kind(self, kind: str) -> str:
        """A kind of unit."""
        declared = self.catalogue.catalogue.kinds.get(kind)
        return in_language(declared.names) if declared else kind

    def kinds(self, kinds: Iterable[str]) -> str:
        """Several kinds of unit, in one line."""
        return _(", ").join(self.kind(kind) for kind in kinds)

    def unit(self, unit_id: str) -> str:
        """A unit without the name of its kind, which stands beside it: ``radio multi-hop, no route B, one-way``."""
        unit = self.catalogue.catalogue.units.get(unit_id)
        if unit is None:
            return _("not in the catalogue in force")
        kind, name = self.kind(unit.kind), in_language(unit.names)
        if name.casefold().startswith(kind.casefold()) and len(name) > len(kind):
            name = name[len(kind) :].lstrip(" 　,、") or name
        return name

    def label(self, value: Value) -> str:
        """A value of a need or an attribute."""
        return self.catalogue.catalogue.label(value, "ja" if japanese() else "en")

    def needs(self, needs: Iterable[tuple[str, Value]]) -> str:
        """Needs with their values, in one line."""
        declared = self.catalogue.catalogue.needs
        return _(" · ").join(
            _("{name}: {value}").format(name=in_language(declared[name].names), value=self.label(value))
            for name, value in needs
        )

    def picture(self, kind: str, unit_id: str) -> str:
        """The picture of a unit, as the drawing wants it."""
        unit = self.catalogue.catalogue.units.get(unit_id)
        attributes: Mapping[str, Value] = unit.attributes if unit else {}
        if kind == "communication":
            return str(attributes.get("medium", ""))
        if kind == "option":
            return {"switching": "switching", "voltage_measurement": "voltage"}.get(str(attributes.get("type")), "")
        return "rain" if kind == "cover" and attributes.get("rain") is True else ""

    def fact(self, name: str, value: object) -> str:
        """A fact's value; dates and times may be ISO 8601 texts, as a design keeps them."""
        if value is None:
            return _("none")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        term = TERMS.get(name)
        if term and term.kind in {FactType.MOMENT, FactType.DATE}:
            return _day_or_moment(value)
        if name == "service_office":
            return self.offices.get(str(value), str(value))
        return self._choice(name, str(value)) if term and term.kind is FactType.TEXT and term.choices else str(value)

    def _choice(self, name: str, value: str) -> str:
        text = CHOICES.get((name, value))
        return in_language(text) if text else self.label(value)


def _day_or_moment(value: object) -> str:
    found = value if isinstance(value, date) else datetime.fromisoformat(str(value))
    return relative_time(found, timezone.now()) if isinstance(found, datetime) and found.tzinfo else day(found)


def term_name(name: str) -> str:
    """A fact's name."""
    term = TERMS.get(name)
    return in_language((term.ja, term.en)) if term else name


def is_code(name: str) -> bool:
    """Whether a fact's value is a code, to be set in the fixed-width font."""
    return name in CODES or name.endswith("_serial")
