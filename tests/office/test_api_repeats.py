"""A call that creates something, sent twice under one key, creates it once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from api_rig import CALLS, System, system
from django.db import connection
from django.utils import timezone
from office_cast import Cast
from screens_rig import World

from keiki.office.contracts.models import ServiceContract
from keiki.office.users.models import KeptAnswer
from keiki.office.workorders.models import WorkOrder

KEY = "0f3c9a2e-7d41"


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def caller(world: World) -> System:
    return system(world)


def test_the_same_call_under_the_same_key_is_answered_as_before_and_done_once(world: World, caller: System) -> None:
    call = CALLS["take_application"](world)
    first = caller.post("applications", call.body, idempotency_key=KEY)
    second = caller.post("applications", call.body, idempotency_key=KEY)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert ServiceContract.objects.count() == 1
    assert caller.post("applications", call.body).status_code == 409
    assert caller.post("applications", call.body, idempotency_key="another-key").status_code == 409


def test_an_order_is_issued_once(world: World, caller: System) -> None:
    call = CALLS["issue_order"](world)
    numbers = {caller.post("work-orders", call.body, idempotency_key=KEY).json()["number"] for _ in range(3)}
    assert numbers == {WorkOrder.objects.get().number}


def test_another_call_under_the_same_key_is_refused(world: World, caller: System) -> None:
    call = CALLS["take_application"](world)
    caller.post("applications", call.body, idempotency_key=KEY)
    for path, body in (("applications", call.body | {"medium": "plc"}), ("designs", {"contract": "B-1"})):
        refused = caller.post(path, body, idempotency_key=KEY)
        assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")


def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(world: World, caller: System) -> None:
    call = CALLS["open_design"](world)
    caller.post("designs", call.body, idempotency_key=KEY)
    other = system(world, name="billing").post("designs", {"contract": "B-999"}, idempotency_key=KEY)
    assert other.status_code == 404


def test_what_was_refused_may_be_tried_again_under_its_key(world: World, caller: System) -> None:
    call = CALLS["take_application"](world)
    unknown = call.body | {"supply_point": "0" * 22}
    assert caller.post("applications", unknown, idempotency_key=KEY).status_code in (404, 409)
    assert caller.post("applications", call.body, idempotency_key=KEY).status_code == 201


def test_while_the_first_call_runs_the_second_waits_and_a_dead_one_is_taken_over(world: World, caller: System) -> None:
    call = CALLS["take_application"](world)
    caller.post("applications", call.body, idempotency_key=KEY)
    ServiceContract.objects.update(state="ended")
    KeptAnswer.objects.update(status=None, answer=None)
    running = caller.post("applications", call.body, idempotency_key=KEY)
    assert (running.status_code, running.json()["code"]) == (409, "still_running")
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(minutes=6))
    assert caller.post("applications", call.body, idempotency_key=KEY).status_code == 201


def test_an_answer_is_kept_for_a_day(world: World, caller: System) -> None:
    call = CALLS["take_application"](world)
    caller.post("applications", call.body, idempotency_key=KEY)
    KeptAnswer.objects.update(made_at=timezone.now() - timedelta(hours=25))
    assert caller.post("applications", call.body, idempotency_key=KEY).status_code == 409
    assert not KeptAnswer.objects.exists()


def test_of_calls_that_come_at_the_same_moment_one_is_done(committed_cast: Cast) -> None:
    world = World(committed_cast)
    caller, call, start = system(world), CALLS["take_application"](world), Barrier(4)

    def send(_: int) -> tuple[int, str]:
        start.wait(10)
        try:
            mine = System(caller.token, caller.text)
            answer = mine.post("applications", call.body, idempotency_key=KEY)
            return answer.status_code, str(answer.json().get("id") or answer.json()["code"])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = set(threads.map(send, range(4)))
    assert (201, ServiceContract.objects.get().reference) in answers
    assert answers <= {(201, ServiceContract.objects.get().reference), (409, "still_running")}
    assert caller.post("applications", call.body, idempotency_key=KEY).status_code == 201
