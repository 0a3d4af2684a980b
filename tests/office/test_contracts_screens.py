"""Contracts as a person with a browser meets them: apply, decide the way, rewrite, end, read the status."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from office_cast import ACTIVE, Cast, happened
from office_engine import everything_kept
from screens_rig import ELSEWHERE, World

from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs import services as designs
from keiki.office.remote.models import RemoteCommand
from keiki.office.support.models import DiagnosisRun
from keiki.office.support.queries import describe
from keiki.protocols.relay.messages import CommandOutcome

DESK, SUPPORT = Role.DESK_OPERATOR, Role.SUPPORT_AGENT


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def page(client: Client, contract: ServiceContract, name: str = "contracts:detail", **more: Any) -> str:
    answer = client.get(reverse(name, args=[contract.pk]), **more)
    assert answer.status_code == 200
    return answer.content.decode()


def application(world: World, name: str = "plain", **more: str) -> dict[str, str]:
    place = world.cast.place(name)
    return {"supply_point": place.supply_point, "name": place.customer.name, "medium": "wireless", **more}


def test_an_application_is_taken_and_the_name_is_kept_nowhere(committed_cast: Cast) -> None:
    world = World(committed_cast)
    given = application(world)
    given["supply_point"] = f"{given['supply_point'][:2]} - {given['supply_point'][2:]}"
    answer = world.as_(DESK).post(reverse("contracts:apply"), given)
    contract = ServiceContract.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/contracts/{contract.pk}/")
    assert (contract.state, contract.office) == ("checked", "hokusetsu")
    assert given["name"].encode() not in everything_kept()


def test_another_persons_application_is_rejected_with_the_reason(world: World) -> None:
    answer = world.as_(DESK, language="en").post(reverse("contracts:apply"), application(world) | {"name": "別人"})
    contract = ServiceContract.objects.get()
    assert contract.state == "rejected"
    said = [str(each) for each in get_messages(answer.wsgi_request)]
    assert said == [f"{contract.reference} was rejected: the applicant is not the customer of the contract"]
    assert "the applicant is not the customer" in page(world.as_(DESK, language="en"), contract)


def test_a_wrong_application_comes_back_with_what_was_typed_and_why(world: World) -> None:
    client = world.as_(DESK, language="en")
    answer = client.post(reverse("contracts:apply"), application(world) | {"supply_point": "123"})
    assert answer.status_code == 422
    assert "a supply point number has 22 digits, this has 3 characters" in answer.content.decode()
    assert not ServiceContract.objects.exists()


def test_a_place_of_another_office_is_refused_and_a_second_application_too(world: World) -> None:
    stranger = world.as_(DESK, office=ELSEWHERE, language="en")
    beyond = stranger.post(reverse("contracts:apply"), application(world))
    assert (beyond.status_code, ServiceContract.objects.count()) == (422, 0)
    assert "another service office" in beyond.content.decode()
    assert "CustomerDataRead" not in happened()
    client = world.as_(DESK, language="en")
    client.post(reverse("contracts:apply"), application(world))
    again = client.post(reverse("contracts:apply"), application(world))
    assert (again.status_code, ServiceContract.objects.count()) == (422, 1)
    assert "has a live route-B contract already" in again.content.decode()
    live = reverse("contracts:detail", args=[ServiceContract.objects.get().pk])
    assert f'href="{live}"' in again.content.decode(), "the contract to end first is one click away"


def test_a_dead_source_is_said_on_the_form(world: World) -> None:
    world.cast.servers["customer"].down()
    answer = world.as_(DESK, language="en").post(reverse("contracts:apply"), application(world))
    assert answer.status_code == 422
    assert "does not answer, so the contract in force is not known" in answer.content.decode()
    assert not ServiceContract.objects.exists()


def test_the_way_is_decided_to_a_rewrite_whose_path_is_shown_until_the_answer(world: World) -> None:
    cast, client = world.cast, world.as_(DESK, language="en")
    contract = cast.apply("already_wireless")
    assert client.post(reverse("contracts:decide", args=[contract.pk])).status_code == 302
    shown = page(client, contract)
    assert 'hx-trigger="every 2s"' in shown
    assert "waits to be put there" in shown
    htmx = {"HTTP_HX_REQUEST": "true"}
    waiting = client.get(reverse("contracts:path", args=[contract.pk]), **htmx)
    assert "HX-Refresh" not in waiting.headers
    cast.receive(cast.answer(RemoteCommand.objects.get()))
    answered = client.get(reverse("contracts:path", args=[contract.pk]), **htmx)
    assert answered.headers["HX-Refresh"] == "true"
    assert "holds the new password" in answered.content.decode()
    shown = page(client, contract)
    assert "every 2s" not in shown
    assert 'aria-current="step"' in shown
    assert "designing" not in shown


def test_what_stands_in_the_way_is_shown_with_its_owner_and_nothing_changes(world: World) -> None:
    contract = world.cast.apply("plain")
    world.cast.servers["supervisory"].down()
    answer = world.as_(DESK, language="en").post(reverse("contracts:decide", args=[contract.pk]))
    assert answer.status_code == 409
    assert "Supervisory Control System" in answer.content.decode()
    contract.refresh_from_db()
    assert contract.state == "checked"


def test_new_units_lead_to_a_design(world: World) -> None:
    contract = world.cast.apply("plain")
    client = world.as_(DESK, language="en")
    client.post(reverse("contracts:decide", args=[contract.pk]))
    contract.refresh_from_db()
    assert contract.state == "designing"
    assert "A designer opens one" in page(client, contract)


def test_a_lost_password_is_rewritten_and_a_failed_rewrite_can_be_ordered_again(world: World) -> None:
    cast, client = world.cast, world.as_(DESK, language="en")
    contract = cast.apply("already_wireless")
    cast.decide(contract)
    rewrite = reverse("contracts:rewrite", args=[contract.pk])
    assert rewrite not in page(client, contract), "one is on its way"
    assert client.post(rewrite).status_code == 409
    cast.receive(cast.answer(RemoteCommand.objects.get(), CommandOutcome.UNREACHABLE))
    shown = page(client, contract)
    assert "Order the rewrite again" in shown
    assert "meter unreachable" in shown
    assert client.post(rewrite).status_code == 302
    cast.receive(cast.answer(RemoteCommand.objects.latest("id")))
    assert client.post(rewrite).status_code == 302
    assert [event.by for event in AuditEvent.objects.filter(happened="PasswordLost")] == [
        "person-desk_operator-hokusetsu"
    ]


def test_ending_asks_why_and_cancels_what_is_open(world: World) -> None:
    cast, client = world.cast, world.as_(DESK, language="en")
    design = cast.finished_design("plain")
    contract, end = design.contract, reverse("points:end", args=[design.contract.pk])
    assert end in page(client, contract)
    assert client.post(end, {}).status_code == 422
    assert client.post(end, {"because": "the customer cancels"}).status_code == 302
    for row, state in ((contract, "ended"), (design, "withdrawn")):
        row.refresh_from_db()
        assert row.state == state
    assert AuditEvent.objects.get(happened="ServiceEndRequested").details["because"] == "the customer cancels"


def test_the_status_is_read_remotely_and_diagnosed_in_the_persons_language(world: World) -> None:
    cast = world.cast
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    agent = world.as_(SUPPORT)
    assert agent.post(reverse("contracts:read_status", args=[contract.pk])).status_code == 302
    assert 'hx-trigger="every 2s"' in page(agent, contract, "contracts:status")
    run = DiagnosisRun.objects.select_related("command").get()
    assert run.command
    cast.receive(cast.answer(run.command, status=("clear", "failure", "failure", "normal")))
    found = page(agent, contract, "contracts:status")
    assert "every 2s" not in found
    assert "NG：HEMS認証失敗" in found
    assert found.count('class="lamp tone-bad"') == 2
    english = page(world.as_(SUPPORT, language="en"), contract, "contracts:status")
    assert "NG: HEMS is failure" in english
    assert "The password put into the HEMS is wrong." in english


@pytest.mark.parametrize(
    ("age", "japanese", "english", "tone"),
    [
        (120, "（読取りの2分前）", "(2 min before the reading)", "ok"),
        (3600, "（読取りの60分前）", "(60 min before the reading)", "ok"),
        (3601, "OK：HEMSと接続中（1時間以上通信なし）", "OK: active, but no exchange for more than an hour", "warn"),
        (
            None,
            "この読取りでは、HEMSが最後にいつ通信したかは分かりません",
            "This reading does not tell when the HEMS",
            "ok",
        ),
    ],
)
def test_active_says_when_the_last_exchange_was(
    world: World, age: int | None, japanese: str, english: str, tone: str
) -> None:
    cast = world.cast
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    agent = world.as_(SUPPORT)
    agent.post(reverse("contracts:read_status", args=[contract.pk]))
    run = DiagnosisRun.objects.select_related("command").get()
    assert run.command
    exchange = None if age is None else int(cast.now.timestamp()) - age
    cast.receive(cast.answer(run.command, status=ACTIVE, last_exchange=exchange))
    run.refresh_from_db()
    assert run.last_exchange_at == (exchange and datetime.fromtimestamp(exchange, UTC))
    for language, said in (("ja", japanese), ("en", english)):
        client = world.as_(SUPPORT, language=language)
        for shown in (page(client, contract, "contracts:status"), page(client, contract)):
            assert said in shown
            assert f'class="notice tone-{tone}"' in shown
        point = client.get(f"/points/{contract.supply_point}/").content.decode()
        assert said in point
        (read,) = re.findall(rf'<li class="tone-(\w+)">(?:(?!</li>).)*{run.reference}\b', point, re.DOTALL)
        assert read == tone
    described = describe(run, "wireless")
    assert (described["diagnosis"], described["silent"]) == ("active", age == 3601)
    assert described["last_exchange"] == (run.last_exchange_at and run.last_exchange_at.isoformat())
    assert described["exchange"]["en"] in page(world.as_(SUPPORT, language="en"), contract)


def test_no_page_shows_a_value_of_the_credential(world: World) -> None:
    cast = world.cast
    contract = cast.apply("already_wireless")
    cast.decide(contract)
    client = world.as_(DESK, SUPPORT)
    shown = page(client, contract) + client.get(f"/points/{contract.supply_point}/").content.decode()
    ids = re.findall(r"\b[0-9A-F]{32}\b", shown)
    assert ids == []
    from keiki.office.credentials.models import RouteBCredential
    from keiki.office.credentials.services import authentication_id_for, password_for

    credential = RouteBCredential.objects.get()
    for half in (authentication_id_for, password_for):
        assert half(cast.act(), cast.vault, credential, "test").reveal() not in shown


def test_buttons_are_only_for_who_may_press_them(world: World) -> None:
    contract = world.cast.apply("plain")
    for name in ("contracts:decide", "points:end"):
        url = reverse(name, args=[contract.pk])
        assert url in page(world.as_(DESK), contract)
        assert url not in page(world.as_(Role.DESIGNER), contract)


@pytest.mark.parametrize("name", ["contracts:list", "contracts:commands", "contracts:deliveries"])
def test_lists_show_their_office_alone_and_ask_as_often_for_many_rows(
    world: World, name: str, django_assert_max_num_queries: Any
) -> None:
    cast = world.cast
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    client = world.as_(DESK)
    client.get(reverse(name))
    with django_assert_max_num_queries(12):
        mine = client.get(reverse(name))
    assert mine.context["table"].pager.total >= 1
    assert world.as_(DESK, office=ELSEWHERE).get(reverse(name)).context["table"].pager.total == 0
    for place in ("plain", "apply_renewable", "workshop", "voltage", "flat_plc_route_b"):
        cast.decide(cast.apply(place, medium="plc" if "plc" in place else "wireless"))
    with django_assert_max_num_queries(12):
        client.get(reverse(name))
    exported = b"".join(client.get(reverse(name), {"format": "csv"})).decode()  # type: ignore[arg-type]
    assert contract.supply_point in exported


def test_the_list_is_narrowed_by_state_and_number(world: World) -> None:
    cast, client = world.cast, world.as_(DESK)
    checked, designing = cast.apply("plain"), cast.apply("apply_renewable")
    designs.open_design(cast.act(), cast.sources, cast.catalogue, designing)

    def found(**query: str) -> list[str]:
        rows = client.get(reverse("contracts:list"), query).context["table"].rows
        return [row.cells[0][0] for row in rows]

    assert found(state="checked") == [checked.reference]
    assert found(text=designing.reference) == [designing.reference]
    assert found(text=checked.supply_point[:20]) == [checked.reference]
    assert found(text="B-99") == []
    assert found(state="unanswered") == []
