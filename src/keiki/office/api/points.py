"""Supply points: what each data server says as of when, contradictions, and for a reason the customer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Path, Schema

from keiki.domain.access import Right
from keiki.domain.linkage.contradictions import find_contradictions
from keiki.domain.linkage.record import Fact, SourceAnswer, Unavailable
from keiki.domain.linkage.terms import TERMS
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up, read_present_contact
from keiki.office.contracts.shared_units import with_contracts
from keiki.office.sources.contact import PERSONAL

from .caller import ApiRequest, within_reach
from .fields import Because, BilingualText, PointNumber, bilingual_text
from .operations import Operation

Value = str | int | bool | None


class SourceFactAnswer(Schema):
    """One thing that a source says."""

    fact: str
    label: BilingualText
    value: Value
    as_of: datetime


class SourceRecordAnswer(Schema):
    """What one source answered; ``reason`` says why it did not."""

    source: str
    owner: BilingualText
    available: bool
    unavailable_since: datetime | None
    reason: BilingualText | None
    as_of: datetime | None
    asked_at: datetime
    stale: bool
    facts: list[SourceFactAnswer]


class Disagreement(Schema):
    """Facts of the sources that cannot all be true (``blocks``), or that are unusual (``note``)."""

    rule: str
    weight: str
    message: BilingualText
    facts: list[str]
    sources: list[str]


class LinkedPoint(Schema):
    """A supply point as the sources have it now. Nothing is merged."""

    supply_point: str
    sources: list[SourceRecordAnswer]
    contradictions: list[Disagreement]
    unsearched_units: list[BilingualText]
    """Why nobody can say that no other supply point has the same units; empty where all were searched for."""


class CustomerAnswer(Schema):
    """Who is in contract, as the customer information system has it now."""

    supply_point: str
    customer_number: str
    name: str
    kana: str
    postcode: str
    address: str
    phone: str
    email: str


Number = Annotated[PointNumber, Path()]


def get_supply_point(request: ApiRequest, number: Number, because: Because) -> LinkedPoint:
    """Ask every data server about a supply point. The look-up is recorded with its reason."""
    with within_reach(request) as within:
        linked = look_up(request.act, request.office_services.sources, SupplyPoint(number), because, within=within)
    linked = with_contracts(linked)
    return LinkedPoint(
        supply_point=number,
        sources=[_source(each) for each in linked.answers],
        contradictions=[
            Disagreement(
                rule=each.rule,
                weight=each.weight.value,
                message=bilingual_text(each.message),
                facts=[fact.name for fact in each.facts],
                sources=list(each.sources),
            )
            for each in find_contradictions(linked)
        ],
        unsearched_units=[bilingual_text(each) for each in linked.shared.unsearched],
    )


def get_customer(request: ApiRequest, number: Number, because: Because) -> CustomerAnswer:
    """Ask who is in contract at a supply point. The look is recorded with its reason."""
    act, sources, point = request.act, request.office_services.sources, SupplyPoint(number)
    with within_reach(request) as within:
        linked = look_up(act, sources, point, because, within=within)
    found = read_present_contact(act, sources, linked, because)
    return CustomerAnswer(supply_point=number, **{name: getattr(found, name) for name in PERSONAL})


def _source(answer: SourceAnswer) -> SourceRecordAnswer:
    outcome = answer.outcome
    missing = outcome if isinstance(outcome, Unavailable) else None
    return SourceRecordAnswer(
        source=answer.source.id,
        owner=bilingual_text(answer.source.owner),
        available=missing is None,
        unavailable_since=missing.since if missing else None,
        reason=bilingual_text(missing.reason) if missing else None,
        as_of=answer.as_of,
        asked_at=answer.asked_at,
        stale=any(answer.is_stale(row) for row in answer.current_rows()),
        facts=[_fact(fact) for row in answer.current_rows() for fact in row.facts.values()],
    )


def _fact(fact: Fact) -> SourceFactAnswer:
    term = TERMS[fact.name]
    return SourceFactAnswer(
        fact=fact.name, label=BilingualText(ja=term.ja, en=term.en), value=_plain(fact.value), as_of=fact.as_of
    )


def _plain(value: Any) -> Value:
    return value if isinstance(value, (str, int, bool, type(None))) else str(value.isoformat())


OPERATIONS = (
    Operation(
        "GET",
        "/supply-points/{number}",
        get_supply_point,
        (Right.SEE_POINTS,),
        "What every data server says of a supply point, as of when",
        {200: LinkedPoint},
        "Supply points",
    ),
    Operation(
        "GET",
        "/supply-points/{number}/customer",
        get_customer,
        (Right.SEE_CUSTOMER,),
        "Who is in contract at a supply point",
        {200: CustomerAnswer},
        "Supply points",
    ),
)
