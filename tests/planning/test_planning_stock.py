"""Stock across many jobs, against trying everything on small cases."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from itertools import product
from random import Random
from typing import Any

import pytest

from keiki.domain.selection import Choice, Selector
from keiki.domain.units import Combination
from keiki.planning import stock_search
from keiki.planning.stock import Assignment, StockJob, assign
from keiki.planning.stock_search import OrToolsMissingError

NEEDS: dict[str, Any] = {
    "medium": "rf",
    "route_b": "none",
    "two_way": False,
    "phase": "1P3W",
    "capacity": 60,
    "remote_switching": False,
    "voltage_measurement": False,
    "rain": False,
}
DAY = datetime.date(2016, 4, 1)
BARE = Combination(("RF-N1", None, "NONE", "CV-N"))


def job(
    name: str, priority: int = 1, day: int = 0, wall: Combination | None = BARE, depot: str = "north", **needs: Any
) -> StockJob:
    return StockJob(name, depot, priority, DAY + datetime.timedelta(day), {**NEEDS, **needs}, wall)


def aims(jobs: list[StockJob], chosen: dict[str, Choice]) -> tuple[float, ...]:
    """What is to be least, in order."""
    first = min(one.date for one in jobs)
    served = [one for one in jobs if one.id in chosen]
    levels = sorted({one.priority for one in jobs})
    counts = [-sum(one.priority == level for one in served) for level in levels]
    days = [sum((one.date - first).days for one in served if one.priority == level) for level in levels]
    return (*counts, *days, *(sum(choice.key[part] for choice in chosen.values()) for part in range(3)))


def fetched(selector: Selector, one: StockJob, choice: Choice) -> Counter[str]:
    wall = one.installed or selector.nothing_installed
    pairs = zip(choice.combination, wall, strict=True)
    return Counter(str(new) for new, old in pairs if new != old and selector.catalogue.units[str(new)].stocked)


def within(selector: Selector, jobs: list[StockJob], chosen: dict[str, Choice], store: dict[str, int]) -> bool:
    used: Counter[str] = Counter()
    for one in jobs:
        if one.id in chosen:
            used += fetched(selector, one, chosen[one.id])
    return all(count <= store.get(unit, 0) for unit, count in used.items())


def try_everything(selector: Selector, jobs: list[StockJob], store: dict[str, int]) -> tuple[float, ...]:
    options: list[list[Choice | None]] = []
    for one in jobs:
        best = selector.choose(one.needs, one.installed)
        options.append([None, best, *best.alternatives] if isinstance(best, Choice) else [None])
    best_aims = None
    for picked in product(*options):
        chosen = {one.id: choice for one, choice in zip(jobs, picked, strict=True) if choice}
        if within(selector, jobs, chosen, store):
            found = aims(jobs, chosen)
            best_aims = found if best_aims is None or found < best_aims else best_aims
    assert best_aims is not None
    return best_aims


def by_job(assignment: Assignment) -> dict[str, Choice]:
    return {served.job_id: served.choice for served in assignment.served}


@pytest.mark.parametrize("seed", range(8))
def test_small_cases_reach_what_trying_everything_reaches(kansai: Selector, seed: int) -> None:
    dice = Random(seed)
    jobs = [
        job(
            f"j{number}",
            dice.randint(1, 2),
            dice.randint(0, 3),
            Combination((dice.choice(["RF-N1", "RF-W2", None]), dice.choice(["3W60-1N", "3W60-2B"]), "NONE", "CV-R")),
            two_way=dice.random() < 0.5,
            route_b=dice.choice(["none", "wireless"]),
            rain=True,
        )
        for number in range(4)
    ]
    store = {unit: dice.randint(0, 2) for unit in ("RF-N1", "RF-W1", "RF-W2", "3W60-1N", "3W60-1B", "3W60-2B")}
    assignment = assign(kansai, jobs, {"north": store})
    assert within(kansai, jobs, by_job(assignment), store)
    assert aims(jobs, by_job(assignment)) == try_everything(kansai, jobs, store)
    assert assignment.proved == {"north": True}


def test_a_scarce_unit_goes_to_the_first_priority_and_then_to_the_earlier_day(kansai: Selector) -> None:
    jobs = [job("late", 1, 5), job("second", 2, 0), job("early", 1, 1)]
    one = assign(kansai, jobs, {"north": {"3W60-1N": 1}})
    assert list(by_job(one)) == ["early"]
    assert [(left.job_id, left.lacking) for left in one.unserved] == [("late", ("3W60-1N",)), ("second", ("3W60-1N",))]
    assert one.reorder == {"north": {"3W60-1N": 2}}
    two = assign(kansai, jobs, {"north": {"3W60-1N": 2}})
    assert set(by_job(two)) == {"late", "early"}


def test_a_job_takes_a_second_best_so_that_another_is_served(kansai: Selector) -> None:
    needy = job("needy", wall=Combination(("RF-N1", "OLD", "NONE", "CV-N")))
    flexible = job("flexible", wall=Combination(("RF-W1", "OLD", "NONE", "CV-N")))
    store = {"3W60-1B": 1, "3W60-1N": 1}
    chosen = by_job(assign(kansai, [flexible, needy], {"north": store}))
    assert chosen["flexible"].combination.unit_ids[:2] == ("RF-W1", "3W60-1B")
    assert chosen["needy"].combination.unit_ids[:2] == ("RF-N1", "3W60-1N")


def test_depots_do_not_share_and_what_hangs_needs_no_stock(kansai: Selector) -> None:
    wall = Combination(("RF-N1", "3W60-1N", "NONE", "CV-N"))
    jobs = [job("a", depot="north"), job("b", depot="south"), job("c", depot="south", wall=wall)]
    assignment = assign(kansai, jobs, {"north": {"3W60-1N": 5}})
    assert list(by_job(assignment)) == ["a", "c"]
    assert assignment.reorder == {"south": {"3W60-1N": 1}}


def test_needs_that_conflict_are_told_and_reorder_nothing(kansai: Selector) -> None:
    assignment = assign(kansai, [job("x", capacity=30)], {"north": {}})
    assert assignment.unserved[0].conflicts[0].rule_ids == ("R4",)
    assert assignment.reorder == {}


def test_a_job_listed_twice_is_refused(kansai: Selector) -> None:
    with pytest.raises(ValueError, match="listed twice"):
        assign(kansai, [job("x"), job("x")], {})


def test_a_few_hundred_jobs_are_assigned(kansai: Selector) -> None:
    dice = Random(5)
    units = [unit.id for unit in kansai.catalogue.units.values()]
    jobs = [
        job(f"j{number}", dice.randint(1, 3), dice.randint(0, 9), two_way=dice.random() < 0.3, rain=dice.random() < 0.3)
        for number in range(200)
    ]
    store = {unit: dice.randint(0, 25) for unit in units}
    assignment = assign(kansai, jobs, {"north": store}, seconds=30)
    assert within(kansai, jobs, by_job(assignment), store)
    assert len(assignment.served) + len(assignment.unserved) == 200
    assert assignment == assign(kansai, jobs, {"north": store}, seconds=30)


@pytest.mark.parametrize("seconds", [0, 1e-9, 0.05])
def test_however_short_the_time_whoever_can_be_served_is_and_every_other_has_a_true_reason(
    kansai: Selector, seconds: float
) -> None:
    dice, media = Random(6), ["none", "wireless"]
    jobs = [job(f"j{n}", dice.randint(1, 3), dice.randint(0, 9), route_b=dice.choice(media)) for n in range(150)]
    store = {"3W60-1N": 30, "3W60-1B": 40, "RF-W1": 25, "RF-W2": 5}

    found = assign(kansai, jobs, {"north": store}, seconds=seconds)

    chosen = by_job(found)
    assert within(kansai, jobs, chosen, store)
    assert len(chosen) >= 55
    assert len(found.unserved) == len(jobs) - len(chosen)
    left = Counter(store)
    for one in jobs:
        left.subtract(fetched(kansai, one, chosen[one.id]) if one.id in chosen else {})
    wanted = {one.id: one for one in jobs}
    for unserved in found.unserved:
        best = kansai.choose(wanted[unserved.job_id].needs, BARE)
        assert isinstance(best, Choice)
        lacking = [unit for unit in fetched(kansai, wanted[unserved.job_id], best) if left[unit] < 1]
        assert list(unserved.lacking) == lacking != []
    if seconds < 0.01:
        assert found.proved == {"north": False}


def test_an_aim_that_ran_out_of_time_is_not_paid_for_a_later_one(
    kansai: Selector, monkeypatch: pytest.MonkeyPatch
) -> None:
    improve = stock_search._Model._improve

    def only_the_last(model: Any, aim: Any, seconds: float, *, maximize: bool) -> bool:
        return not maximize and improve(model, aim, seconds, maximize=maximize)

    jobs = [job("late", 1, 5), job("early", 1, 1), job("second", 2, 0)]
    monkeypatch.setattr(stock_search._Model, "_improve", only_the_last)
    found = assign(kansai, jobs, {"north": {"3W60-1N": 2}})
    assert set(by_job(found)) == {"late", "early"}
    assert found.proved == {"north": False}


def test_without_or_tools_it_is_said_what_to_install(kansai: Selector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)
    with pytest.raises(OrToolsMissingError, match=r"install keiki\[stock\]"):
        assign(kansai, [job("x")], {"north": {"3W60-1N": 1}})
