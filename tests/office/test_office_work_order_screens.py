"""The screens of work orders: issue, print one and many, take results, cancel, close what follows."""

from __future__ import annotations

import io
from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from pytest_django import DjangoAssertNumQueries
from screens_rig import ELSEWHERE, World

from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.designs.models import Design
from keiki.office.workorders import services
from keiki.office.workorders.models import FollowUp, WorkOrder
from keiki.protocols.relay.messages import CommandOutcome

LIST = reverse("workorders:list")


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def clerk(world: World) -> Client:
    return world.as_(Role.CONSTRUCTION_CLERK)


def result(world: World, order: WorkOrder, outcome: CommandOutcome = CommandOutcome.SUCCEEDED) -> SimpleUploadedFile:
    return SimpleUploadedFile("visit.keiki", world.cast.visit(order, outcome))


def test_a_designer_issues_the_order_of_a_finished_design(world: World) -> None:
    design = world.cast.finished_design()
    designer = world.as_(Role.DESIGNER)
    address = reverse("workorders:issue", args=[design.pk])
    assert world.cast.device.name in designer.get(address).content.decode()
    day = (world.cast.now + timedelta(days=2)).date().isoformat()
    answer = designer.post(address, {"device": world.cast.device.name, "visit_date": day})
    order = WorkOrder.objects.get()
    assert answer.headers["Location"] == reverse("workorders:detail", args=[order.number])
    assert (order.state, order.visit_date.isoformat()) == ("issued", day)
    again = designer.post(address, {"device": world.cast.device.name, "visit_date": day})
    assert again.status_code == 409
    assert WorkOrder.objects.count() == 1


def test_a_day_that_is_over_is_refused_beside_its_field(world: World) -> None:
    design = world.cast.finished_design()
    data = {"device": world.cast.device.name, "visit_date": "2020-01-01"}
    answer = world.as_(Role.DESIGNER, language="en").post(reverse("workorders:issue", args=[design.pk]), data)
    assert answer.status_code == 400
    assert "This day is over" in answer.content.decode()


def test_a_sheet_is_printed_and_the_look_at_the_customer_is_kept(world: World, clerk: Client) -> None:
    order = world.cast.order(world.cast.finished_design())
    answer = clerk.post(reverse("workorders:print", args=[order.number]))
    text = pypdfium2.PdfDocument(io.BytesIO(answer.content))[0].get_textpage().get_text_range()
    assert order.number in text
    order.refresh_from_db()
    assert order.state == "printed"
    kept = AuditEvent.objects.get(happened="CustomerDataRead", subject=order.number)
    assert kept.by == world.person(Role.CONSTRUCTION_CLERK).username


def test_many_are_one_pdf_and_one_that_is_no_longer_right_stops_no_other(world: World, clerk: Client) -> None:
    orders = [world.cast.order(world.cast.finished_design(name)) for name in ("apply_renewable", "plain")]
    numbers = [order.number for order in orders]
    answer = clerk.post(reverse("workorders:print_many"), {"number": numbers})
    assert len(pypdfium2.PdfDocument(io.BytesIO(answer.content))) == 2
    moved = world.cast.place("plain").supply_point
    world.cast.servers.move_out(moved, day=world.cast.now.date() - timedelta(days=2))
    told = clerk.post(reverse("workorders:print_many"), {"number": numbers})
    assert told.status_code == 409
    assert "取り消し" in told.content.decode()
    orders[1].refresh_from_db()
    assert orders[1].state == "cancelled"
    rest = clerk.post(reverse("workorders:print_many"), {"number": [numbers[0]]})
    assert rest.headers["Content-Type"] == "application/pdf"


