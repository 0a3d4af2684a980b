"""What of a design is looked at from the desk: which combination, which unit of it, and what could stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from keiki.office.catalogue import GateVerdict, NoProposal, Proposal
from keiki.office.screens.drawing import Drawing
from keiki.office.screens.naming import Names

from .drawn import draw
from .models import Design

PROPOSAL, OWN, INSTALLED = "proposal", "own", "installed"


@dataclass(frozen=True)
class DeskQuery:
    """What of the desk a person wants to see: which combination, and which unit is selected."""

    tab: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Tab:
    """One combination that can be looked at."""

    name: str
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Picker:
    """The selected unit, and the other units that could stand in its place."""

    kind: str
    label: str
    unit: str
    units: tuple[tuple[str, str], ...]
    before: str
    after: str
    left_url: str
    right_url: str


@dataclass(frozen=True)
class DeskState:
    """What is looked at, by somebody who may change it or not."""

    design: Design
    names: Names
    editable: bool
    tab: str
    unit: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of unit, as they are plugged together."""
        return tuple(self.names.catalogue.catalogue.kinds)

    @property
    def chosen(self) -> Mapping[str, str]:
        """What is chosen, or hangs there where nothing is."""
        chosen: Mapping[str, str] = self.design.combination or self.design.installed
        return chosen


def address(design: Design, **query: str) -> str:
    """Return the address of the desk, with what is to be seen of it."""
    url = reverse("designs:detail", args=[design.pk])
    return f"{url}?{urlencode(query)}" if query else url


def desk_state_of(design: Design, names: Names, asked: DeskQuery, verdict: GateVerdict, *, editable: bool) -> DeskState:
    """See what was asked for, as far as it is there; else the choice, and its first unit in trouble."""
    tab = asked.tab if asked.tab in _tabs_of(editable=editable) else OWN
    kinds = tuple(names.catalogue.catalogue.kinds)
    troubled = {kind for broken in verdict.broken for kind in broken["kinds"]}
    first = next((kind for kind in kinds if kind in troubled), kinds[0])
    return DeskState(design, names, editable, tab, asked.unit if asked.unit in kinds else first)


def _tabs_of(*, editable: bool) -> tuple[str, ...]:
    return (PROPOSAL, OWN, INSTALLED) if editable else (OWN, INSTALLED)


def shown_from(seat: DeskState, proposal: Proposal | NoProposal) -> Mapping[str, str]:
    """Return the combination that is drawn and checked."""
    if seat.tab == PROPOSAL and isinstance(proposal, Proposal):
        return proposal.combination
    installed: Mapping[str, str] = seat.design.installed
    return installed if seat.tab == INSTALLED else seat.chosen


def drawing_of(seat: DeskState, shown: Mapping[str, str], verdict: GateVerdict) -> Drawing:
    """Draw ``shown``; where it can be changed each unit is a link that selects it."""
    own = _("The chosen combination") if seat.design.combination else _("Nothing is chosen yet: what is installed")
    label = {PROPOSAL: _("The proposal"), INSTALLED: _("What is installed"), OWN: own}[seat.tab]
    if not seat.editable or seat.tab != OWN:
        return draw(seat.design, shown, verdict, seat.names, label)
    return draw(
        seat.design,
        shown,
        verdict,
        seat.names,
        label,
        selected=seat.unit,
        address=lambda kind: address(seat.design, tab=OWN, unit=kind),
    )


def tabs_of(seat: DeskState) -> tuple[Tab, ...]:
    """Return the combinations that can be looked at."""
    labels = {
        PROPOSAL: _("Proposal"),
        OWN: _("My combination") if seat.editable else _("Chosen combination"),
        INSTALLED: _("Installed"),
    }
    return tuple(
        Tab(each, labels[each], address(seat.design, tab=each, unit=seat.unit), each == seat.tab)
        for each in _tabs_of(editable=seat.editable)
    )


def picker_at(seat: DeskState) -> Picker:
    """Return the selected unit with those that could stand in its place, in the catalogue's order."""
    units = [unit.id for unit in seat.names.catalogue.catalogue.units_of[seat.unit]]
    now = seat.chosen.get(seat.unit, "")
    place, here = (units.index(now) if now in units else -1), seat.kinds.index(seat.unit)
    left, right = seat.kinds[here - 1], seat.kinds[(here + 1) % len(seat.kinds)]
    return Picker(
        kind=seat.unit,
        label=seat.names.kind(seat.unit),
        unit=now,
        units=tuple((unit, seat.names.unit(unit)) for unit in units),
        before=units[place - 1 if place > 0 else -1],
        after=units[(place + 1) % len(units)],
        left_url=address(seat.design, tab=OWN, unit=left),
        right_url=address(seat.design, tab=OWN, unit=right),
    )
