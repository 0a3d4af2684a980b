"""The design desk as one value: everything its template shows, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.domain.designs.lifecycle import WORDS, DesignState
from keiki.office.catalogue import Nothing, Proposal, Verdict
from keiki.office.screens.drawing import Drawing
from keiki.office.screens.languages import said
from keiki.office.screens.naming import Names
from keiki.office.screens.office_parts import Parts
from keiki.office.screens.parts import Check, Source, Tone

from .drawn import draw, unit_in_words
from .facts import kept_sources
from .models import Design
from .offers import OfferRow, offer_rows
from .stock import Shelf, shelf
from .verdicts import checks, work_checks

FORM = "desk-form"
TONES = {
    DesignState.OPEN: Tone.WARN,
    DesignState.REFUSED: Tone.BAD,
    DesignState.FINISHED: Tone.OK,
    DesignState.ORDERED: Tone.INFO,
    DesignState.BUILT: Tone.OK,
    DesignState.WITHDRAWN: Tone.QUIET,
}
UNFINISHED = (DesignState.OPEN, DesignState.REFUSED)
PROPOSAL, OWN, INSTALLED = "proposal", "own", "installed"


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
class Desk:
    """What the desk shows. ``picker``: the units can be changed; ``blocked``: why it cannot be finished."""

    design: Design
    editable: bool
    state: str
    state_tone: Tone
    tabs: tuple[Tab, ...]
    tab: str
    sources: tuple[Source, ...]
    drawing: Drawing
    said: str
    picker: Picker | None
    checked: str
    checks: tuple[Check, ...]
    idle_checks: tuple[Check, ...]
    work: tuple[Check, ...]
    blocked: tuple[str, ...]
    offers: tuple[OfferRow, ...]
    nothing: tuple[str, ...]
    proposal_value: str
    takes_proposal: bool
    choose_again: str
    kinds: tuple[str, ...]
    shelf: Shelf
    undoable: bool
    reasons: tuple[tuple[str, str], ...]
    reopened: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What of the desk a person wants to see: which combination, and which unit is selected."""

    tab: str = ""
    unit: str = ""


@dataclass(frozen=True)
class _Seat:
    """What is looked at, by somebody who may change it or not."""

    design: Design
    names: Names
    editable: bool
    tab: str
    unit: str

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.names.catalogue.catalogue.kinds)

    @property
    def chosen(self) -> Mapping[str, str]:
        chosen: Mapping[str, str] = self.design.combination or self.design.installed
        return chosen


def desk(parts: Parts, design: Design, asked: Asked, now: datetime, *, may_make: bool) -> Desk:
    """Put the desk of ``design`` together. ``may_make``: whether the person may work at it."""
    catalogue = parts.catalogue
    editable = may_make and design.state in UNFINISHED
    verdict = catalogue.check(design.needs, design.combination or design.installed, design.installed)
    stock = shelf(parts.sources, design.depot, now) if editable else Shelf(None, None)
    proposal = catalogue.choose(design.needs, design.installed, stock.pieces) if editable else Nothing([])
    seat = _seat(design, Names(catalogue), asked, verdict, editable=editable)
    shown = _shown(seat, proposal)
    judged = catalogue.check(design.needs, shown, design.installed)
    drawing = _drawing(seat, shown, judged)
    applying, idle = checks(design, shown, judged, seat.names, FORM if editable and seat.tab == OWN else "")
    cards = tuple(source.card for source in parts.sources.configuration.sources)
    return Desk(
        design=design,
        editable=editable,
        state=_state(design, verdict, editable=editable),
        state_tone=TONES[DesignState(design.state)],
        tabs=_tabs(seat),
        tab=seat.tab,
        sources=kept_sources(design, cards, seat.names, now),
        drawing=drawing,
        said=unit_in_words(drawing, seat.unit),
        picker=_picker(seat) if editable and seat.tab == OWN else None,
        checked=next(tab.label for tab in _tabs(seat) if tab.current),
        checks=applying,
        idle_checks=idle,
        work=work_checks(design, shown, seat.names, stock) if editable else (),
        blocked=_blocked(design, verdict) if editable else (),
        offers=offer_rows(design, proposal, seat.names, stock) if editable else (),
        nothing=tuple(said(each) for each in proposal.reasons) if isinstance(proposal, Nothing) else (),
        proposal_value=" ".join(proposal.combination.values()) if isinstance(proposal, Proposal) else "",
        takes_proposal=isinstance(proposal, Proposal) and proposal.combination == design.combination,
        choose_again=" ".join(seat.chosen.values()) if design.state == DesignState.REFUSED and verdict.ok else "",
        kinds=tuple(seat.names.kind(kind) for kind in seat.kinds),
        shelf=stock,
        undoable=editable and design.steps.exists(),
        reasons=_reasons(design, seat.names),
        reopened=tuple(said(each) for each in design.reopened_because),
    )


