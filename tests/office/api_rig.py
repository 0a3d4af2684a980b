"""Systems that call the API in tests: tokens for them, and for each operation one call with rows of one office."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from screens_rig import ELSEWHERE, HERE, World

from keiki.domain.access import TOKEN_RIGHTS, Right, Scope
from keiki.office.api.description import OPERATIONS, PREFIX
from keiki.office.api.operations import Operation
from keiki.office.audit.services import Act
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design
from keiki.office.users.api_tokens import services as tokens
from keiki.office.users.models import ApiToken
from keiki.office.workorders.models import WorkOrder
from keiki.office.workorders.services import printed

BY_ID = {each.id: each for each in OPERATIONS}


@dataclass(frozen=True)
class Call:
    """One call of an operation: the values of its address, its query and its body, and what it answers."""

    values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    status: int = 200

    def address(self, operation: Operation) -> str:
        return PREFIX.rstrip("/") + operation.path.format(**self.values)


@dataclass
class System:
    """A system of the utility with a token, and the HTTP client it uses."""

    token: ApiToken
    text: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, query: Mapping[str, str] | None = None, **headers: str) -> Any:
        return self.client.get(f"{PREFIX}{path}", query or {}, headers=self.headers(**headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        kind, data = _sent(body)
        return self.client.post(f"{PREFIX}{path}", data, content_type=kind, headers=self.headers(**headers))

    def call(self, operation: Operation, call: Call) -> HttpResponseBase:
        path = call.address(operation).removeprefix(PREFIX)
        return self.get(path, call.query) if operation.method == "GET" else self.post(path, call.body)

    def headers(self, **headers: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.text}", **{k.replace("_", "-"): v for k, v in headers.items()}}


def _sent(body: Any) -> tuple[str, bytes]:
    if isinstance(body, bytes):
        return "application/octet-stream", body
    return "application/json", json.dumps(body).encode() if body is not None else b""


def system(
    world: World,
    *rights: Right,
    office: str = HERE,
    name: str = "call-centre",
    approved: bool = True,
    lasts: timedelta = timedelta(days=90),
) -> System:
    """Return a system whose token, a minute old, has these rights (none named: all) at one office."""
    at = world.cast.now - timedelta(minutes=1)
    scope = Scope(frozenset(rights or TOKEN_RIGHTS), frozenset({office}))
    fresh = tokens.ask(Act("tanaka", at), tokens.TokenRequest(name, scope, at + lasts, "its screens"))
    if approved:
        tokens.approve(Act("suzuki", at), fresh.token)
    return System(fresh.token, fresh.text)


def here(world: World) -> str:
    """Return the number of a supply point of office :data:`HERE`, as all named cases of the town are."""
    return world.cast.place("apply_renewable").supply_point


def _contract(world: World) -> ServiceContract:
    return ServiceContract.objects.first() or world.cast.apply("apply_renewable")


def _design(world: World) -> Design:
    cast, made = world.cast, Design.objects.first()
    if made is None:
        made = designs.open_design(cast.act(), cast.sources, cast.catalogue, _contract(world))
        designs.propose(cast.act(), cast.catalogue, made, made.version)
    return made


def _finished(world: World) -> Design:
    made = _design(world)
    if made.state != "finished":
        assert designs.finish(world.cast.act(), world.cast.sources, world.cast.catalogue, made, made.version).ok
    return made


def _order(world: World) -> WorkOrder:
    return WorkOrder.objects.first() or world.cast.order(_finished(world))


def _visited(world: World) -> Call:
    order = _order(world)
    if order.state == "issued":
        printed(world.cast.act(), order)
    return Call({"number": order.number}, body=world.cast.visit(order))


def _application(world: World) -> Call:
    place = world.cast.place("apply_renewable")
    body = {"supply_point": place.supply_point, "applicant": place.customer.name, "medium": "wireless"}
    return Call(body=body, status=201)


def _versioned(world: World, **more: Any) -> Call:
    made = _design(world)
    return Call({"number": made.reference}, body={"version": made.version, **more})


def _issue(world: World) -> Call:
    body = {"design": _finished(world).reference, "device": "HHD-07", "visit_date": _day(world)}
    return Call(body=body, status=201)


def _day(world: World) -> str:
    return (world.cast.now + timedelta(days=3)).date().isoformat()


WHY = {"because": "a customer asked"}
CALLS: dict[str, Callable[[World], Call]] = {
    "get_supply_point": lambda world: Call({"number": here(world)}, WHY),
    "get_customer": lambda world: Call({"number": here(world)}, WHY),
    "take_application": _application,
    "list_contracts": lambda world: (_contract(world), Call())[1],
    "get_contract": lambda world: Call({"number": _contract(world).reference}),
    "decide_way": lambda world: Call({"number": _contract(world).reference}),
    "list_designs": lambda world: (_design(world), Call())[1],
    "open_design": lambda world: Call(body={"contract": _contract(world).reference}, status=201),
    "get_design": lambda world: Call({"number": _design(world).reference}),
    "choose_units": lambda world: _versioned(world, units=[_unit(world)]),
    "take_proposal": _versioned,
    "finish_design": _versioned,
    "list_orders": lambda world: (_order(world), Call())[1],
    "issue_order": _issue,
    "get_order": lambda world: Call({"number": _order(world).number}),
    "cancel_order": lambda world: Call({"number": _order(world).number}, body=WHY),
    "print_order": lambda world: Call({"number": _order(world).number}),
    "record_result": _visited,
}


def _unit(world: World) -> str:
    made = _design(world)
    assert made.combination
    return str(made.combination["communication"])


__all__ = ["BY_ID", "CALLS", "ELSEWHERE", "HERE", "Call", "System", "here", "system"]
