"""Route-B contracts: applications, the way a contract goes, and where it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Path, Query, Schema, Status

from keiki.domain.access import Right
from keiki.domain.contracts.addressee import AddresseeProblem
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.linkage.decision import Blocked
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up
from keiki.office.contracts import queries, services
from keiki.office.contracts.models import ServiceContract
from keiki.office.contracts.words import rejection_in_words
from keiki.office.designs.services import CannotDecide
from keiki.office.remote import queries as remote
from keiki.office.screens.request import row_or_404, within
from keiki.office.users.api_tokens.repeated_calls import Answered

from .caller import ApiRequest, within_reach
from .fields import (
    PLAIN,
    After,
    BilingualText,
    ContractId,
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
from .problems import both


class ApplicationRequest(RequestBody):
    """An application for route B. The applicant's name is compared with the contract in force, and kept nowhere."""

    supply_point: PointNumber
    applicant: Annotated[str, Field(pattern=PLAIN, max_length=100, description="Full name", repr=False)]
    medium: Literal["wireless", "plc"]
    by_agent: Annotated[bool, Field(strict=True, description="With a power of attorney in the customer's name")] = False


class Contract(Schema):
    """A route-B contract. ``rejected_because`` says why an application was not taken.

    ``agent_confirmed`` is whether the contractor confirmed an agent's power of attorney, ``null`` where none applied.
    ``addressee_problem`` is why the customer is no longer there by the records: nothing is sent, the contract is to be
    ended; ``null`` where the customer is there as far as is known.
    ``readable_until``: so long a HEMS with the former password may go on reading, where the meter kept its session
    open. A contract that ends is ``readable`` until then.
    """

    id: str
    supply_point: str
    office: str
    medium: str
    by_agent: bool
    agent_confirmed: bool | None
    addressee_problem: AddresseeProblem | None
    state: ServiceState
    applied_at: datetime
    readable_until: datetime | None
    rejected_because: BilingualText | None


class Contracts(Schema):
    """A page of contracts, the newest first."""

    items: list[Contract]
    next: str | None


class RemoteCommandAnswer(Schema):
    """A remote command on its way to the meter."""

    id: str
    kind: str
    state: str
    created_at: datetime
    expires_at: datetime


class WayDecisionAnswer(Schema):
    """Which way a contract goes: ``rewrite`` remotely, or ``design`` units for it."""

    way: Literal["rewrite", "design"]
    contract: Contract
    command: RemoteCommandAnswer | None


def take_application(request: ApiRequest, given: ApplicationRequest, key: Key = None) -> Status[dict[str, Any]]:
    """Take an application and check the applicant; the wrong person's is kept as rejected, and says so."""

    def act() -> Answered:
        who = services.Applicant(given.applicant, given.medium, given.by_agent)
        point = SupplyPoint(given.supply_point)
        with within_reach(request) as near:
            taken = services.apply(request.act, request.office_services.sources, point, who, within=near)
        return 201, described(taken)

    return Status(*repeatable(request, key, act))


def list_contracts(
    request: ApiRequest,
    *,
    state: Annotated[ServiceState | None, Query()] = None,
    supply_point: Annotated[PointNumber | None, Query()] = None,
    after: After = None,
    most: Most = 50,
) -> dict[str, Any]:
    """List the contracts within the token's reach."""
    rows = within(request, ServiceContract.objects.all())
    found, following = page(filtered(rows, {"state": state, "supply_point": supply_point}), after, most)
    return {"items": [described(each) for each in found], "next": following}


def get_contract(request: ApiRequest, number: Annotated[ContractId, Path()]) -> dict[str, Any]:
    """Say where a contract is."""
    return described(_contract(request, number))


def decide_way(request: ApiRequest, number: Annotated[ContractId, Path()], key: Key = None) -> Status[dict[str, Any]]:
    """Choose the way of a checked contract: rewrite remotely where what hangs there serves it already, else design."""

    def act() -> Answered:
        contract, office_services = _contract(request, number), request.office_services
        linked = look_up(request.act, office_services.sources, SupplyPoint(contract.supply_point), f"way of {number}")
        done = services.decide(
            request.act,
            contract,
            linked,
            office_services.catalogue,
            office_services.sealer,
            sources=office_services.sources,
        )
        if isinstance(done.inputs, Blocked):
            raise CannotDecide(done.inputs)
        command = remote.describe(done.command) if done.command else None
        return 200, {"way": done.way.value, "contract": described(contract), "command": command}

    return Status(*repeatable(request, key, act))


def described(contract: ServiceContract) -> dict[str, Any]:
    """Return a contract as it is answered."""
    because = contract.rejected_because
    return {**queries.describe(contract), "rejected_because": both(rejection_in_words(because)) if because else None}


def _contract(request: ApiRequest, number: str) -> ServiceContract:
    return row_or_404(request, ServiceContract.objects.all(), pk=number_of(number))


OPERATIONS = (
    Operation(
        "POST",
        "/applications",
        take_application,
        (Right.TAKE_APPLICATIONS,),
        "Take an application for route B",
        {201: Contract},
        "Contracts",
    ),
    Operation(
        "GET",
        "/contracts",
        list_contracts,
        (Right.SEE_CONTRACTS,),
        "List contracts",
        {200: Contracts},
        "Contracts",
    ),
    Operation(
        "GET",
        "/contracts/{number}",
        get_contract,
        (Right.SEE_CONTRACTS,),
        "Where a contract is",
        {200: Contract},
        "Contracts",
    ),
    Operation(
        "POST",
        "/contracts/{number}/decision",
        decide_way,
        (Right.TAKE_APPLICATIONS,),
        "Decide which way a contract goes",
        {200: WayDecisionAnswer},
        "Contracts",
    ),
)