def address(design: Design, **query: str) -> str:
    """Return the address of the desk, with what is to be seen of it."""
    url = reverse("designs:detail", args=[design.pk])
    return f"{url}?{urlencode(query)}" if query else url


def _seat(design: Design, names: Names, asked: Asked, verdict: Verdict, *, editable: bool) -> _Seat:
    """See what was asked for, as far as it is there; else the choice, and its first unit in trouble."""
    tab = asked.tab if asked.tab in _tabs_of(editable=editable) else OWN
    kinds = tuple(names.catalogue.catalogue.kinds)
    troubled = {kind for broken in verdict.broken for kind in broken["kinds"]}
    first = next((kind for kind in kinds if kind in troubled), kinds[0])
    return _Seat(design, names, editable, tab, asked.unit if asked.unit in kinds else first)


def _tabs_of(*, editable: bool) -> tuple[str, ...]:
    return (PROPOSAL, OWN, INSTALLED) if editable else (OWN, INSTALLED)


def _shown(seat: _Seat, proposal: Proposal | Nothing) -> Mapping[str, str]:
    """Return the combination that is drawn and checked."""
    if seat.tab == PROPOSAL and isinstance(proposal, Proposal):
        return proposal.combination
    installed: Mapping[str, str] = seat.design.installed
    return installed if seat.tab == INSTALLED else seat.chosen


def _drawing(seat: _Seat, shown: Mapping[str, str], verdict: Verdict) -> Drawing:
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


def _tabs(seat: _Seat) -> tuple[Tab, ...]:
    labels = {
        PROPOSAL: _("Proposal"),
        OWN: _("My combination") if seat.editable else _("Chosen combination"),
        INSTALLED: _("Installed"),
    }
    return tuple(
        Tab(each, labels[each], address(seat.design, tab=each, unit=seat.unit), each == seat.tab)
        for each in _tabs_of(editable=seat.editable)
    )


def _picker(seat: _Seat) -> Picker:
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


def _state(design: Design, verdict: Verdict, *, editable: bool) -> str:
    words = said(WORDS.states[DesignState(design.state)])
    count = len(verdict.broken)
    if not editable or not count or design.combination is None:
        return words
    broken = ngettext("{count} rule broken", "{count} rules broken", count).format(count=count)
    return _("{state} — {more}").format(state=words, more=broken)


def _blocked(design: Design, verdict: Verdict) -> tuple[str, ...]:
    """Say why the design cannot be finished, each with what to do."""
    if design.combination is None:
        return (_("No combination is chosen yet. Take the proposal, or put units together yourself."),)
    count = len(verdict.broken)
    if count:
        return (
            ngettext(
                "{count} rule is broken. Repair it, or change the unit that is marked.",
                "{count} rules are broken. Repair them, or change the units that are marked.",
                count,
            ).format(count=count),
        )
    if design.state == DesignState.REFUSED:
        said_so = tuple(said(each) for each in design.broken if not each["kinds"])
        return said_so or (_("The gate refused it. Look at what changed, then choose again."),)
    return ()


def _reasons(design: Design, names: Names) -> tuple[tuple[str, str], ...]:
    """Return why each kind is replaced: its name, and the rules in one line."""
    found: dict[str, list[str]] = {}
    for each in design.reasons:
        found.setdefault(str(each.get("kind", "")), []).append(f"{each['rule']} {said(each)}")
    return tuple((names.kind(kind), _(", ").join(rules)) for kind, rules in found.items())
