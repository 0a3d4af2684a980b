"""The design desk as one value: everything its template shows, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.domain.designs.lifecycle import WORDS, DesignState
from keiki.office.catalogue import GateVerdict, NoProposal, Proposal
from keiki.office.screens.drawing import Drawing
from keiki.office.screens.languages import in_language
from keiki.office.screens.naming import Names
from keiki.office.screens.office_parts import ScreenServices
from keiki.office.screens.parts import ShownCheck, ShownSource, Tone

from .alternatives import AlternativeRow, alternative_rows
from .desk_state import OWN, DeskQuery, Picker, Tab, desk_state_of, drawing_of, picker_at, shown_from, tabs_of
from .drawn import unit_in_words
from .facts import stored_sources
from .models import Design
from .stock import DepotStock, depot_stock
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


@dataclass(frozen=True)
class Desk:
    """What the desk shows. ``picker``: the units can be changed; ``blocked``: why it cannot be finished."""

    design: Design
    editable: bool
    state: str
    state_tone: Tone
    tabs: tuple[Tab, ...]
    tab: str
    sources: tuple[ShownSource, ...]
    drawing: Drawing
    said: str
    picker: Picker | None
    checked: str
    checks: tuple[ShownCheck, ...]
    idle_checks: tuple[ShownCheck, ...]
    work: tuple[ShownCheck, ...]
    blocked: tuple[str, ...]
    offers: tuple[AlternativeRow, ...]
    nothing: tuple[str, ...]
    proposal_value: str
    takes_proposal: bool
    choose_again: str
    kinds: tuple[str, ...]
    shelf: DepotStock
    undoable: bool
    reasons: tuple[tuple[str, str], ...]
    reopened: tuple[str, ...]


def desk(parts: ScreenServices, design: Design, asked: DeskQuery, now: datetime, *, may_make: bool) -> Desk:
    """Put the desk of ``design`` together. ``may_make``: whether the person may work at it."""
    catalogue = parts.catalogue
    editable = may_make and design.state in UNFINISHED
    verdict = catalogue.check(design.needs, design.combination or design.installed, design.installed)
    stock = depot_stock(parts.sources, design.depot, now) if editable else DepotStock(None, None)
    proposal = catalogue.choose(design.needs, design.installed, stock.pieces) if editable else NoProposal([])
    seat = desk_state_of(design, Names(catalogue), asked, verdict, editable=editable)
    shown = shown_from(seat, proposal)
    judged = catalogue.check(design.needs, shown, design.installed)
    drawing = drawing_of(seat, shown, judged)
    applying, idle = checks(design, shown, judged, seat.names, FORM if editable and seat.tab == OWN else "")
    cards = tuple(source.card for source in parts.sources.configuration.sources)
    return Desk(
        design=design,
        editable=editable,
        state=_state(design, verdict, editable=editable),
        state_tone=TONES[DesignState(design.state)],
        tabs=tabs_of(seat),
        tab=seat.tab,
        sources=stored_sources(design, cards, seat.names, now),
        drawing=drawing,
        said=unit_in_words(drawing, seat.unit),
        picker=picker_at(seat) if editable and seat.tab == OWN else None,
        checked=next(tab.label for tab in tabs_of(seat) if tab.current),
        checks=applying,
        idle_checks=idle,
        work=work_checks(design, shown, seat.names, stock) if editable else (),
        blocked=_blocked(design, verdict) if editable else (),
        offers=alternative_rows(design, proposal, seat.names, stock) if editable else (),
        nothing=tuple(in_language(each) for each in proposal.reasons) if isinstance(proposal, NoProposal) else (),
        proposal_value=" ".join(proposal.combination.values()) if isinstance(proposal, Proposal) else "",
        takes_proposal=isinstance(proposal, Proposal) and proposal.combination == design.combination,
        choose_again=" ".join(seat.chosen.values()) if design.state == DesignState.REFUSED and verdict.ok else "",
        kinds=tuple(seat.names.kind(kind) for kind in seat.kinds),
        shelf=stock,
        undoable=editable and design.steps.exists(),
        reasons=_reasons(design, seat.names),
        reopened=tuple(in_language(each) for each in design.reopened_because),
    )


def _state(design: Design, verdict: GateVerdict, *, editable: bool) -> str:
    words = in_language(WORDS.states[DesignState(design.state)])
    count = len(verdict.broken)
    if not editable or not count or design.combination is None:
        return words
    broken = ngettext("{count} rule broken", "{count} rules broken", count).format(count=count)
    return _("{state} — {more}").format(state=words, more=broken)


def _blocked(design: Design, verdict: GateVerdict) -> tuple[str, ...]:
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
        said_so = tuple(in_language(each) for each in design.broken if not each["kinds"])
        return said_so or (_("The gate refused it. Look at what changed, then choose again."),)
    return ()


def _reasons(design: Design, names: Names) -> tuple[tuple[str, str], ...]:
    """Return why each kind is replaced: its name, and the rules in one line."""
    found: dict[str, list[str]] = {}
    for each in design.reasons:
        found.setdefault(str(each.get("kind", "")), []).append(f"{each['rule']} {in_language(each)}")
    return tuple((names.kind(kind), _(", ").join(rules)) for kind, rules in found.items())
