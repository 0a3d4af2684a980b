"""The main job by the API alone: application, design, gate, work order, sheet, result; and what it refuses, how."""

from __future__ import annotations

import logging

import pytest
from api_rig import CALLS, HERE, System, system
from django.core import serializers
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from screens_rig import World

from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.domain.supply_point import CUT
from keiki.office.audit.models import AuditEvent
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs.models import Design
from keiki.office.users.models import ApiToken, KeptAnswer
from keiki.office.workorders.models import WorkOrder
from keiki.office.workorders.services import printed
from keiki.protocols.relay.messages import CommandOutcome

CASE = "apply_renewable"


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def caller(world: World) -> System:
    return system(world)


def application(world: World, **changed: object) -> dict[str, object]:
    place = world.cast.place(CASE)
    return {"supply_point": place.supply_point, "applicant": place.customer.name, "medium": "wireless"} | changed


def test_a_system_leads_an_application_to_its_built_meter(world: World, caller: System) -> None:
    contract = caller.post("applications", application(world)).json()
    assert (contract["state"], contract["office"], contract["rejected_because"]) == ("checked", HERE, None)
    way = caller.post(f"contracts/{contract['id']}/decision").json()
    assert (way["way"], way["command"], way["contract"]["state"]) == ("design", None, "designing")
    design = caller.post("designs", {"contract": contract["id"]}).json()
    again = caller.post("designs", {"contract": contract["id"]})
    assert (again.status_code, again.json()["id"]) == (200, design["id"])
    at = f"designs/{design['id']}"
    chosen = caller.post(
        f"{at}/choice", {"version": design["version"], "units": [design["installed"]["communication"]]}
    ).json()
    assert not chosen["ok"]
    refused = caller.post(f"{at}/finish", {"version": chosen["design"]["version"]})
    assert refused.status_code == 409
    told = refused.json()
    assert told["code"] == "design_refused"
    assert all(each["ja"] and each["en"] and each["rule"] for each in told["broken"])
    assert told["repair"]
    proposed = caller.post(f"{at}/proposal", {"version": told["version"], "from_stock": True}).json()
    assert proposed["combination"] == told["repair"]
    finished = caller.post(f"{at}/finish", {"version": proposed["version"]})
    assert finished.json()["state"] == "finished"
    order = caller.post("work-orders", CALLS["issue_order"](world).body).json()
    sheet = caller.post(f"work-orders/{order['number']}/sheet")
    assert (sheet.headers["Content-Type"], sheet.content[:5]) == ("application/pdf", b"%PDF-")
    assert "no-store" in sheet.headers["Cache-Control"]
    result = world.cast.visit(WorkOrder.objects.get())
    taken = caller.post(f"work-orders/{order['number']}/result", result).json()
    assert (taken["recorded"], taken["still_right"], taken["order"]["state"]) == ("done", True, "done")
    assert caller.post(f"work-orders/{order['number']}/result", result).json()["recorded"] == "repeated"
    assert caller.get(f"contracts/{contract['id']}").json()["state"] == "confirmed"
    assert caller.get("designs", {"state": "built"}).json()["items"][0]["id"] == design["id"]
    acts = AuditEvent.objects.filter(happened__in=["ServiceApplied", "DesignFinished", "WorkOrderDone"])
    assert set(acts.values_list("by", "origin")) == {("api:call-centre", f"127.0.0.1 {caller.token.reference}")}


def test_the_wrong_persons_application_is_kept_as_rejected_and_says_so(world: World, caller: System) -> None:
    answer = caller.post("applications", application(world, applicant="別人 太郎"))
    assert answer.status_code == 201
    assert answer.json()["state"] == "rejected"
    assert answer.json()["rejected_because"]["ja"]
    assert caller.post("applications", application(world)).json()["state"] == "checked"


def test_two_who_work_on_one_design_do_not_overwrite_each_other(world: World, caller: System) -> None:
    call = CALLS["take_proposal"](world)
    at = f"designs/{call.values['number']}"
    assert caller.post(f"{at}/proposal", call.body).status_code == 200
    late = caller.post(f"{at}/proposal", call.body)
    assert (late.status_code, late.json()["code"]) == (409, "changed")


