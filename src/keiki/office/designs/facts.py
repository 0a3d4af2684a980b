"""The left of the desk: what a design was decided from, by whose records, and as of when."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from keiki.domain.linkage.record import SourceCard
from keiki.office.screens.languages import in_language
from keiki.office.screens.naming import Names, is_code, term_name
from keiki.office.screens.parts import Freshness, ShownFact, ShownSource

from .models import Design


def stored_sources(
    design: Design, cards: tuple[SourceCard, ...], names: Names, now: datetime
) -> tuple[ShownSource, ...]:
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


def _source(id_: str, facts: list[dict[str, Any]], card: SourceCard | None, names: Names, now: datetime) -> ShownSource:
    as_of = min(datetime.fromisoformat(each["as_of"]) for each in facts)
    stale = card is not None and now - as_of > card.max_age
    note = (
        _("Older than may be decided from by now. The gate asks again; look again to see what it says.")
        if stale
        else ""
    )
    return ShownSource(
        owner=in_language(card.owner) if card else id_,
        as_of=as_of,
        facts=tuple(
            ShownFact(term_name(each["fact"]), names.fact(each["fact"], each["value"]), code=is_code(each["fact"]))
            for each in facts
        ),
        freshness=Freshness.STALE if stale else Freshness.FRESH,
        note=note,
    )
