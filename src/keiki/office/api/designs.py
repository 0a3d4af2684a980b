"""Designs: open, choose, take the proposal, pass the gate or be refused. There is no override here either."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Field, Path, Query, Schema, Status
from pydantic import BeforeValidator

from keiki.domain.access import Right
from keiki.domain.designs.lifecycle import DesignState
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs import queries, services
from keiki.office.designs.models import Design as DesignRow
from keiki.office.screens.request import row_or_404, within
from keiki.office.users.api_tokens.repeated_calls import Answered

from .caller import ApiRequest
from .fields import (
    After,
    BilingualText,
    ContractId,
    DesignId,
    Key,
    Most,
    PointNumber,
    RequestBody,
    filtered,
    number_of,
    page,
    repeatable,
)
from .operations import Operation
from .problems import NotAllowed


def _whole_number(value: Any) -> Any:
    """Take 3.0 for 3, as JSON does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Version = Annotated[
    int,
    Field(ge=1, le=2**31 - 1, strict=True, description="The version that this is decided from"),
    BeforeValidator(_whole_number),
]
UnitId = Annotated[str, Field(pattern=r"^[A-Z0-9_-]{1,40}$")]
Number = Annotated[DesignId, Path()]


class OpenDesignRequest(RequestBody):
    """For which contract."""

    contract: ContractId


class ChooseUnitsRequest(RequestBody):
    """Units to be put in, each by its id in the catalogue; the other places stay as they are."""

    version: Version
    units: Annotated[list[UnitId], Field(min_length=1, max_length=10)]


class TakeProposalRequest(RequestBody):
    """``from_stock``: only of what the depot has."""

    version: Version
    from_stock: Annotated[bool, Field(strict=True)] = False


class FinishDesignRequest(RequestBody):
    """The version that was looked at."""

    version: Version


class DecidedFactAnswer(Schema):
    """A fact that the design was decided from."""

    fact: str
    value: str | int | float | bool | None
    source: str
    as_of: datetime


class BrokenRuleAnswer(Schema):
    """A rule that the combination breaks, at these kinds of unit."""

    rule: str
    ja: str
    en: str
    kinds: list[str]


class CatalogueVersionAnswer(Schema):
    """A version of a catalogue."""

    name: str
    version: str


class DesignAnswer(Schema):
    """A design with everything it was decided from."""

    id: str
    supply_point: str
    office: str
    contract: str
    state: DesignState
    version: int
    needs: dict[str, str | int | float | bool | None]
    installed: dict[str, str]
    combination: dict[str, str] | None
    replaced: list[str]
    reasons: list[BilingualText]
    broken: list[BrokenRuleAnswer]
    catalogue: CatalogueVersionAnswer
    decided_from: list[DecidedFactAnswer]
    reopened_because: list[BilingualText]
    finished_at: datetime | None


class ChosenUnitsAnswer(Schema):
    """A design after a choice, and what the gate would say of it; ``repair`` is the nearest that breaks no rule."""

    design: DesignAnswer
    ok: bool
    broken: list[BrokenRuleAnswer]
    repair: dict[str, str] | None


class Designs(Schema):
    """A page of designs, the newest first."""

    items: list[DesignAnswer]
    next: str | None


def list_designs(
    request: ApiRequest,
    *,
    state: Annotated[DesignState | None, Query()] = None,
    supply_point: Annotated[PointNumber | None, Query()] = None,
    contract: Annotated[ContractId | None, Query()] = None,
    after: After = None,
    most: Most = 50,
) -> dict[str, Any]:
    """List the designs within the token's reach."""
    of = number_of(contract) if contract else None
    rows = filtered(_rows(request), {"state": state, "supply_point": supply_point, "contract": of})
    found, following = page(rows, after, most)
    return {"items": [queries.describe(each) for each in found], "next": following}


def get_design(request: ApiRequest, number: Number) -> dict[str, Any]:
    """Show a design."""
    return queries.describe(_design(request, number))


def open_design(request: ApiRequest, given: OpenDesignRequest, key: Key = None) -> Status[dict[str, Any]]:
    """Open a design for a contract that needs units (201), or return the one that is open already (200)."""

    def act() -> Answered:
        contract = row_or_404(request, ServiceContract.objects.all(), pk=number_of(given.contract))
        opened = services.open_design(
            request.act, request.office_services.sources, request.office_services.catalogue, contract
        )
        return 201 if opened.opened_at == request.act.at else 200, queries.describe(opened)

    return Status(*repeatable(request, key, act))


def choose_units(request: ApiRequest, number: Number, given: ChooseUnitsRequest) -> dict[str, Any]:
    """Put units into a design, and be told which rules they break."""
    design = _design(request, number)
    verdict = services.choose(request.act, request.office_services.catalogue, design, given.units, given.version)
    broken = {"ok": verdict.ok, "broken": verdict.broken, "repair": verdict.repair}
    return {"design": queries.describe(design), **broken}


def take_proposal(request: ApiRequest, number: Number, given: TakeProposalRequest) -> dict[str, Any]:
    """Put in the combination that replaces least."""
    design, office_services = _design(request, number), request.office_services
    stock = office_services.sources.stock(design.depot) if given.from_stock else None
    services.propose(request.act, office_services.catalogue, design, given.version, stock)
    return queries.describe(design)


def finish_design(request: ApiRequest, number: Number, given: FinishDesignRequest) -> dict[str, Any]:
    """Let a design through the gate; while it breaks a rule it is refused (409, code `design_refused`)."""
    design, office_services = _design(request, number), request.office_services
    verdict = services.finish(request.act, office_services.sources, office_services.catalogue, design, given.version)
    if verdict.ok:
        return queries.describe(design)
    rules = ", ".join(each["rule"] for each in verdict.broken)
    raise NotAllowed(
        f"{design.reference} は規則 {rules} に反するため完了できません。別のユニットを選ぶか、提案を採用してください。",
        f"{design.reference} cannot be finished: it breaks {rules}. Choose other units or take the proposal",
        code="design_refused",
        broken=verdict.broken,
        repair=verdict.repair,
        version=design.version,
    )


def _rows(request: ApiRequest) -> QuerySet[DesignRow]:
    return within(request, DesignRow.objects.select_related("contract"))


def _design(request: ApiRequest, number: str) -> DesignRow:
    return row_or_404(request, DesignRow.objects.select_related("contract"), pk=number_of(number))


SEE, MAKE = (Right.SEE_DESIGNS,), (Right.MAKE_DESIGNS,)
OPERATIONS = (
    Operation("GET", "/designs", list_designs, SEE, "List designs", {200: Designs}, "Designs"),
    Operation(
        "POST",
        "/designs",
        open_design,
        MAKE,
        "Open a design",
        {201: DesignAnswer, 200: DesignAnswer},
        "Designs",
    ),
    Operation("GET", "/designs/{number}", get_design, SEE, "Show a design", {200: DesignAnswer}, "Designs"),
    Operation(
        "POST",
        "/designs/{number}/choice",
        choose_units,
        MAKE,
        "Put units into a design",
        {200: ChosenUnitsAnswer},
        "Designs",
    ),
    Operation(
        "POST", "/designs/{number}/proposal", take_proposal, MAKE, "Take the proposal", {200: DesignAnswer}, "Designs"
    ),
    Operation(
        "POST", "/designs/{number}/finish", finish_design, MAKE, "Finish a design", {200: DesignAnswer}, "Designs"
    ),
)