def test_a_supply_point_shows_every_source_with_its_time_and_the_reason_is_kept(world: World, caller: System) -> None:
    call = CALLS["get_supply_point"](world)
    at = f"supply-points/{call.values['number']}"
    told = caller.get(at, call.query).json()
    assert len(told["sources"]) == 5
    assert all(each["owner"]["ja"] and each["as_of"] and each["asked_at"] for each in told["sources"])
    kept = AuditEvent.objects.filter(happened="SupplyPointLookedUp").latest("position")
    assert (kept.by, kept.details["why"]) == ("api:call-centre", call.query["because"])
    assert caller.get(at).status_code == 422
    assert caller.get(at, {"because": " "}).status_code == 422
    assert caller.get(f"{at}/customer").status_code == 422
    name = world.cast.place(CASE).customer.name
    assert name not in caller.get(at, call.query).content.decode()
    assert caller.get(f"{at}/customer", call.query).json()["name"] == name
    assert AuditEvent.objects.filter(happened="CustomerDataRead", by="api:call-centre").count() == 1


def test_where_the_records_allow_no_decision_each_obstacle_names_its_owner(world: World, caller: System) -> None:
    contract = caller.post("applications", application(world)).json()
    Misbehaviour(world.cast.servers).contradict_serial(contract["supply_point"])
    answer = caller.post(f"contracts/{contract['id']}/decision")
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot_decide")
    assert all(each["owner"]["ja"] and each["message"]["en"] for each in answer.json()["obstacles"])
    assert ServiceContract.objects.get().state == "checked"


def test_while_nobody_can_say_whose_a_place_is_it_is_not_called_absent(world: World, caller: System) -> None:
    call = CALLS["get_supply_point"](world)
    world.cast.servers["customer"].down()
    at = f"supply-points/{call.values['number']}"
    for answer in (caller.get(at, call.query), caller.post("applications", application(world))):
        assert (answer.status_code, answer.json()["code"]) == (503, "office_unknown")


def test_a_failed_visit_and_a_foreign_result_are_told_apart(world: World, caller: System) -> None:
    call = CALLS["record_result"](world)
    at = f"work-orders/{call.values['number']}/result"
    foreign = caller.post(at, b"not sealed at all")
    assert (foreign.status_code, foreign.json()["code"]) == (409, "malformed")
    order = WorkOrder.objects.get()
    failed = caller.post(at, world.cast.visit(order, CommandOutcome.UNREACHABLE, reason="no-answer"))
    assert (failed.json()["recorded"], failed.json()["order"]["state"]) == ("failed", "failed")


def test_a_result_for_another_order_than_the_address_names_changes_nothing(world: World, caller: System) -> None:
    call = CALLS["record_result"](world)
    other = world.cast.order(world.cast.finished_design("plain"))
    printed(world.cast.act(), other)
    answer = caller.post(f"work-orders/{other.number}/result", call.body)
    assert (answer.status_code, answer.json()["code"]) == (409, "another_order")
    assert set(WorkOrder.objects.values_list("state", flat=True)) == {"printed"}


