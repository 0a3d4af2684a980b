"""The left of the desk: what a design was decided from, by whose records, and as of when."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from keiki.domain.linkage.contradictions import Contradiction, find_contradictions
from keiki.domain.linkage.record import Answer, LinkedRecord, SourceCard, Unavailable
from keiki.office.screens.languages import said
from keiki.office.screens.moments import near
from keiki.office.screens.parts import Fact, Freshness, Source

from .models import Design
from .naming import Names, is_code, term_name


def kept_sources(design: Design, cards: tuple[SourceCard, ...], names: Names, now: datetime) -> tuple[Source, ...]:
    """Return what the design keeps, by its sources in the order they are configured.

    What has grown older than its owner's limit since is marked: the gate asks again anyway.
    """
    order = [card.id for card in cards]
    known = {card.id: card for card in cards}
    facts = sorted(
        design.decided_from, key=lambda each: order.index(each["source"]) if each["source"] in order else len(order)
    )
    return tuple(
        _source(id_, list(group), known.get(id_), names, now)
        for id_, group in groupby(facts, key=lambda each: str(each["source"]))
    )


def _source(id_: str, facts: list[dict[str, Any]], card: SourceCard | None, names: Names, now: datetime) -> Source:
    as_of = min(datetime.fromisoformat(each["as_of"]) for each in facts)
    stale = card is not None and now - as_of > card.max_age
    note = (
        _("Older than may be decided from by now. The gate asks again; look again to see what it says.")
        if stale
        else ""
    )
    return Source(
        owner=said(card.owner) if card else id_,
        as_of=as_of,
        facts=tuple(
            Fact(term_name(each["fact"]), names.fact(each["fact"], each["value"]), code=is_code(each["fact"]))
            for each in facts
        ),
        freshness=Freshness.STALE if stale else Freshness.FRESH,
        note=note,
    )


def fresh_sources(linked: LinkedRecord, names: Names) -> tuple[Source, ...]:
    """Return what every source says now, with contradictions where they stand, stale and silent ones marked."""
    contradictions = find_contradictions(linked)
    return tuple(_answer(answer, contradictions, names) for answer in linked.answers)


def _answer(answer: Answer, contradictions: tuple[Contradiction, ...], names: Names) -> Source:
    owner, id_ = said(answer.source.owner), answer.source.id
    if isinstance(answer.outcome, Unavailable):
        since = near(answer.outcome.since, answer.asked_at)
        note = _("Unavailable since {when}. {why}").format(when=since, why=said(answer.outcome.reason))
        return Source(owner, None, freshness=Freshness.UNAVAILABLE, note=note)
    mine = [found for found in contradictions if id_ in found.sources]
    differing = {(fact.name, fact.value) for found in mine for fact in found.facts if fact.source == id_}
    rows = answer.current_rows()
    stale = any(answer.is_stale(row) for row in rows)
    notes = [said(reject.reason) for reject in answer.rejects]
    if stale:
        notes.insert(0, _("Older than may be decided from: ask the owner for an update."))
    if not rows and not answer.rejects:
        notes.append(_("Has no record in force of this supply point."))
    return Source(
        owner,
        answer.as_of,
        tuple(
            Fact(
                term_name(fact.name),
                names.fact(fact.name, fact.value),
                code=is_code(fact.name),
                differs=(fact.name, fact.value) in differing,
            )
            for row in rows
            for fact in row.facts.values()
        ),
        Freshness.STALE if stale else Freshness.FRESH,
        tuple(said(found.message) for found in mine),
        " ".join(notes),
    )
