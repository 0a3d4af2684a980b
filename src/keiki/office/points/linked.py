"""The linked record as the point's page shows it: who says what as of when, contradictions, the units on the wall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.domain.linkage.contradictions import Contradiction, Weight, find_contradictions
from keiki.domain.linkage.decision import INSTALLED
from keiki.domain.linkage.record import Answer, Fact, LinkedRecord, Unavailable
from keiki.domain.linkage.terms import TERMS, Kind, Value
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.screens.drawing import Drawing, DrawnUnit
from keiki.office.screens.languages import japanese, said
from keiki.office.screens.moments import day, near, whole
from keiki.office.screens.parts import Fact as ShownFact
from keiki.office.screens.parts import Freshness, Source


@dataclass(frozen=True)
class Names:
    """What codes are called: service offices by the access app, units and their values by the catalogue in force."""

    offices: Mapping[str, str]
    catalogue: OfficeCatalogue

    def label(self, value: str) -> str:
        """Return what people call a value of a unit or a place, such as "radio multi-hop" for ``rf``."""
        return self.catalogue.catalogue.label(value, "ja" if japanese() else "en")


CODES = frozenset({"contract_number", "communication_unit", "metering_unit", "option_unit", "cover_unit", "depot"})


@dataclass(frozen=True)
class Dispute:
    """A contradiction: what it is, whether it stops a decision, and whom to ask."""

    words: str
    blocks: bool
    ask: str


@dataclass(frozen=True)
class Shown:
    """Everything that the linked part of the page shows."""

    sources: tuple[Source, ...]
    disputes: tuple[Dispute, ...]
    drawing: Drawing | None
    silent: int


def shown(linked: LinkedRecord, names: Names) -> Shown:
    """Return the parts of the page."""
    disputes = find_contradictions(linked)
    return Shown(
        sources=tuple(_source(answer, disputes, names) for answer in linked.answers),
        disputes=tuple(_dispute(linked, each) for each in disputes),
        drawing=installed(linked, names),
        silent=sum(isinstance(answer.outcome, Unavailable) for answer in linked.answers),
    )


def installed(linked: LinkedRecord, names: Names) -> Drawing | None:
    """Draw the installed units as the construction records have them; ``None`` where they have none."""
    units = tuple(_unit(linked, names, kind, term) for kind, term in INSTALLED.items() if linked.only(term))
    return Drawing(units, _("What hangs on the wall, by the construction records")) if units else None


def _unit(linked: LinkedRecord, names: Names, kind: str, term: str) -> DrawnUnit:
    fact, serial = linked.only(term), linked.only(term.replace("_unit", "_serial"))
    unit_id = str(fact.value) if fact else ""
    language = "ja" if japanese() else "en"
    known = names.catalogue.catalogue.units.get(unit_id)
    declared = names.catalogue.catalogue.kinds.get(kind)
    return DrawnUnit(
        kind=kind,
        kind_name=declared.names[language] if declared else said((TERMS[term].ja, TERMS[term].en)),
        unit=unit_id,
        words=known.names[language] if known else _("not in the catalogue in force"),
        serial=str(serial.value) if serial and serial.value else "",
        action_words=_installed_on(linked, names),
        medium=_picture(kind, dict(known.attributes) if known else {}),
    )


def _installed_on(linked: LinkedRecord, names: Names) -> str:
    fact = linked.only("installed_on")
    return _("installed {day}").format(day=_value(fact, names)) if fact and fact.value else _("hangs on the wall")


def _picture(kind: str, attributes: Mapping[str, object]) -> str:
    """Return the picture of a unit, as ``DrawnUnit.medium`` wants it."""
    if kind == "communication":
        return str(attributes.get("medium", ""))
    if kind == "option":
        return {"switching": "switching", "voltage_measurement": "voltage"}.get(str(attributes.get("type")), "")
    return "rain" if kind == "cover" and attributes.get("rain") else ""


def _source(answer: Answer, disputes: Iterable[Contradiction], names: Names) -> Source:
    id_, mine = answer.source.id, [each for each in disputes if answer.source.id in each.sources]
    if isinstance(answer.outcome, Unavailable):
        since = near(answer.outcome.since, timezone.now())
        note = _("Unavailable since {when}. {why}").format(when=since, why=said(answer.outcome.reason))
        return Source(said(answer.source.owner), None, freshness=Freshness.UNAVAILABLE, note=note)
    differing = {(fact.name, fact.value) for each in mine for fact in each.facts if fact.source == id_}
    rows = answer.current_rows()
    stale = any(answer.is_stale(row) for row in rows)
    return Source(
        owner=said(answer.source.owner),
        as_of=answer.as_of,
        facts=tuple(_fact(fact, differing, names) for row in rows for fact in row.facts.values()),
        freshness=Freshness.STALE if stale else Freshness.FRESH,
        contradictions=tuple(said(each.message) for each in mine),
        note=_note(answer, stale=stale),
    )


def _note(answer: Answer, *, stale: bool) -> str:
    notes = [said(reject.reason) for reject in answer.rejects]
    if stale:
        hours = int(answer.source.max_age.total_seconds() // 3600)
        notes.insert(
            0,
            ngettext(
                "Older than the {count} hour that may be decided from: ask its owner for an update.",
                "Older than the {count} hours that may be decided from: ask its owner for an update.",
                hours,
            ).format(count=hours),
        )
    ended = len(answer.rows) - len(answer.current_rows())
    if not answer.rows and not answer.rejects:
        notes.append(_("Has no record of this supply point."))
    elif ended:
        notes.append(
            ngettext("{count} ended record is not shown.", "{count} ended records are not shown.", ended).format(
                count=ended
            )
        )
    return " ".join(notes)


def _fact(fact: Fact, differing: set[tuple[str, Value]], names: Names) -> ShownFact:
    term = TERMS[fact.name]
    code = fact.name in CODES or fact.name.endswith("_serial")
    return ShownFact(said((term.ja, term.en)), _value(fact, names), code, (fact.name, fact.value) in differing)


def _value(fact: Fact, names: Names) -> str:
    """Say a fact's value in the reader's language."""
    value = fact.value
    if value is None or isinstance(value, bool):
        return {None: _("none"), True: _("yes"), False: _("no")}[value]
    if isinstance(value, datetime):
        return whole(value)
    if isinstance(value, date):
        return day(value)
    if fact.name == "service_office":
        return names.offices.get(str(value), str(value))
    if TERMS[fact.name].kind is Kind.TEXT and TERMS[fact.name].choices:
        text = _CHOICES.get((fact.name, str(value)))
        return said(text) if text else names.label(str(value))
    return str(value)


def _dispute(linked: LinkedRecord, found: Contradiction) -> Dispute:
    owners = [said(linked.answer(source).source.owner) for source in found.sources]
    return Dispute(said(found.message), found.weight is Weight.BLOCKS, _(" and ").join(owners))


_CHOICES = {
    ("housing", "detached"): ("戸建", "detached house"),
    ("housing", "multi_dwelling"): ("集合住宅", "multi-dwelling building"),
    ("communication_state", "normal"): ("正常", "normal"),
    ("communication_state", "abnormality"): ("異常", "abnormality"),
    ("communication_state", "starting"): ("起動中", "starting"),
}
