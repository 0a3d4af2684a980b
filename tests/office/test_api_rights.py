"""Every operation of the API, tried without a token, without the right, with it, and from another service office.

The cases are made from the table of operations and held against the OpenAPI description: an operation without a right
does not start, one without a sample fails here.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from api_rig import BY_ID, CALLS, ELSEWHERE, Call, System, system
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from screens_rig import World

from keiki.domain.access import TOKEN_RIGHTS, Right, Role
from keiki.office.api.description import OPERATIONS
from keiki.office.api.operations import Operation
from keiki.office.api.urls import api
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act
from keiki.office.users.api_tokens import services as tokens
from keiki.office.users.models import ApiToken

each = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
ROWS = [operation for operation in OPERATIONS if operation.row]


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def test_the_table_the_description_and_the_samples_name_the_same_operations() -> None:
    described = {
        operation["operationId"] for path in api.get_openapi_schema()["paths"].values() for operation in path.values()
    }
    assert described == {operation.id for operation in OPERATIONS} == set(CALLS)


def test_the_rights_of_tokens_are_those_that_operations_ask_for() -> None:
    assert {right for operation in OPERATIONS for right in operation.rights} == set(TOKEN_RIGHTS)


def test_the_page_about_the_api_names_every_operation_with_its_rights() -> None:
    told = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    for operation in OPERATIONS:
        rights = " and ".join(f"`{right.value}`" for right in operation.rights)
        assert f"| `{operation.method} {operation.path}` | {rights} |" in told


@pytest.mark.parametrize("rights", [(), (Right.MANAGE_PEOPLE,), (Right.SEE_POINTS, Right.SEE_AUDIT)])
def test_an_operation_without_a_right_or_with_one_that_no_token_has_does_not_start(rights: tuple[Right, ...]) -> None:
    with pytest.raises(ValueError, match="right"):
        Operation("GET", "/loose", lambda: None, rights, "loose", {}, "loose")


@each
def test_without_a_token_nothing_is_done(operation: Operation, world: World) -> None:
    call = CALLS[operation.id](world)
    somebody = world.client(world.person(*Role, name="everybody"))
    before = AuditEvent.objects.count()
    for client in (Client(), somebody):
        nobody = System(ApiToken(), "", client)
        answer = nobody.call(operation, call)
        assert_problem(answer, 401, "no_token")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="keiki"'
    assert AuditEvent.objects.count() == before


@each
def test_without_the_right_an_operation_is_refused_and_the_refusal_is_kept(operation: Operation, world: World) -> None:
    call = CALLS[operation.id](world)
    for missing in operation.rights:
        caller = system(world, *(set(TOKEN_RIGHTS) - {missing}), name="too-little")
        assert_problem(caller.call(operation, call), 403, "no_right")
        kept = AuditEvent.objects.filter(happened="AccessRefused", by="api:too-little").latest("position")
        assert (kept.subject, kept.details["right"]) == (f"API {operation.id}", missing.value)
        assert caller.token.reference in kept.origin


@each
def test_with_its_rights_alone_an_operation_answers(operation: Operation, world: World) -> None:
    call = CALLS[operation.id](world)
    answer = system(world, *operation.rights).call(operation, call)
    assert answer.status_code == call.status, answer.content.decode()


@pytest.mark.parametrize("operation", ROWS, ids=lambda operation: operation.id)
def test_another_offices_row_is_as_absent_as_one_that_never_was(operation: Operation, world: World) -> None:
    call = CALLS[operation.id](world)
    stranger = system(world, *operation.rights, office=ELSEWHERE)
    answer = stranger.call(operation, call)
    assert_problem(answer, 404, "absent")
    if operation.path.startswith("/supply-points"):
        return
    never = Call({"number": call.values["number"][:-1] + "9999"[: 4 if "W-" in call.values["number"] else 1]})
    gone = stranger.call(operation, Call(never.values, call.query, call.body))
    assert gone.content == answer.content


@pytest.mark.parametrize("operation_id", ["take_application", "open_design", "issue_order"])
def test_what_a_body_names_must_be_within_reach_too(operation_id: str, world: World) -> None:
    operation = BY_ID[operation_id]
    call = CALLS[operation_id](world)
    assert_problem(system(world, *operation.rights, office=ELSEWHERE).call(operation, call), 404, "absent")


@pytest.mark.parametrize("operation_id", ["list_contracts", "list_designs", "list_orders"])
def test_a_list_shows_the_rows_within_reach_alone(operation_id: str, world: World) -> None:
    operation = BY_ID[operation_id]
    call = CALLS[operation_id](world)
    assert len(system(world, *operation.rights).call(operation, call).json()["items"]) == 1
    assert system(world, *operation.rights, office=ELSEWHERE).call(operation, call).json()["items"] == []


def test_a_token_that_waits_is_revoked_or_expired_opens_nothing_and_its_use_is_kept(world: World) -> None:
    place = CALLS["get_contract"](world)
    waiting = system(world, name="waiting", approved=False)
    revoked = system(world, name="revoked")
    expired = system(world, name="expired", lasts=timedelta(seconds=59))
    tokens.revoke(Act("tanaka", world.cast.now), revoked.token, "the laptop was lost")
    for caller in (waiting, revoked, expired):
        for _ in range(2):
            assert_problem(caller.call(BY_ID["get_contract"], place), 401, "token_unknown")
        assert AuditEvent.objects.filter(happened="ApiTokenDidNotWork", subject=caller.token.reference).count() == 1


def test_a_token_counts_only_in_the_header(world: World) -> None:
    CALLS["list_designs"](world)
    caller = system(world)
    address = reverse("api:list_designs")
    for query in ("token", "access_token", "authorization"):
        assert_problem(Client().get(address, {query: caller.text}), 401, "no_token")
    assert_problem(Client(headers={"cookie": f"token={caller.text}"}).get(address), 401, "no_token")
    assert_problem(Client(headers={"authorization": f"Basic {caller.text}"}).get(address), 401, "no_token")


def test_too_many_calls_are_told_when_to_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "PER_MINUTE", 2)
    caller, other = system(world), system(world)
    for _ in range(2):
        assert caller.get("designs").status_code == 200
    refused = caller.get("designs")
    assert_problem(refused, 429, "too_many")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert other.get("designs").status_code == 200


def assert_problem(answer: object, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content.decode()  # type: ignore[attr-defined]
    assert answer.headers["Content-Type"] == "application/problem+json"  # type: ignore[attr-defined]
    told = answer.json()  # type: ignore[attr-defined]
    assert (told["status"], told["code"], told["type"]) == (status, code, f"urn:keiki:problem:{code}")
    assert told["title"]
    assert told["detail"]
