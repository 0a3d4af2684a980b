"""Look up a supply point, and keep who did, why, and what was shown: the kinds of facts, never their values.

The only doors to the data servers for acts of people. (The watch asks for itself, shows nobody anything, and keeps one
event of each round.) A look-up that failed is kept as well: it showed nothing, and somebody asked.
"""

from __future__ import annotations

from django.db import transaction

from keiki.domain.linkage.record import LinkedRecord, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import Contact, Sources
from keiki.office.sources.contact import PERSONAL

from .services import Act, record


def look_up(act: Act, sources: Sources, point: SupplyPoint, why: str) -> LinkedRecord:
    """Ask all sources about ``point`` and record it; ``why`` is the purpose in words."""
    linked = sources.link(point, act.at)
    shown = {answer.source.id: _terms(linked, answer.source.id) for answer in linked.answers}
    silent = [answer.source.id for answer in linked.answers if isinstance(answer.outcome, Unavailable)]
    with transaction.atomic():
        record(act, "SupplyPointLookedUp", "supply point", point.number, why=why, shown=shown, unavailable=silent)
    return linked


def read_contact(
    act: Act,
    sources: Sources,
    point: SupplyPoint,
    why: str,
    *,
    subject: str = "customer",
    shown: tuple[str, ...] = PERSONAL,
) -> Contact:
    """Ask who is in contract at ``point`` and record it; ``shown`` are the parts that leave this act.

    Raises what :meth:`Sources.contact` raises; then nothing was shown, and that is what is kept.
    """
    told: list[str] = []
    try:
        contact = sources.contact(point)
        told = list(shown)
    finally:
        with transaction.atomic():
            record(act, "CustomerDataRead", subject, point.number, why=why, shown=told)
    return contact


def _terms(linked: LinkedRecord, source: str) -> list[str]:
    return sorted({name for row in linked.answer(source).rows for name in row.facts})
