"""What the founding utility's catalogue answers, at the boundary of the library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from keiki.domain.selection import Choice, NeedsError, NoChoice, Selector
from keiki.domain.units import Combination, read_catalogue

NEEDS: Mapping[str, str | int | bool] = {
    "medium": "rf",
    "route_b": "wireless",
    "two_way": True,
    "phase": "1P3W",
    "capacity": 60,
    "remote_switching": True,
    "voltage_measurement": False,
    "rain": True,
}
WALL = Combination(("RF-N1", "3W60-1N", "SW3W60", "CV-N"))


def chosen(selector: Selector, wall: Combination | None = WALL, **needs: str | int | bool) -> Choice:
    answer = selector.choose({**NEEDS, **needs}, wall)
    assert isinstance(answer, Choice)
    return answer


def refused(selector: Selector, **needs: str | int | bool) -> NoChoice:
    answer = selector.choose({**NEEDS, **needs}, WALL)
    assert isinstance(answer, NoChoice)
    return answer


def test_there_are_360_valid_combinations(selector: Selector) -> None:
    assert len(selector.compiled.space) == 360


def test_the_example_of_the_design_desk(selector: Selector) -> None:
    choice = chosen(selector)
    assert str(choice.combination) == "RF-W2 / 3W60-2B / SW3W60 / CV-R"
    assert choice.replaced == ("communication", "metering", "cover")
    assert choice.unchanged_kinds == ("option",)
    assert not choice.live_line_work
    assert choice.key.replacement == 5 + 10 + 1
    assert {reason.kind: reason.rule_ids for reason in choice.reasons} == {
        "communication": ("R2", "R3", "P2", "P3"),
        "metering": ("R2", "R3", "P2", "P3"),
        "cover": ("R7",),
    }


def test_what_serves_already_is_left_alone_though_it_can_do_more_than_asked(selector: Selector) -> None:
    wall = Combination(("RF-W2", "3W60-2B", "SW3W60", "CV-R"))
    choice = chosen(selector, wall, route_b="none", two_way=False, remote_switching=False, rain=False)
    assert choice.combination == wall
    assert choice.replaced == ()


def test_a_new_place_gets_no_feature_that_nobody_asked_for(selector: Selector) -> None:
    choice = chosen(selector, None, route_b="none", two_way=False, remote_switching=False, rain=False)
    assert choice.combination.unit_ids == ("RF-N1", "3W60-1N", "NONE", "CV-N")
    assert not choice.live_line_work
    assert choice.key.surplus == 0


def test_another_phase_or_capacity_is_live_line_work(selector: Selector) -> None:
    assert chosen(selector, capacity=120).live_line_kinds == ("metering",)
    assert chosen(selector, Combination(("RF-N1", None, "SW3W60", "CV-N"))).live_line_work


@pytest.mark.parametrize("unknown", [None, "OLD-7", "CV-N"])
def test_an_unknown_installed_unit_counts_as_replaced(selector: Selector, unknown: str | None) -> None:
    choice = chosen(selector, Combination((unknown, "3W60-2B", "SW3W60", "CV-R")))
    assert choice.replaced == ("communication",)
    assert choice.reasons[0].rule_ids == ("R1", "R2", "R3")


def test_alternatives_come_in_order_and_without_the_choice(selector: Selector) -> None:
    choice = chosen(selector, route_b="none")
    others = list(choice.alternatives)
    assert choice.combination not in [other.combination for other in others]
    keys = [choice.key, *(other.key for other in others)]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys) == 3


def test_needs_that_conflict_are_told_by_their_smallest_sets(selector: Selector) -> None:
    answer = refused(selector, voltage_measurement=True, capacity=30)
    assert [(dict(c.needs), c.rule_ids, c.declared_ids) for c in answer.conflicts] == [
        ({"phase": "1P3W", "capacity": 30}, ("R4",), ("U5",)),
        ({"capacity": 30, "voltage_measurement": True}, ("R4", "R6"), ("U6",)),
        ({"remote_switching": True, "voltage_measurement": True}, ("R5", "R6"), ("U1",)),
    ]
    assert "単相3線" in answer.conflicts[0].messages[0]["ja"]
    assert "single-phase 3-wire" in answer.conflicts[0].messages[0]["en"]


def test_the_check_names_rules_units_and_the_nearest_repair(selector: Selector) -> None:
    check = selector.check(NEEDS, Combination(("RF-W2", "3W60-1B", "SW3W60", "CV-R")), WALL)
    assert not check.ok
    assert [(rule.id, rule.kinds) for rule in check.broken] == [
        ("P3", ("communication", "metering")),
        ("R2", ("metering",)),
    ]
    assert "3W60-1B" in check.broken[1].message["ja"]
    assert "two-way" in check.broken[1].message["en"]
    assert check.repair == Combination(("RF-W2", "3W60-2B", "SW3W60", "CV-R"))


def test_a_valid_combination_passes_whatever_hangs_there(selector: Selector) -> None:
    check = selector.check(NEEDS, Combination(("RF-W2", "3W60-2B", "SW3W60", "CV-R")), None)
    assert check.ok
    assert check.repair is None


def test_a_unit_of_another_catalogue_never_passes(selector: Selector) -> None:
    check = selector.check(NEEDS, Combination(("RF-W9", None, "SW3W60", "RF-W2")), WALL)
    assert [(rule.id, rule.kinds) for rule in check.broken] == [
        ("UNIT", ("communication",)),
        ("UNIT", ("metering",)),
        ("UNIT", ("cover",)),
    ]
    assert check.repair == Combination(("RF-W2", "3W60-2B", "SW3W60", "CV-R"))


def test_a_unit_out_of_stock_is_not_offered_and_the_answer_says_so(selector: Selector) -> None:
    wall = Combination(("RF-N1", "2W30-1N", "NONE", "CV-N"))
    quiet = {"route_b": "none", "two_way": False, "remote_switching": False, "rain": False}
    stock = {"3W60-1B": 1, "RF-W1": 4}
    answer = selector.choose({**NEEDS, **quiet}, wall, stock)
    assert isinstance(answer, Choice)
    assert answer.combination.unit_ids == ("RF-W1", "3W60-1B", "NONE", "CV-N")
    assert answer.out_of_stock == ("3W60-1N",)
    assert all(other.combination.unit_ids[1] == "3W60-1B" for other in answer.alternatives)


def test_when_only_stock_is_lacking_the_answer_names_it_and_what_would_do(selector: Selector) -> None:
    answer = selector.choose(NEEDS, WALL, {"RF-W2": 1, "3W60-2B": 0})
    assert isinstance(answer, NoChoice)
    assert answer.conflicts == ()
    assert answer.out_of_stock == ("3W60-2B", "CV-R")
    assert answer.without_stock is not None
    assert str(answer.without_stock.combination) == "RF-W2 / 3W60-2B / SW3W60 / CV-R"


def test_what_hangs_on_the_wall_needs_no_stock(selector: Selector) -> None:
    wall = Combination(("RF-W2", "3W60-2B", "SW3W60", "CV-R"))
    answer = selector.choose(NEEDS, wall, {})
    assert isinstance(answer, Choice)
    assert answer.out_of_stock == ()
    assert selector.check(NEEDS, wall, wall, {}).ok
    lacking = selector.check(NEEDS, wall, WALL, {"RF-W2": 2, "CV-R": 1})
    assert [(rule.id, rule.kinds) for rule in lacking.broken] == [("STOCK", ("metering",))]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"medium": "wifi"}, "“medium” cannot be 'wifi'"),
        ({"capacity": "60"}, "must be of type int"),
        ({"capacity": True}, "must be of type int"),
        ({"two_way": 1}, "must be of type bool"),
        ({"capacity": 61}, "“capacity” cannot be 61"),
        ({"colour": "red"}, "“colour” is not declared"),
        ({"rain": ...}, "“rain” is missing"),
    ],
)
def test_needs_that_are_not_declared_are_refused(selector: Selector, change: dict[str, Any], says: str) -> None:
    needs: dict[str, Any] = {name: value for name, value in {**NEEDS, **change}.items() if value is not ...}
    with pytest.raises(NeedsError, match=says):
        selector.choose(needs, WALL)


def test_needs_may_be_given_by_enums_of_texts(selector: Selector) -> None:
    class Medium(StrEnum):
        RF = "rf"

    assert chosen(selector, medium=Medium.RF) == chosen(selector)


def test_a_combination_of_the_wrong_length_is_refused(selector: Selector) -> None:
    with pytest.raises(ValueError, match="communication, metering, option, cover"):
        selector.choose(NEEDS, Combination(("RF-N1",)))
    with pytest.raises(ValueError, match="communication, metering, option, cover"):
        selector.check(NEEDS, Combination(("RF-N1",)))
    with pytest.raises(ValueError, match="this has 0"):
        selector.choose(NEEDS, Combination(()))


def test_answers_are_plain_values(selector: Selector) -> None:
    for answer in (chosen(selector), refused(selector, capacity=30), selector.check(NEEDS, WALL)):
        json.dumps(answer.as_json())


def test_a_catalogue_is_compiled_once_for_its_content(selector: Selector, kansai_texts: dict[str, str]) -> None:
    assert Selector.compile(read_catalogue(kansai_texts)) is selector
    changed = {**kansai_texts, "units.toml": kansai_texts["units.toml"] + "\n# a remark\n"}
    assert Selector.compile(read_catalogue(changed)) is not selector


def test_a_rule_applies_where_its_condition_holds(selector: Selector) -> None:
    nothing_asked = {**NEEDS, "two_way": False, "route_b": "none", "remote_switching": False, "rain": False}
    bare, switched = (Combination(("RF-N1", "3W60-1N", option, "CV-N")) for option in ("NONE", "SW3W60"))
    always = {"P2", "P3", "R1", "R4"}
    assert selector.checker.applying(nothing_asked, bare) == always
    assert selector.checker.applying(nothing_asked, switched) == always | {"P1"}
    assert selector.checker.applying(NEEDS, bare) == always | {"R2", "R3", "R5", "R7"}
    assert selector.checker.applying(nothing_asked, Combination(("STRANGE", "3W60-1N", "NONE", "CV-N"))) >= always


def test_there_is_no_repair_where_nothing_fits(selector: Selector) -> None:
    needs = {**NEEDS, "voltage_measurement": True, "capacity": 30}
    assert isinstance(selector.choose(needs, WALL), NoChoice)
    for own in (WALL, Combination((None, None, None, None))):
        check = selector.check(needs, own, WALL)
        assert not check.ok
        assert check.repair is None
    nothing_left = selector.check(NEEDS, WALL, Combination((None, None, None, None)), {})
    assert not nothing_left.ok
    assert nothing_left.repair is None
