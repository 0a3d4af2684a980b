"""The linked record as the point's page shows it: who says what as of when, contradictions, the units on the wall."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from keiki.domain.linkage.contradictions import Contradiction, ContradictionWeight, find_contradictions
from keiki.domain.linkage.decision import INSTALLED
from keiki.domain.linkage.record import LinkedRecord, Unavailable
from keiki.office.screens.drawing import Drawing, DrawnUnit
from keiki.office.screens.languages import in_language
from keiki.office.screens.linked import linked_sources
from keiki.office.screens.naming import Names
from keiki.office.screens.parts import ShownSource


@dataclass(frozen=True)
class ShownContradiction:
    """A contradiction: what it is, whether it stops a decision, and whom to ask."""

    words: str
    blocks: bool
    ask: str


@dataclass(frozen=True)
class ShownRecord:
    """Everything that the linked part of the page shows."""

    sources: tuple[ShownSource, ...]
    disputes: tuple[ShownContradiction, ...]
    unsearched: tuple[str, ...]
    drawing: Drawing | None
    silent: int


def shown(linked: LinkedRecord, names: Names) -> ShownRecord:
    """Return the parts of the page."""
    disputes = find_contradictions(linked)
    return ShownRecord(
        sources=linked_sources(linked, names),
        disputes=tuple(_dispute(linked, each) for each in disputes),
        unsearched=tuple(in_language(each) for each in linked.shared.unsearched),
        drawing=installed(linked, names),
        silent=sum(isinstance(answer.outcome, Unavailable) for answer in linked.answers),
    )


def installed(linked: LinkedRecord, names: Names) -> Drawing | None:
    """Draw the installed units as the construction records have them; ``None`` where they have none."""
    units = tuple(_unit(linked, names, kind, term) for kind, term in INSTALLED.items() if linked.only(term))
    return Drawing(units, _("Installed units, by the construction records")) if units else None


def _unit(linked: LinkedRecord, names: Names, kind: str, term: str) -> DrawnUnit:
    fact, serial = linked.only(term), linked.only(term.replace("_unit", "_serial"))
    unit_id = str(fact.value) if fact else ""
    return DrawnUnit(
        kind=kind,
        kind_name=names.kind(kind),
        unit=unit_id,
        words=names.unit(unit_id),
        serial=str(serial.value) if serial and serial.value else "",
        action_words=_installed_on(linked, names),
        medium=names.picture(kind, unit_id),
    )


def _installed_on(linked: LinkedRecord, names: Names) -> str:
    fact = linked.only("installed_on")
    if fact is None or not fact.value:
        return _("installed")
    return _("installed {day}").format(day=names.fact(fact.name, fact.value))


def _dispute(linked: LinkedRecord, found: Contradiction) -> ShownContradiction:
    owners = [in_language(linked.answer(source).source.owner) for source in found.sources]
    return ShownContradiction(
        in_language(found.message), found.weight is ContradictionWeight.BLOCKS, _(" and ").join(owners)
    )