def test_a_problem_is_told_in_the_language_asked_for(caller: System) -> None:
    said = {
        language: caller.get("designs/D-999", accept_language=language).json()["detail"]
        for language in ("ja", "en", "fr", "en-GB;q=0.9, ja;q=0.1")
    }
    assert "担当外の営業所" in said["ja"] == said["fr"]
    assert "another service office" in said["en"] == said["en-GB;q=0.9, ja;q=0.1"]


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/api/v1/nowhere", 404, "no_address"),
        ("get", "/api/", 404, "no_address"),
        ("post", "/api/v2/designs", 404, "no_address"),
        ("delete", "/api/v1/designs", 405, "no_method"),
        ("head", "/api/v1/designs", 405, "no_method"),
    ],
)
def test_every_other_address_and_method_is_a_problem_too(
    method: str, address: str, status: int, code: str, db: None
) -> None:
    answer = getattr(Client(), method)(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert method == "head" or answer.json()["code"] == code
    assert status != 405 or answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("cut", ["600121789396435000000", "6.00122E+20"])
def test_a_number_that_a_spreadsheet_cut_is_told_so(world: World, caller: System, cut: str) -> None:
    body = {**application(world), "supply_point": cut}
    refused = caller.post("applications", body)
    asked = caller.get(f"supply-points/{cut}", {"because": "question"}, accept_language="en")
    for answer in (refused, asked):
        told = answer.json()
        assert (answer.status_code, told["errors"][0]["kind"]) == (422, "cut_by_spreadsheet")
        assert any(sentence in told["detail"] for sentence in CUT)
        assert cut not in answer.content.decode()


def test_what_cannot_be_read_is_told_by_field_and_never_repeated(world: World, caller: System) -> None:
    wrong = caller.post("applications", application(world, applicant="山田 花子\n", medium="smoke"))
    assert wrong.status_code == 422
    assert {each["at"][-1] for each in wrong.json()["errors"]} == {"applicant", "medium"}
    misspelt = caller.post("applications", application(world, by_agnt=True))
    assert (misspelt.status_code, misspelt.json()["errors"][0]["at"][-1]) == (422, "by_agnt")
    assert "山田" not in wrong.content.decode()
    broken = caller.client.post(
        reverse("api:take_application"), b"{", content_type="application/json", headers=caller.headers()
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "unreadable")
    large = application(world, applicant="x" * 3_000_000)
    assert caller.post("applications", large).status_code == 413


def test_our_own_failure_is_told_without_a_word_of_the_request(
    world: World, caller: System, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("山田 花子")

    monkeypatch.setattr("keiki.office.contracts.services.apply", fails)
    answer = caller.post("applications", application(world))
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "山田" not in answer.content.decode()
    said = "".join(capfd.readouterr())
    assert "RuntimeError" in said
    assert "山田" not in said


def test_neither_token_nor_applicant_is_in_any_log_audit_or_row(
    world: World, caller: System, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    names = ["検針 カナリア", world.cast.place(CASE).customer.name]
    for name in (*names, "\x00"):
        caller.post("applications", application(world, applicant=name), idempotency_key="a-key-of-mine")
        caller.post("applications", application(world, applicant=name))
    caller.post("applications", application(world, supply_point="0" * 22, applicant=names[0]))
    System(caller.token, caller.text[:-1]).get("designs")
    everything = serializers.serialize(
        "json",
        [*AuditEvent.objects.all(), *ServiceContract.objects.all(), *ApiToken.objects.all(), *KeptAnswer.objects.all()],
    )
    said = everything + caplog.text + "".join(capfd.readouterr()) + repr(list(KeptAnswer.objects.values()))
    assert "ServiceApplied" in said
    for canary in (*names, caller.text.rpartition("_")[2]):
        assert canary not in said
        assert canary.encode("unicode_escape").decode() not in said


def test_the_description_is_open_and_names_nothing_from_elsewhere(db: None) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert "http://" not in answer.content.decode()
    assert "https://" not in answer.content.decode()
    assert Client().get("/api/v1/docs").status_code == 404


LISTS = {"designs": Design, "work-orders": WorkOrder, "contracts": ServiceContract}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_as_often_for_thirty_rows_as_for_one(
    world: World, caller: System, path: str, django_assert_max_num_queries: object
) -> None:
    CALLS["list_orders"](world)
    copies(LISTS[path], 30)
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert len(caller.get(path).json()["items"]) == 31
    seen: list[str] = []
    query = {"most": "7"}
    while True:
        page = caller.get(path, query).json()
        seen += [each.get("id") or each["number"] for each in page["items"]]
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert len(seen) == len(set(seen)) == 31


def copies(model: type[Model], count: int) -> None:
    """Make more rows like the one there is, as far as their constraints allow."""
    first = model._default_manager.get()
    for number in range(count):
        copy = model._default_manager.get(pk=first.pk)
        copy.pk, copy._state.adding = None, True
        if isinstance(copy, WorkOrder):
            credential = copy.credential
            credential.pk, credential.generation, credential._state.adding = None, 100 + number, True
            credential.save()
            copy.credential, copy.number = credential, f"W-{900000 + number}-1"
        else:
            copy.state = "ended" if isinstance(copy, ServiceContract) else "withdrawn"  # type: ignore[attr-defined]
        copy.save()
