"""The design desk: what a designer does there is checked at once, said where it stands, and never lost to another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from office_cast import Cast, happened
from pytest_django import DjangoAssertNumQueries
from screens_rig import World

from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.domain.access import Role
from keiki.domain.designs.lifecycle import DesignState
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs import services as designs
from keiki.office.designs import stock
from keiki.office.designs.desk import Desk
from keiki.office.designs.models import Design

BEST = ["RF-W2", "3W60-2B", "NONE", "CV-R"]


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def design(cast: Cast) -> Design:
    return opened(cast)


def opened(cast: Cast, name: str = "apply_renewable") -> Design:
    return designs.open_design(cast.act(), cast.sources, cast.catalogue, cast.apply(name))


def act(client: Client, design: Design, what: str, *, htmx: bool = False, **data: str) -> HttpResponse:
    """Press a button of the desk as it is for the person who last saw it."""
    sent = {"version": str(data.pop("version", "") or Design.objects.get(pk=design.pk).version), **data}
    headers = {"HX-Request": "true", "HX-Target": "desk"} if htmx else {}
    return client.post(reverse(f"designs:{what}", args=[design.pk]), sent, headers=headers)


def desk_of(client: Client, design: Design, **query: str) -> Desk:
    found: Desk = client.get(reverse("designs:detail", args=[design.pk]), query).context["desk"]
    return found


def broken(desk: Desk) -> list[str]:
    """The rules that the checks show as broken."""
    return [each.title.split()[0] for each in desk.checks if each.tone == "bad"]


def test_a_wrong_unit_shows_each_broken_rule_at_the_unit_and_in_the_checks(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER)
    act(designer, design, "propose")
    act(designer, design, "choose", units="3W60-1B")
    desk = desk_of(designer, design)
    assert broken(desk) == ["R2", "P3"]
    assert [(unit.kind, [words.split()[0] for words in unit.trouble]) for unit in desk.drawing.units] == [
        ("communication", ["P3"]),
        ("metering", ["P3", "R2"]),
        ("option", []),
        ("cover", []),
    ]
    why = next(each.why for each in desk.checks if each.title.startswith("R2"))
    assert "再エネ連系" in why
    assert "R1 通信ユニットは現地条件に適合" in [each.title for each in desk.checks if each.tone == "ok"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_desk_speaks_the_designers_language(world: World, design: Design, language: str) -> None:
    designer = world.as_(Role.DESIGNER, language=language)
    act(designer, design, "choose", units="3W60-1B")
    page = designer.get(reverse("designs:detail", args=[design.pk])).content.decode()
    words = {
        "ja": ("再エネ連系には双方向計量が必要", "設計を完了する", "お客さま情報システム", "お客さま情報システム"),
        "en": ("renewable interconnection needs two-way", "Finish the design", "contracted capacity", "one-way"),
    }[language]
    assert [each for each in words if each not in page] == []


@pytest.mark.parametrize("htmx", [False, True])
def test_a_wrong_combination_is_refused_by_the_gate_in_place(world: World, design: Design, htmx: bool) -> None:
    designer = world.as_(Role.DESIGNER)
    act(designer, design, "choose", units="RF-W1")
    answer = act(designer, design, "finish", htmx=htmx)
    assert answer.status_code == 409
    assert 'id="desk"' in answer.content.decode()
    assert "設計チェックで不合格" in answer.content.decode()
    (notice,) = answer.context["notices"]
    assert [words.split()[0] for words in notice.why] == ["P2", "R2", "R3", "R7"]
    assert Design.objects.get(pk=design.pk).state == DesignState.REFUSED
    assert desk_of(designer, design).blocked


def test_the_smallest_repair_repairs(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER)
    act(designer, design, "propose")
    act(designer, design, "choose", units="3W60-1B")
    (repair,) = [each.repair for each in desk_of(designer, design).checks if each.repair]
    assert (repair.value, repair.key) == ("3W60-2B", "r")
    act(designer, design, "choose", **{repair.name: repair.value})
    assert broken(desk_of(designer, design)) == []
    assert desk_of(designer, design).blocked == ()
    assert act(designer, design, "finish").status_code == 303
    assert Design.objects.get(pk=design.pk).state == DesignState.FINISHED


def test_undo_goes_back_step_by_step_to_nothing_chosen(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER)
    assert not desk_of(designer, design).undoable
    act(designer, design, "propose")
    reasons = Design.objects.get(pk=design.pk).reasons
    for unit in ("3W60-1B", "RF-N1"):
        act(designer, design, "choose", units=unit)
    seen = []
    for _ in range(3):
        act(designer, design, "undo")
        seen.append(Design.objects.get(pk=design.pk))
    assert [each.combination and each.combination["metering"] for each in seen] == ["3W60-1B", "3W60-2B", None]
    assert seen[1].reasons == reasons
    assert act(designer, design, "undo").status_code == 409
    assert happened().count("CombinationChosen") == 6


@pytest.mark.parametrize("what", ["choose", "propose", "undo", "finish", "look"])
def test_of_two_designers_neither_overwrites_the_other(world: World, design: Design, what: str) -> None:
    first = world.client(world.person(Role.DESIGNER, name="suzuki"))
    second = world.as_(Role.DESIGNER)
    act(first, design, "propose")
    before = Design.objects.get(pk=design.pk)
    act(first, design, "choose", units="3W60-1B")
    kept = Design.objects.get(pk=design.pk)
    if what == "look":
        world.cast.servers.update_all(datetime.now(UTC))
    answer = act(second, design, what, htmx=True, version=str(before.version), units="PL-N1")
    now = Design.objects.get(pk=design.pk)
    assert answer.status_code == 409
    assert (now.combination, now.version, now.state) == (kept.combination, kept.version, kept.state)
    (notice,) = answer.context["notices"]
    assert "佐藤" in notice.what
    assert f'name="version" value="{kept.version}"' in answer.content.decode()
    assert "3W60-1B" in answer.content.decode()


def test_an_act_without_a_version_is_no_act_of_the_desk(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER)
    assert designer.post(reverse("designs:choose", args=[design.pk]), {"units": "RF-W2"}).status_code == 400
    assert Design.objects.get(pk=design.pk).combination is None


def test_a_unit_that_is_not_in_the_catalogue_is_refused_in_place(world: World, design: Design) -> None:
    answer = act(world.as_(Role.DESIGNER, language="en"), design, "choose", units="RF-X9")
    assert answer.status_code == 409
    assert "RF-X9" in answer.content.decode()
    assert Design.objects.get(pk=design.pk).combination is None


def test_the_offers_are_in_order_of_least_replaced_and_taken_by_number(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER)
    rows = desk_of(designer, design).offers
    assert [(each.number, each.proposed) for each in rows] == [(1, True), (2, False), (3, False)]
    assert [unit.unit for unit in rows[0].units] == BEST
    assert [[unit.kept for unit in each.units] for each in rows] == [
        [False, False, True, False],
        [False, False, False, False],
        [False, False, False, False],
    ]
    assert [each.replaced for each in rows] == [3, 4, 4]
    act(designer, design, "choose", units=rows[2].value)
    assert desk_of(designer, design).offers[2].chosen


def test_a_unit_that_the_depot_lacks_is_marked_and_left_out_of_the_proposal(
    world: World, design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    have = {**world.cast.sources.stock(design.depot), "CV-R": 0, "RF-W2": 4}
    monkeypatch.setattr(world.cast.sources, "stock", lambda depot: have)
    designer = world.as_(Role.DESIGNER, language="en")
    desk = desk_of(designer, design)
    assert "out of stock: CV-R" in desk.offers[0].remark
    assert not desk.offers[0].proposed
    act(designer, design, "choose", units=desk.offers[0].value)
    assert any("Out of stock: CV-R" in each.why for each in desk_of(designer, design).work)


def test_the_depot_is_asked_once_for_many_keys_and_its_silence_is_said(
    world: World, design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = world.cast.sources.stock

    def counting(depot: str) -> dict[str, int]:
        asked.append(depot)
        return real(depot)

    monkeypatch.setattr(world.cast.sources, "stock", counting)
    designer = world.as_(Role.DESIGNER, language="en")
    for unit in ("RF-N1", "RF-W1", "RF-W2"):
        act(designer, design, "choose", units=unit, htmx=True)
    assert asked == [design.depot]
    stock._known.clear()
    world.cast.servers["allocation"].down()
    page = designer.get(reverse("designs:detail", args=[design.pk]))
    assert "The stock is not known" in page.content.decode()


def test_without_scripts_the_same_buttons_lead_back_to_the_desk(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER)
    answer = act(designer, design, "choose", picked="3W60-2B", unit="metering")
    assert answer.status_code == 303
    page = designer.get(answer.headers["Location"])
    assert page.context["desk"].picker.unit == "3W60-2B"
    assert page.context["desk"].drawing.units[1].selected


def test_with_htmx_the_desk_alone_comes_back(world: World, design: Design) -> None:
    page = act(world.as_(Role.DESIGNER), design, "propose", htmx=True).content.decode()
    assert page.startswith('<div id="desk"')
    assert "<html" not in page
    assert 'id="desk-state" hx-swap-oob="true"' in page


def test_who_only_sees_designs_sees_no_button(world: World, design: Design) -> None:
    page = world.as_(Role.CONSTRUCTION_CLERK).get(reverse("designs:detail", args=[design.pk]))
    assert "desk-form" not in page.content.decode()
    assert not page.context["desk"].editable


def test_a_finished_design_says_why_and_what_comes_next_and_changes_no_more(world: World) -> None:
    design = world.cast.finished_design()
    designer = world.as_(Role.DESIGNER, language="en")
    page = designer.get(reverse("designs:detail", args=[design.pk])).content.decode()
    assert "The design is finished. The work order reserves the units" in page
    assert reverse("workorders:issue", args=[design.pk]) in page
    assert "R3 route B as applied for" in page
    assert "desk-picked" not in page
    assert act(designer, design, "choose", units="RF-N1").status_code == 409
    late = act(designer, design, "choose", units="RF-N1", version=str(design.version - 1))
    assert "changed this design meanwhile" in late.context["notices"][0].what
    assert Design.objects.get(pk=design.pk).combination == design.combination


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_reopened_design_says_why_before_anything_else(world: World, language: str) -> None:
    design = world.cast.finished_design()
    because = [{"subject": "rain", "source": "x", "ja": "雨がかりが変わりました。", "en": "Exposure to rain changed."}]
    designs.reopen(world.cast.act(), design, "rain", reasons=because)
    page = world.as_(Role.DESIGNER, language=language).get(reverse("designs:detail", args=[design.pk])).content.decode()
    assert page.index(because[0][language]) < page.index('id="desk-facts"')


def test_a_design_is_withdrawn_with_a_reason_that_its_history_keeps(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER)
    url = reverse("designs:withdraw", args=[design.pk])
    assert designer.post(url, {"because": " "}).status_code == 422
    assert Design.objects.get(pk=design.pk).state == DesignState.OPEN
    page = designer.post(url, {"because": "お客さまの都合"}, follow=True).content.decode()
    assert Design.objects.get(pk=design.pk).state == DesignState.WITHDRAWN
    assert "お客さまの都合" in page
    assert "設計を取下げ" in page


def test_opening_leads_to_the_one_live_design(world: World) -> None:
    contract = world.cast.apply("plain")
    designer = world.as_(Role.DESIGNER)
    url = reverse("designs:open", args=[contract.pk])
    first, second = designer.post(url), designer.post(url)
    assert first.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert Design.objects.filter(contract=contract).count() == 1


def test_what_stands_in_the_way_of_opening_is_named_with_its_owner(world: World) -> None:
    contract = world.cast.apply("plain")
    Misbehaviour(world.cast.servers).contradict_serial(contract.supply_point)
    page = world.as_(Role.DESIGNER, language="en").post(reverse("designs:open", args=[contract.pk]))
    assert page.status_code == 409
    (group,) = page.context["groups"]
    assert group.title == "Contradicting each other"
    (obstacle,) = group.obstacles
    assert "different communication units" in obstacle.words
    assert obstacle.owner in page.content.decode()
    assert not Design.objects.filter(contract=contract).exists()


def test_what_stands_in_the_way_of_finishing_is_named_in_place(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER, language="en")
    act(designer, design, "propose")
    Misbehaviour(world.cast.servers).contradict_serial(design.supply_point)
    answer = act(designer, design, "finish", htmx=True)
    assert answer.status_code == 409
    (notice,) = answer.context["notices"]
    assert [group.title for group in notice.groups] == ["Contradicting each other"]
    assert Design.objects.get(pk=design.pk).combination is not None


def test_the_facts_say_whose_and_as_of_when_and_grow_old(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER)
    sources = desk_of(designer, design).sources
    assert len(sources) >= 4
    assert all(each.as_of and each.facts for each in sources)
    assert {each.freshness for each in sources} == {"fresh"}
    old = (world.cast.now - timedelta(days=400)).isoformat()
    kept = [{**each, "as_of": old} for each in design.decided_from]
    Design.objects.filter(pk=design.pk).update(decided_from=kept)
    assert {each.freshness for each in desk_of(designer, design).sources} == {"stale"}


def many_steps(designer: Client, design: Design) -> None:
    for unit in ["RF-N1", "RF-W1"] * 15:
        act(designer, design, "choose", units=unit, htmx=True)


def test_a_long_history_takes_no_more_queries(
    world: World, design: Design, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    designer = world.as_(Role.DESIGNER)
    url = reverse("designs:detail", args=[design.pk])
    designer.get(url)
    for _ in range(2):
        with django_assert_max_num_queries(12):
            designer.get(url)
        many_steps(designer, design)


def test_the_contract_of_another_office_opens_nothing(world: World) -> None:
    contract = world.cast.apply("plain")
    ServiceContract.objects.filter(pk=contract.pk).update(office="senshu")
    assert world.as_(Role.DESIGNER).post(reverse("designs:open", args=[contract.pk])).status_code == 404


def test_a_choice_refused_for_changed_records_is_chosen_again_with_open_eyes(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER, language="en")
    act(designer, design, "propose")
    changed = [{**designs.CHANGED, "kinds": []}]
    Design.objects.filter(pk=design.pk).update(state=DesignState.REFUSED, broken=changed)
    desk = desk_of(designer, design)
    assert desk.blocked == (designs.CHANGED["en"],)
    act(designer, design, "choose", units=desk.choose_again)
    assert desk_of(designer, design).blocked == ()


def test_the_history_folds_one_persons_steps_and_keeps_everything_else(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER, language="en")
    for unit in ("RF-N1", "RF-W1"):
        act(designer, design, "choose", units=unit)
    act(designer, design, "finish")
    act(world.client(world.person(Role.DESIGNER, name="suzuki"), "en"), design, "propose", htmx=True)
    page = designer.get(reverse("designs:detail", args=[design.pk]))
    told = [(each.words, each.more) for each in page.context["history"]]
    assert told == [
        ("combination chosen", "proposal taken — RF-W2 · 3W60-2B · NONE · CV-R"),
        ("design refused by the gate", "broken: P2, R2, R3, R7"),
        ("combination chosen", "RF-W1 · 3W60-1N · NONE · CV-N — 2 steps"),
        ("design opened", ""),
    ]


def test_the_checks_are_those_of_the_combination_that_is_drawn(world: World, design: Design) -> None:
    designer = world.as_(Role.DESIGNER, language="en")
    act(designer, design, "choose", units="PL-N1")
    seen = {tab: desk_of(designer, design, tab=tab) for tab in ("proposal", "own", "installed")}
    assert {tab: (desk.checked, broken(desk)) for tab, desk in seen.items()} == {
        "proposal": ("Proposal", []),
        "own": ("My combination", ["R1", "R2", "R3", "R7"]),
        "installed": ("Installed", ["R2", "R3", "R7"]),
    }
    assert [bool(desk.picker) for desk in seen.values()] == [False, True, False]
    assert all(desk.blocked for desk in seen.values())


def test_where_nothing_fits_the_desk_says_which_needs_conflict(world: World) -> None:
    design = opened(world.cast, "nothing_fits")
    page = world.as_(Role.DESIGNER, language="en").get(reverse("designs:detail", args=[design.pk]))
    desk = page.context["desk"]
    assert desk.offers == ()
    assert any("three-phase 3-wire 120 A" in words for words in desk.nothing)
    assert 'id="desk-propose"' not in page.content.decode()


def test_a_design_in_a_work_order_is_not_withdrawn(world: World) -> None:
    design = world.cast.finished_design()
    world.cast.order(design)
    designer = world.as_(Role.DESIGNER, language="en")
    url = reverse("designs:withdraw", args=[design.pk])
    assert url not in designer.get(reverse("designs:detail", args=[design.pk])).content.decode()
    answer = designer.post(url, {"because": "no longer wanted"})
    assert answer.status_code == 409
    assert "cancel that first" in answer.content.decode()
    assert Design.objects.get(pk=design.pk).state == DesignState.ORDERED
