"""The search and the page of a supply point, as a person with a browser meets them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from screens_rig import ELSEWHERE, World

from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs import services as designs
from keiki.office.remote.models import RemoteCommand
from keiki.office.workorders import services as workorders
from keiki.office.workorders.models import FollowUp
from keiki.office.workorders.results import record_visit

DESK, DESIGNER, CLERK, SUPPORT = (
    Role.DESK_OPERATOR,
    Role.DESIGNER,
    Role.CONSTRUCTION_CLERK,
    Role.SUPPORT_AGENT,
)


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def text(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def searched(client: Client, typed: str, why: str = "", **more: Any) -> Any:
    """Type into the form, send it, and go where it leads."""
    sent = client.post(reverse("points:search"), {"q": typed, "why": why})
    assert sent.status_code == 302
    return client.get(sent.headers["Location"], **more)


def events(happened: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(happened=happened).order_by("id"))


@pytest.mark.parametrize(
    "typed",
    ["{0}", " {1} ", "{2}"],
    ids=["digits", "hyphens", "full width"],
)
def test_a_supply_point_number_leads_straight_to_its_page(world: World, typed: str) -> None:
    number = world.cast.place("plain").supply_point
    hyphens = f"{number[:2]}-" + "-".join(number[at : at + 4] for at in range(2, 22, 4))
    wide = number.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    answer = searched(world.as_(DESK), typed.format(number, hyphens, wide), "trouble")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/points/{number}/?why=trouble"


def test_a_number_with_a_digit_too_few_is_told_so_and_nobody_is_asked(world: World) -> None:
    number = world.cast.place("plain").supply_point
    page = searched(world.as_(DESK, language="en"), number[:-1]).content.decode()
    assert "a supply point number has 22 digits, this has 21 characters" in page
    assert not events("SupplyPointsSearched")


def test_references_lead_to_their_pages_and_those_of_others_are_not_told_apart_from_none(world: World) -> None:
    order = world.cast.order(world.cast.finished_design("plain"))
    contract, design = order.design.contract, order.design
    desk, stranger = world.as_(DESK, CLERK), world.as_(DESK, CLERK, office=ELSEWHERE)
    for typed, where in (
        (contract.reference, f"/contracts/{contract.pk}/"),
        (design.reference, f"/designs/{design.pk}/"),
    ):
        answer = searched(desk, typed.lower())
        assert (answer.status_code, answer.headers["Location"]) == (302, where)
        beyond = searched(stranger, typed).content.decode()
        nothing = searched(stranger, "B-99999").content.decode()
        assert f"担当範囲に {typed} はありません" in beyond
        assert "担当範囲に B-99999 はありません" in nothing
    assert searched(desk, order.number).status_code == 302


def test_a_part_of_an_address_lists_masked_hits_within_reach_and_no_word_of_the_others(world: World) -> None:
    place = world.cast.place("plain")
    town = place.customer.address[:3]
    desk = world.as_(DESK, language="en")
    page = searched(desk, town).content.decode()
    assert "taken for: part of the address" in page
    event = events("SupplyPointsSearched")[-1]
    shown = page.count('class="row-link"')
    assert shown == len(event.details["points"]) > 0
    assert place.customer.name not in page
    assert place.customer.address not in page
    nobody = world.as_(SUPPORT, office="nowhere", language="en")
    refused = searched(nobody, town).content.decode()
    assert "row-link" not in refused
    assert "Nothing was found." in refused
    assert events("SupplyPointsSearched")[-1].details["elsewhere"] > 0
    assert events("SupplyPointsSearched")[-1].details["points"] == []


def test_what_was_typed_into_the_form_stands_in_no_address_and_the_way_back_works(world: World) -> None:
    town = world.cast.place("plain").customer.address[:3]
    desk = world.as_(DESK, language="en")
    answer = desk.post(reverse("points:search"), {"q": town, "why": "question"})
    where = answer.headers["Location"]
    assert answer.status_code == 302
    assert town not in unquote(where)
    assert "row-link" in desk.get(where).content.decode()
    assert "why=question" in where
    spoiled = desk.get(where.replace("s=", "s=A")).content.decode()
    assert "This search is too old to be shown again." in spoiled


def test_what_stands_in_an_address_is_not_searched_and_does_not_stay_there(world: World) -> None:
    """An address is kept by browsers and by the logs of every server in between."""
    place = world.cast.place("plain")
    desk = world.as_(DESK)
    for typed in (place.supply_point, place.customer.number, place.customer.address[:6]):
        answer = desk.get(reverse("points:search"), {"q": typed, "why": "question"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/points/?why=question")
        page = desk.get(answer.headers["Location"]).content.decode()
        assert typed not in page
    assert not events("SupplyPointsSearched")


def test_one_exact_hit_goes_straight_to_the_point_and_a_serial_number_is_recognised(world: World) -> None:
    place = world.cast.place("plain")
    desk = world.as_(DESK)
    for typed in (place.customer.number, place.installed.communication_serial):
        answer = searched(desk, typed)
        assert answer.status_code == 302, typed
        assert f"/points/{place.supply_point}/" in answer.headers["Location"]
    stranger = world.as_(DESK, office=ELSEWHERE)
    found = searched(stranger, place.installed.communication_serial, follow=True)
    assert "該当がありません" in found.content.decode()


@pytest.mark.parametrize("cut", ["600121789396435000000", "6.00122E+20"])
def test_a_number_that_a_spreadsheet_cut_is_told_so_and_not_searched(world: World, cut: str) -> None:
    page = searched(world.as_(DESK, language="en"), cut).content.decode()
    assert "a spreadsheet cut the number to 15 digits" in page
    assert not events("SupplyPointsSearched")


def test_a_number_that_a_spreadsheet_kept_as_text_is_found(world: World) -> None:
    place = world.cast.place("plain")
    answer = searched(world.as_(DESK), f'="{place.supply_point}"')
    assert f"/points/{place.supply_point}/" in answer.headers["Location"]


def test_a_silent_owner_is_said_and_nothing_found_means_nothing(world: World) -> None:
    world.cast.servers["customer"].down()
    page = searched(world.as_(DESK, language="en"), "大阪府豊中市").content.decode()
    assert "did not answer, so nothing found means nothing" in page


def test_the_page_shows_at_once_what_the_office_keeps_and_asks_nobody(world: World) -> None:
    contract = world.cast.apply("plain")
    before = len(events("SupplyPointLookedUp"))
    page = text(world.as_(DESK), "points:detail", contract.supply_point)
    assert contract.reference in page
    assert "データサーバに照会しています" in page
    assert len(events("SupplyPointLookedUp")) == before


def test_the_linked_part_says_who_says_what_masks_the_customer_and_keeps_the_purpose(world: World) -> None:
    place = world.cast.place("apply_renewable")
    page = text(world.as_(DESK), "points:record", place.supply_point, why="question")
    assert page.count('class="source') >= 5
    assert "お客さま情報システム" in page
    assert place.installed.communication_serial in page
    assert "再エネ連系の契約ですが" in page
    assert "<svg" in page
    assert place.customer.name not in page
    assert f"{place.customer.name[0]}○" in page
    assert events("SupplyPointLookedUp")[-1].details["why"] == "looked up for a customer's question"


def test_the_purpose_is_that_of_the_page_one_came_from_unless_it_is_chosen(world: World) -> None:
    desk, url = world.as_(DESK), reverse("points:detail", args=[world.cast.place("plain").supply_point])
    for came_from, query, kept in (
        ("http://testserver/designs/3/", {}, "looked up for a design or work order"),
        ("http://testserver/designs/3/", {"why": "check"}, "looked up to check the records"),
        ("", {}, "looked up at the desk"),
    ):
        desk.get(url, query, headers={"referer": came_from})
        assert events("SupplyPointLookedUp")[-1].details["why"] == kept


def test_a_dead_source_and_a_contradiction_are_shown_where_they_stand(world: World) -> None:
    place = world.cast.place("plain")
    world.cast.servers["supervisory"].down()
    page = text(world.as_(DESK, language="en"), "points:record", place.supply_point)
    assert "Unavailable since" in page
    assert "tone-bad" in page


def test_a_point_of_another_office_is_absent_and_the_look_up_is_kept_as_refused(world: World) -> None:
    number = world.cast.place("plain").supply_point
    stranger = world.as_(DESK, office=ELSEWHERE)
    assert stranger.get(reverse("points:detail", args=[number])).status_code == 404
    assert stranger.get(reverse("points:record", args=[number])).status_code == 404
    for event in events("SupplyPointLookedUp")[-2:]:
        assert (event.details["refused"], event.details["shown"]) == ("out of reach", {})
    assert not events("CustomerDataRead")


def test_with_the_owner_of_the_offices_silent_the_own_rows_tell_and_without_rows_it_is_said(world: World) -> None:
    contract = world.cast.apply("plain")
    other = world.cast.place("voltage").supply_point
    world.cast.servers["customer"].down()
    client = world.as_(DESK, language="en")
    mine = text(client, "points:record", contract.supply_point)
    assert world.cast.place("plain").installed.communication_serial in mine
    assert "Unavailable since" in mine
    answer = client.get(reverse("points:detail", args=[other]))
    assert answer.status_code == 409
    assert "nobody can say which service office the place belongs to" in answer.content.decode()


def test_rows_and_records_of_two_offices_are_each_for_their_own(world: World) -> None:
    contract = world.cast.apply("plain")
    ServiceContract.objects.update(office=ELSEWHERE)
    here, elsewhere = world.as_(DESK, language="en"), world.as_(DESK, office=ELSEWHERE, language="en")
    assert contract.reference not in text(here, "points:detail", contract.supply_point, ask="1")
    theirs = text(elsewhere, "points:detail", contract.supply_point, ask="1")
    assert contract.reference in theirs
    assert "What the data servers say is not shown." in theirs
    assert world.cast.place("plain").installed.communication_serial not in theirs


def test_the_customer_is_shown_whole_only_for_a_reason_and_that_is_kept(world: World) -> None:
    place = world.cast.place("plain")
    desk, url = world.as_(DESK), reverse("points:customer", args=[place.supply_point])
    without = desk.post(url, {"reason": ""})
    assert without.status_code == 422
    assert place.customer.name not in without.content.decode()
    assert not events("CustomerDataRead")
    whole = desk.post(url, {"reason": "本人から電話"})
    assert place.customer.name in whole.content.decode()
    assert place.customer.address in whole.content.decode()
    event = events("CustomerDataRead")[-1]
    assert event.details["why"] == "本人から電話"
    assert "name" in event.details["shown"]
    assert desk.get(url).headers["Location"] == reverse("points:detail", args=[place.supply_point])
    assert len(events("CustomerDataRead")) == 1


def test_a_designer_is_offered_no_whole_customer(world: World) -> None:
    number = world.cast.place("plain").supply_point
    offer = reverse("points:customer", args=[number])
    assert offer in text(world.as_(DESK), "points:record", number)
    assert offer not in text(world.as_(DESIGNER), "points:record", number)


def test_the_thing_to_do_next_follows_the_work_and_offers_a_button_to_who_may(world: World) -> None:
    cast, number = world.cast, world.cast.place("plain").supply_point

    def next_of(role: Role) -> str:
        page = text(world.as_(role, language="en"), "points:detail", number, ask="1")
        return page.partition('class="card next-step')[2].partition("</section>")[0]

    apply_ = reverse("contracts:apply")
    assert apply_ in next_of(DESK)
    assert apply_ not in next_of(DESIGNER)
    contract = cast.apply("plain")
    assert reverse("contracts:decide", args=[contract.pk]) in next_of(DESK)
    cast.decide(contract)
    assert reverse("designs:open", args=[contract.pk]) in next_of(DESIGNER)
    design = designs.open_design(cast.act(), cast.sources, cast.catalogue, contract)
    assert f"/designs/{design.pk}/" in next_of(DESIGNER)
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    assert reverse("workorders:issue", args=[design.pk]) in next_of(DESIGNER)
    order = cast.order(design)
    assert reverse("workorders:detail", args=[order.number]) in next_of(CLERK)
    workorders.printed(cast.act(), order)
    assert reverse("workorders:record") in next_of(CLERK)


def test_open_work_names_what_follows_a_visit_until_it_is_done(world: World) -> None:
    cast = world.cast
    order = cast.order(cast.finished_design("plain"))
    clerk = world.as_(CLERK, language="en")

    def open_work() -> str:
        page = text(clerk, "points:detail", order.supply_point)
        return page.partition("<h2>Open work</h2>")[2].partition("</section>")[0]

    assert order.number in open_work()
    workorders.printed(cast.act(), order)
    record_visit(cast.act(), cast.office, cast.visit(order))
    assert "book the installed units" in open_work()
    FollowUp.objects.update(done_at=cast.now)
    assert "book the installed units" not in open_work()


def test_the_number_of_queries_does_not_grow_with_the_history(world: World, django_assert_max_num_queries: Any) -> None:
    contract = world.cast.apply("already_wireless")
    world.cast.decide(contract)
    client = world.as_(DESK)
    url = reverse("points:detail", args=[contract.supply_point])
    client.get(url)
    with django_assert_max_num_queries(20):
        client.get(url)
    command = RemoteCommand.objects.select_related("outbox").get()
    for number in range(30):
        RemoteCommand.objects.create(
            **{
                field.attname: getattr(command, field.attname)
                for field in command._meta.concrete_fields
                if field.attname not in ("id", "message_id")
            },
            message_id=f"{number:032}",
        )
    with django_assert_max_num_queries(20):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("roles", "kept"),
    [
        ((DESK,), "looked up at the desk"),
        ((Role.DESIGNER,), "looked up for a design or work order"),
        ((Role.SUPPORT_AGENT,), "looked up because of trouble"),
        ((Role.AUDITOR, Role.ADMINISTRATOR, Role.DESIGNER), "purpose not stated"),
        ((DESK, Role.DESIGNER), "purpose not stated"),
    ],
)
def test_a_search_is_kept_for_what_the_persons_role_does_unless_it_is_chosen(
    world: World, roles: tuple[Role, ...], kept: str
) -> None:
    """Nobody but the desk is *at the desk*; where it could be several things, no likely one is made up."""
    client, town = world.as_(*roles), "高槻市"
    for given, expected in (({}, kept), ({"why": "question"}, "looked up for a customer's question")):
        answer = client.post(reverse("points:search"), {"q": town, **given})
        client.get(answer.headers["Location"])
        assert events("SupplyPointsSearched")[-1].details["why"] == expected
    from_design = client.post(
        reverse("points:search"), {"q": town}, headers={"referer": "http://testserver/designs/3/"}
    )
    client.get(from_design.headers["Location"])
    assert events("SupplyPointsSearched")[-1].details["why"] == "looked up for a design or work order"


def test_the_drawing_of_units_shows_no_reading_that_nobody_took(world: World) -> None:
    page = world.as_(DESK).get(reverse("points:record", args=[world.cast.place("plain").supply_point])).content.decode()
    drawing = page[page.index("<svg") : page.index("</svg>")]
    assert "kWh" in drawing
    assert not re.search(r">\s*\d{3,}\s*<", drawing)
