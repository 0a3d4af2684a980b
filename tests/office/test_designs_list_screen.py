"""The list of designs: what waits comes first, and everything else is found."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from pytest_django import DjangoAssertNumQueries
from screens_rig import ELSEWHERE, HERE, World

from keiki.domain.access import Role
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs.models import Design

MANY = 30
BECAUSE = [{"ja": "雨がかりが変わりました。", "en": "Exposure to rain changed."}]
POINT = "0610000000000000000000"


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def made(cast: Cast, **columns: Any) -> Design:
    """A design as others left it, of a contract of its own."""
    point = f"{int(POINT) + ServiceContract.objects.count():022d}"
    contract = ServiceContract.objects.create(
        supply_point=point, office=HERE, contract_number="K1", medium="wireless", applied_at=cast.now
    )
    given = {"supply_point": point, "office": HERE, "depot": "北摂倉庫", "needs": {}, "installed": {}}
    return Design.objects.create(
        contract=contract, catalogue="kansai-2015", catalogue_version="1", opened_at=cast.now, **given, **columns
    )


def shown(client: Client, **query: str) -> list[str]:
    """The numbers in the list, in its order."""
    table = client.get(reverse("designs:list"), query).context["table"]
    return [row.cells[0][0] for row in table.rows]


def test_what_waits_comes_first_reopened_before_refused_before_open(world: World) -> None:
    opened, refused = made(world.cast), made(world.cast, state="refused")
    reopened, done = (
        made(world.cast, reopened_because=BECAUSE, reopened_at=world.cast.now),
        made(world.cast, state="finished"),
    )
    designer = world.as_(Role.DESIGNER)
    assert shown(designer) == [each.reference for each in (reopened, refused, opened)]
    assert shown(designer, state="all") == [each.reference for each in (done, reopened, refused, opened)]
    assert shown(designer, state="finished") == [done.reference]
    assert shown(designer, reopened="on") == [reopened.reference]


def test_a_design_is_found_by_number_or_supply_point_in_full_width_too(world: World) -> None:
    one, other = made(world.cast), made(world.cast, state="finished")
    designer = world.as_(Role.DESIGNER)
    wide = {ord(each): ord(each) + 0xFEE0 for each in "0123456789D-"}
    for text in (other.reference, other.reference.lower(), str(other.pk), other.reference.translate(wide)):
        assert shown(designer, q=text) == [other.reference], text
    for text in (one.supply_point, one.supply_point.translate(wide), f"{one.supply_point[:2]}-{one.supply_point[2:]}"):
        assert shown(designer, q=text) == [one.reference], text
    assert set(shown(designer, q="061000")) == {one.reference, other.reference}
    assert shown(designer, q="佐藤") == []
    assert shown(designer, depot="北摂") == [one.reference]
    assert shown(designer, depot="泉州") == []


def test_a_designer_sees_the_designs_of_their_own_office(world: World) -> None:
    mine, _ = made(world.cast), made(world.cast)
    Design.objects.exclude(pk=mine.pk).update(office=ELSEWHERE)
    assert shown(world.as_(Role.DESIGNER)) == [mine.reference]


def test_states_are_said_in_words_of_both_languages(world: World) -> None:
    made(world.cast, state="refused", reopened_because=BECAUSE)
    for language, words in (("ja", "設計チェック不合格・再設計"), ("en", "refused by the gate · reopened")):
        page = world.as_(Role.DESIGNER, language=language).get(reverse("designs:list"))
        assert words in page.content.decode()


def test_the_list_is_had_as_csv(world: World) -> None:
    design = made(world.cast)
    answer = world.as_(Role.DESIGNER, language="en").get(reverse("designs:list"), {"format": "csv"})
    head, row = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert head.startswith("Design,State,Supply point")
    assert row.startswith(f"{design.reference},open,'{design.supply_point}")


def test_many_rows_take_no_more_queries_than_one(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    designer = world.as_(Role.DESIGNER)
    made(world.cast)
    designer.get(reverse("designs:list"))
    for _ in range(2):
        with django_assert_max_num_queries(8):
            designer.get(reverse("designs:list"))
        for _ in range(MANY):
            made(world.cast)