def test_a_result_is_taken_once_and_says_what_became_of_it(world: World, clerk: Client) -> None:
    order = world.cast.order(world.cast.finished_design())
    services.printed(world.cast.act(), order)
    sealed = world.cast.visit(order)
    for expected in ("確認済みです", "何も変わりません"):
        page = clerk.post(reverse("workorders:record"), {"results": SimpleUploadedFile("v", sealed)}).content.decode()
        assert expected in page
    assert Design.objects.get().state == "built"
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"x" * 200, b"x" * 200_000])
def test_a_file_that_is_no_result_is_refused_in_words_and_changes_nothing(
    world: World, clerk: Client, content: bytes
) -> None:
    order = world.cast.order(world.cast.finished_design())
    answer = clerk.post(reverse("workorders:record"), {"results": SimpleUploadedFile("v", content)})
    assert answer.status_code in (200, 400)
    order.refresh_from_db()
    assert order.state == "issued"


def test_a_result_for_another_offices_order_changes_nothing(world: World) -> None:
    order = world.cast.order(world.cast.finished_design())
    services.printed(world.cast.act(), order)
    stranger = world.as_(Role.CONSTRUCTION_CLERK, office=ELSEWHERE)
    page = stranger.post(reverse("workorders:record"), {"results": result(world, order)}).content.decode()
    assert "担当の営業所のこの端末にはありません" in page
    assert order.number not in page
    order.refresh_from_db()
    assert order.state == "printed"
    assert not stranger.post(reverse("workorders:print_many"), {"number": [order.number]}).content.startswith(b"%PDF")


def test_a_failed_visit_brings_the_design_back_and_leaves_a_task(world: World, clerk: Client) -> None:
    order = world.cast.order(world.cast.finished_design())
    services.printed(world.cast.act(), order)
    clerk.post(reverse("workorders:record"), {"results": result(world, order, CommandOutcome.REFUSED)})
    assert Design.objects.get().state == "open"
    page = clerk.get(reverse("workorders:follow_ups")).content.decode()
    assert order.number in page
    clerk.post(reverse("workorders:close_follow_up", args=[order.number]))
    assert order.number not in clerk.get(reverse("workorders:follow_ups")).content.decode()
    assert AuditEvent.objects.filter(happened="ConstructionFollowUpDone").count() == 1


def test_an_order_is_cancelled_with_a_reason_only(world: World) -> None:
    order = world.cast.order(world.cast.finished_design())
    designer = world.as_(Role.DESIGNER)
    address = reverse("workorders:cancel", args=[order.number])
    designer.post(address, {"because": " "})
    order.refresh_from_db()
    assert order.state == "issued"
    designer.post(address, {"because": "the customer is away"})
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_late_orders_are_told(world: World, clerk: Client) -> None:
    order = world.cast.order(world.cast.finished_design())
    WorkOrder.objects.update(visit_date=world.cast.now.date() - timedelta(days=3))
    assert "期日超過" in clerk.get(LIST, {"due": "late"}).content.decode()
    assert "期日超過" in clerk.get(reverse("workorders:detail", args=[order.number])).content.decode()
    assert order.number not in clerk.get(LIST, {"due": "today"}).content.decode()


def test_queries_do_not_grow_with_rows(
    world: World, clerk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("apply_renewable", "plain"):
        world.cast.order(world.cast.finished_design(name))
    with django_assert_max_num_queries(14) as captured:
        clerk.get(LIST)
    count = len(captured)
    WorkOrder.objects.order_by("-pk")[:1].get()
    WorkOrder.objects.filter(pk=WorkOrder.objects.order_by("-pk").first().pk).update(office=ELSEWHERE)  # type: ignore[union-attr]
    with django_assert_max_num_queries(count):
        clerk.get(LIST)


@pytest.mark.parametrize(("over", "why"), [("expired", "有効期限が過ぎた"), ("cancelled", "作業指示書が取り消された")])
def test_an_order_without_its_barcode_says_why_and_what_to_do(world: World, clerk: Client, over: str, why: str) -> None:
    order = world.cast.order(world.cast.finished_design())
    if over == "cancelled":
        services.cancel(world.cast.act(), order, "お客さまの都合")
    else:
        WorkOrder.objects.filter(pk=order.pk).update(expires_at=world.cast.now)
    answer = clerk.post(reverse("workorders:print", args=[order.number]))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "バーコードは消去されています" in page
    assert why in page
    assert "設計から新しい作業指示書を発行" in page
