"""Supply points: what each data server says as of when, contradictions, and for a reason the customer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Path, Schema

from keiki.domain.access import Right
from keiki.domain.linkage.contradictions import find_contradictions
from keiki.domain.linkage.record import Answer, Fact, Unavailable
from keiki.domain.linkage.terms import TERMS
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up, read_present_contact
from keiki.office.service.shared_units import with_contracts
from keiki.office.sources.contact import PERSONAL

from .caller import ApiRequest, within_reach
from .fields import Because, PointNumber, Said, said_both
from .operations import Operation

Value = str | int | bool | None


class FactSaid(Schema):
    """One thing that a source says."""

    fact: str
    label: Said
    value: Value
    as_of: datetime


class SourceSaid(Schema):
    """What one source answered; ``reason`` says why it did not."""

    source: str
    owner: Said
    available: bool
    unavailable_since: datetime | None
    reason: Said | None
    as_of: datetime | None
    asked_at: datetime
    stale: bool
    facts: list[FactSaid]


class Disagreement(Schema):
    """Facts of the sources that cannot all be true (``blocks``), or that are unusual (``note``)."""

    rule: str
    weight: str
    message: Said
    facts: list[str]
    sources: list[str]


class LinkedPoint(Schema):
    """A supply point as the sources have it now. Nothing is merged."""

    supply_point: str
    sources: list[SourceSaid]
    contradictions: list[Disagreement]
    unsearched_units: list[Said]
    """Why nobody can say that no other supply point has the same units; empty where all were searched for."""


class Customer(Schema):
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
        linked = look_up(request.act, request.office.sources, SupplyPoint(number), because, within=within)
    linked = with_contracts(linked)
    return LinkedPoint(
        supply_point=number,
        sources=[_source(each) for each in linked.answers],
        contradictions=[
            Disagreement(
                rule=each.rule,
                weight=each.weight.value,
                message=said_both(each.message),
                facts=[fact.name for fact in each.facts],
                sources=list(each.sources),
            )
            for each in find_contradictions(linked)
        ],
        unsearched_units=[said_both(each) for each in linked.shared.unsearched],
    )


def get_customer(request: ApiRequest, number: Number, because: Because) -> Customer:
    """Ask who is in contract at a supply point. The look is recorded with its reason."""
    act, sources, point = request.act, request.office.sources, SupplyPoint(number)
    with within_reach(request) as within:
        linked = look_up(act, sources, point, because, within=within)
    found = read_present_contact(act, sources, linked, because)
    return Customer(supply_point=number, **{name: getattr(found, name) for name in PERSONAL})


def _source(answer: Answer) -> SourceSaid:
    outcome = answer.outcome
    missing = outcome if isinstance(outcome, Unavailable) else None
    return SourceSaid(
        source=answer.source.id,
        owner=said_both(answer.source.owner),
        available=missing is None,
        unavailable_since=missing.since if missing else None,
        reason=said_both(missing.reason) if missing else None,
        as_of=answer.as_of,
        asked_at=answer.asked_at,
        stale=any(answer.is_stale(row) for row in answer.current_rows()),
        facts=[_fact(fact) for row in answer.current_rows() for fact in row.facts.values()],
    )


def _fact(fact: Fact) -> FactSaid:
    term = TERMS[fact.name]
    return FactSaid(fact=fact.name, label=Said(ja=term.ja, en=term.en), value=_plain(fact.value), as_of=fact.as_of)


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
        {200: Customer},
        "Supply points",
    ),
)
