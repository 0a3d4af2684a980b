"""Look up a supply point, and keep who did, why, and what was shown: the kinds of facts, never their values.

The only doors to the data servers for acts of people. (The watch asks for itself, shows nobody anything, and keeps one
event of each round.) A look-up that failed is kept as well: it showed nothing, and somebody asked. Of a search is kept
which points it found, and never an address or a customer number that was typed.

What is beyond the reach of who asked is answered like what does not exist: in words, and in time, for both answers wait
for the same beat (ADR 0998).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from django.db import transaction

from keiki.domain.linkage.record import LinkedRecord, Unavailable
from keiki.domain.linkage.shared_units import SharedUnits
from keiki.domain.linkage.spelling import number_spelling
from keiki.domain.supply_point import SupplyPoint
from keiki.office.refusal import Refusal
from keiki.office.sources import Contact, ContactError, Hit, Hits, SearchKind, Sources
from keiki.office.sources.contact import PERSONAL

from .services import Act, record
from .source_outages import ask

BEAT_SECONDS = 0.1
"""An answer that shows nothing leaves at a whole multiple of this after its question came."""


class OutOfReach(Refusal):
    """The records name a service office that the person's rights do not reach; nothing was shown."""

    code = "out_of_reach"

    def __init__(self) -> None:
        super().__init__(
            "この供給地点は、担当外の営業所のものか、営業所が分かりません。担当の営業所に依頼してください",
            "the supply point is another service office's, or its office is not known: ask the office in charge",
        )


def look_up(
    act: Act,
    sources: Sources,
    point: SupplyPoint,
    why: str,
    *,
    within: Callable[[LinkedRecord], bool] | None = None,
) -> LinkedRecord:
    """Ask all sources about ``point`` and record it; ``why`` is the purpose in words.

    Raises :class:`OutOfReach` where ``within`` says that the person may not be shown what was found.
    """
    began = time.monotonic()
    linked = ask(sources, point, act.at)
    refused = within is not None and not within(linked)
    shown = {} if refused else {answer.source.id: _terms(linked, answer.source.id) for answer in linked.answers}
    silent = [answer.source.id for answer in linked.answers if isinstance(answer.outcome, Unavailable)]
    more: dict[str, object] = {"refused": "out of reach"} if refused else {}
    if linked.shared.named and not refused:
        more["units_also_at"] = _points(linked.shared)
    with transaction.atomic():
        record(
            act, "SupplyPointLookedUp", "supply point", point.number, why=why, shown=shown, unavailable=silent, **more
        )
    if refused:
        _wait_for_beat(began)
        raise OutOfReach
    return linked


def search_unit(
    act: Act, sources: Sources, point: SupplyPoint, serial: str, why: str, *, service_office_code: str = ""
) -> SharedUnits:
    """Ask which supply points but ``point`` have the communication unit ``serial``, and record it.

    ``service_office_code`` is the point's: other offices' points are found, and their numbers not told.
    """
    found = sources.shared_units(point, {"communication_serial": serial}, service_office_code, act.at)
    silent = [found.silent.source] if found.silent else []
    with transaction.atomic():
        record(
            act,
            "UnitSearched",
            "supply point",
            point.number,
            why=why,
            unit=serial,
            also_at=_points(found),
            unavailable=silent,
        )
    return found


def _points(found: SharedUnits) -> list[str]:
    """The other supply points as they were told: none of another service office by its number."""
    return [each.point.number if each.point else each.office for each in found.named]


def read_contact(
    act: Act,
    sources: Sources,
    point: SupplyPoint,
    contract_number: str,
    why: str,
    *,
    subject: str = "customer",
    shown: tuple[str, ...] = PERSONAL,
    accept: Callable[[Contact], None] | None = None,
) -> Contact:
    """Ask for the customer of a contract at ``point`` and record it; ``shown`` are the parts that leave this act.

    ``accept`` may refuse the customer by raising. Raises that, and what :meth:`Sources.contact` raises; then nothing
    was shown, and that is what is kept.
    """
    told: list[str] = []
    try:
        contact = sources.contact(point, contract_number)
        if accept is not None:
            accept(contact)
        told = list(shown)
    finally:
        with transaction.atomic():
            record(act, "CustomerDataRead", subject, point.number, why=why, shown=told)
    return contact


def read_present_contact(
    act: Act, sources: Sources, linked: LinkedRecord, why: str, *, shown: tuple[str, ...] = PERSONAL
) -> Contact:
    """Ask for the customer of the one contract that ``linked`` has in force now, and record it.

    Raises :class:`ContactError` where not exactly one contract is in force; then nobody was asked.
    """
    number = linked.only("contract_number")
    if number is None or not number.value:
        raise ContactError(
            "この供給地点で有効な契約が1件に定まらないため、お客さまが分かりません。契約の管理元に確認してください",
            "no single contract is in force at this supply point, so the customer is not known: "
            "ask the contracts' owner",
        )
    return read_contact(act, sources, linked.supply_point, str(number.value), why, shown=shown)


def search(
    act: Act,
    sources: Sources,
    kind: SearchKind,
    text: str,
    why: str,
    *,
    most: int = 50,
    within: Callable[[Hit], bool] | None = None,
) -> Hits:
    """Search the owners for supply points and record it; ``why`` is the purpose in words.

    Hits that are not ``within`` the person's reach are left out without a word; the audit alone keeps how many. Where
    there is such a limit nothing is said of *more* either: the others may all be beyond it. Kept are the points that
    were shown, and of what was typed its length alone; a serial number that found something is kept, for it is a unit's
    and nobody's.
    Raises :class:`~keiki.office.sources.SearchRefused`; then nobody was asked and nothing is kept.
    """
    began = time.monotonic()
    found = sources.search(kind, text, most)
    more: dict[str, object] = {"more": found.more}
    if within is not None:
        near = tuple(filter(within, found.hits))
        more["elsewhere"] = len(found.hits) - len(near)
        found = replace(found, hits=near, more=False)
    points = [hit.point.number for hit in found.hits]
    serial = kind is SearchKind.SERIAL and bool(points)
    typed = {"wanted": number_spelling(text)} if serial else {"length": len(text.strip())}
    with transaction.atomic():
        record(
            act,
            "SupplyPointsSearched",
            "search",
            points[0] if len(points) == 1 else "",
            why=why,
            kind=kind.value,
            **typed,
            hits=len(points),
            **more,
            points=points,
            shown=list(found.shown),
            unavailable=[found.unavailable.source] if found.unavailable else [],
        )
    if within is not None and not points:
        _wait_for_beat(began)
    return found


def _wait_for_beat(began: float) -> None:
    passed = time.monotonic() - began
    time.sleep(BEAT_SECONDS - passed % BEAT_SECONDS)


def _terms(linked: LinkedRecord, source: str) -> list[str]:
    return sorted({name for row in linked.answer(source).rows for name in row.facts})
