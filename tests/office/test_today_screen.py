"""Today counts what waits, what is late and what is broken, within a person's rights and service offices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from office_cast import Cast
from screens_rig import ELSEWHERE, World

from keiki.domain.access import Role
from keiki.office.config import settings
from keiki.office.config.request import office_of
from keiki.office.designs import services as designs
from keiki.office.remote.models import RemoteCommand
from keiki.office.workorders.models import WorkOrder
from keiki.protocols.relay.messages import CommandOutcome


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def tallies(client: Client) -> dict[str, int]:
    """What the page counts, by its words."""
    page = client.get("/")
    assert page.status_code == 200
    return {each.words: each.number for group in page.context["groups"] for each in group["tallies"]}


def test_an_empty_day_says_so(world: World) -> None:
    assert "Nothing waits for you." in world.as_(Role.DESIGNER, language="en").get("/").content.decode()


def test_work_waits_for_whose_right_it_is_and_at_their_office_alone(world: World) -> None:
    cast = world.cast
    cast.apply("flat_plc")
    design = cast.finished_design("apply_renewable")
    assert tallies(world.as_(Role.DESK_OPERATOR, language="en")) == {"applications to decide": 1}
    designer = world.as_(Role.DESIGNER, language="en")
    assert tallies(designer) == {"finished designs without a work order": 1}
    assert tallies(world.as_(Role.DESIGNER, office=ELSEWHERE, language="en")) == {}
    cast.order(design)
    WorkOrder.objects.update(visit_date=timezone.localdate())
    assert tallies(designer) == {}
    clerk = world.as_(Role.CONSTRUCTION_CLERK, language="en")
    assert tallies(clerk) == {"work orders to print": 1}


def test_a_visit_of_yesterday_without_a_result_is_late(world: World) -> None:
    order = world.cast.order(world.cast.finished_design("plain"))
    WorkOrder.objects.update(state="printed", visit_date=order.visit_date - timedelta(days=3))
    assert tallies(world.as_(Role.CONSTRUCTION_CLERK, language="en")) == {"visits without a result": 1}


def test_a_reopened_design_is_late_and_open(world: World) -> None:
    design = world.cast.finished_design("plain")
    designs.reopen(world.cast.act(), design, "the records changed")
    assert tallies(world.as_(Role.DESIGNER, language="en")) == {
        "designs reopened, for the records changed": 1,
        "designs to finish": 1,
    }


def test_what_the_meter_did_not_take_is_broken_until_it_is_ordered_again(world: World) -> None:
    cast, desk = world.cast, world.as_(Role.DESK_OPERATOR, language="en")
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    assert tallies(desk) == {}
    cast.receive(cast.answer(command, CommandOutcome.UNREACHABLE))
    assert tallies(desk) == {"contracts whose meter did not take the password": 1}
    cast.receive(cast.answer(command, CommandOutcome.REFUSED))
    assert tallies(desk)["results that contradict what is recorded, to be decided"] == 1
    RemoteCommand.objects.update(state="sent", expires_at=cast.now - timedelta(hours=1))
    assert tallies(desk)["remote commands past their time without an answer"] == 1


def test_a_data_server_that_did_not_answer_last_is_told_without_asking_it_again(world: World) -> None:
    cast, desk = world.cast, world.as_(Role.DESK_OPERATOR, language="en")
    number = cast.place("plain").supply_point
    cast.servers["customer"].down()
    desk.get(f"/points/{number}/record")
    assert "Customer Information System does not answer" in desk.get("/").content.decode()
    assert "Customer Information System" not in world.as_(Role.AUDITOR, language="en").get("/").content.decode()


def test_the_number_of_queries_is_that_of_the_lines(world: World, django_assert_max_num_queries: Any) -> None:
    client = world.client(world.person(*Role, name="everybody"))
    client.get("/")
    with django_assert_max_num_queries(48):
        client.get("/")
    for name in ("plain", "apply_renewable", "workshop", "flat_plc"):
        world.cast.apply(name)
    with django_assert_max_num_queries(48):
        client.get("/")


def test_a_contract_without_a_design_leads_to_the_button_that_opens_one(world: World) -> None:
    contract = world.cast.apply("plain")
    world.cast.decide(contract)
    assert contract.state == "designing"
    designer = world.as_(Role.DESIGNER, language="en")
    assert tallies(designer) == {"contracts without a design": 1}
    (tally,) = [each for group in designer.get("/").context["groups"] for each in group["tallies"]]
    listed = designer.get(tally.url).content.decode()
    page, opens = reverse("contracts:detail", args=[contract.pk]), reverse("designs:open", args=[contract.pk])
    assert page in listed
    shown = designer.get(page).content.decode()
    assert f'action="{opens}"' in shown
    assert "being designed" not in shown
    assert f'action="{opens}"' not in world.as_(Role.DESK_OPERATOR, language="en").get(page).content.decode()
    design = designs.open_design(world.cast.act(), world.cast.sources, world.cast.catalogue, contract)
    assert contract.reference not in designer.get(tally.url).content.decode()
    shown = designer.get(page).content.decode()
    assert f'href="{reverse("designs:detail", args=[design.pk])}"' in shown
    assert "The units are being designed" in shown
    designs.withdraw(world.cast.act(), design, "a mistake")
    assert tallies(designer) == {"contracts without a design": 1}


def test_an_office_that_is_not_set_up_says_so_and_shows_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    office = office_of(settings.DATA)  # type: ignore[arg-type]
    monkeypatch.delitem(vars(office), "sources")
    page = world.as_(Role.ADMINISTRATOR, language="en").get("/")
    assert page.status_code == 200
    assert "office.sources" in page.content.decode()
    assert reverse("users:people") in page.content.decode()
