"""Choice, alternatives, conflicts, check, repair against the brute-force oracle: ranking keys, not only choices."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selection_generated import generate
from selection_oracle import World
from selection_worlds import kansai, second_generation

from keiki.catalogues import SHIPPED
from keiki.domain.selection import Choice, NoChoice, Selector
from keiki.domain.selection.compiled import CompiledCatalogue
from keiki.domain.selection.faults import refuse_faults
from keiki.domain.units import CatalogueError, CatalogueProblem, Combination, read_catalogue

WORLDS = {"kansai-2015": kansai, "second-generation": second_generation}


@cache
def shipped(name: str) -> tuple[Selector, World]:
    texts = {path.name: path.read_text("utf-8") for path in (SHIPPED / name).glob("*.toml")}
    return Selector.compile(read_catalogue(texts)), remembering(WORLDS[name]())


def made(seed: int) -> tuple[Selector, World]:
    text, world = generate(seed)
    return Selector(CompiledCatalogue(read_catalogue({"made.toml": text}))), remembering(world)


def remembering(world: World) -> World:
    """Let a world remember what can be plugged together: it is asked often and never changes."""
    plugged = world.plugged()
    object.__setattr__(world, "plugged", lambda: plugged)
    return world


def draw_wall(world: World, dice: Random) -> tuple[str | None, ...]:
    if dice.random() < 0.4:
        return dice.choice(world.plugged())
    return tuple(dice.choice([*units, None]) for units in world.units.values())


def agree_on_choice(selector: Selector, world: World, needs: dict[str, Any], wall: tuple[str | None, ...]) -> None:
    ranked = world.ranked(needs, wall)
    answer = selector.choose(needs, Combination(wall))
    if not ranked:
        assert isinstance(answer, NoChoice)
        return
    assert isinstance(answer, Choice)
    told = [(tuple(answer.key), answer.combination.unit_ids)]
    told += [(tuple(other.key), other.combination.unit_ids) for other in answer.alternatives]
    assert told == ranked
    kinds = list(world.units)
    assert answer.unchanged_kinds == tuple(k for k, a, b in zip(kinds, answer.combination, wall, strict=True) if a == b)
    assert set(answer.replaced) == set(kinds) - set(answer.unchanged_kinds)


def agree_on_reasons(selector: Selector, world: World, needs: dict[str, Any], wall: tuple[str | None, ...]) -> None:
    answer = selector.choose(needs, Combination(wall))
    if not isinstance(answer, Choice):
        return
    for reason in answer.reasons:
        place = list(world.units).index(reason.kind)
        if wall[place] is not None:
            kept = list(answer.combination.unit_ids)
            kept[place] = wall[place]
            assert reason.rule_ids, "a known unit is only replaced because of a rule"
            assert set(reason.rule_ids) == set(world.broken(needs, kept))


def agree_on_check(selector: Selector, world: World, needs: dict[str, Any], dice: Random) -> None:
    own = tuple(dice.choice(list(units)) for units in world.units.values())
    wall = draw_wall(world, dice)
    check = selector.check(needs, Combination(own), Combination(wall))
    broken = world.broken(needs, own)
    assert [rule.id for rule in check.broken] == broken
    assert set(broken) <= selector.checker.applying(needs, Combination(own))
    repair = world.repair(needs, own, wall) if broken else None
    assert (check.repair.unit_ids if check.repair else None) == repair


def agree_on_conflicts(selector: Selector, world: World, needs: dict[str, Any]) -> None:
    answer = selector.choose(needs)
    if isinstance(answer, Choice):
        return
    assert [dict(conflict.needs) for conflict in answer.conflicts] == world.conflicts(needs)
    for conflict in answer.conflicts:
        assert world.leave_nothing(conflict.rule_ids, conflict.needs)
        for fewer in combinations(world.required, len(conflict.rule_ids) - 1):
            assert not world.leave_nothing(fewer, conflict.needs)


def agree_on_stock(selector: Selector, world: World, needs: dict[str, Any], dice: Random) -> None:
    wall = draw_wall(world, dice)
    stock = {unit: dice.choice([0, 0, 2]) for units in world.units.values() for unit in units}
    free = {unit for unit, known in selector.catalogue.units.items() if not known.stocked}

    def there(ids: tuple[str, ...]) -> bool:
        return all(new == old or new in free or stock[new] for new, old in zip(ids, wall, strict=True))

    ranked = world.ranked(needs, wall)
    offered = [entry for entry in ranked if there(entry[1])]
    answer = selector.choose(needs, Combination(wall), stock)
    if not offered:
        assert isinstance(answer, NoChoice)
        assert bool(answer.out_of_stock) is bool(ranked)
    else:
        assert isinstance(answer, Choice)
        assert (tuple(answer.key), answer.combination.unit_ids) == offered[0]
        assert bool(answer.out_of_stock) is (offered[0] != ranked[0])


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_combinations_can_be_plugged_together(name: str) -> None:
    selector, world = shipped(name)
    assert [combination.unit_ids for combination in selector.compiled.space.combinations] == world.plugged()


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_needs_can_be_met(name: str) -> None:
    selector, world = shipped(name)
    for needs in world.all_needs():
        allowed = [
            ids for ids in world.plugged() if not any(not r(needs, world.parts(ids)) for r in world.required.values())
        ]
        assert selector.compiled.leaves[selector.compiled.needs.encode(needs)].allowed.bit_count() == len(allowed)


@pytest.mark.parametrize("name", WORLDS)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_shipped_catalogues_agree_with_the_oracle(name: str, seed: int) -> None:
    dice, (selector, world) = Random(seed), shipped(name)
    needs = {need: dice.choice(values) for need, values in world.needs.items()}
    wall = draw_wall(world, dice)
    agree_on_choice(selector, world, needs, wall)
    agree_on_reasons(selector, world, needs, wall)
    agree_on_check(selector, world, needs, dice)
    agree_on_stock(selector, world, needs, dice)


@pytest.mark.parametrize("name", WORLDS)
def test_conflicts_of_shipped_catalogues_agree_with_the_oracle(name: str) -> None:
    selector, world = shipped(name)
    met = {tuple(needs.items()) for needs in world.all_needs() if world.satisfiable(needs)}
    object.__setattr__(world, "satisfiable", lambda needs: tuple(needs.items()) in met)
    unmet = [needs for needs in world.all_needs() if not world.satisfiable(needs)]
    for needs in Random(3).sample(unmet, 3):
        answer = selector.choose(needs)
        assert isinstance(answer, NoChoice)
        assert [dict(conflict.needs) for conflict in answer.conflicts] == world.conflicts(needs)


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_made_up_catalogues_agree_with_the_oracle(seed: int) -> None:
    dice, (selector, world) = Random(seed), made(seed)
    if not world.plugged():
        assert len(selector.compiled.space) == 0
        return
    for needs in world.all_needs():
        wall = draw_wall(world, dice)
        agree_on_choice(selector, world, needs, wall)
        agree_on_reasons(selector, world, needs, wall)
        agree_on_check(selector, world, needs, dice)
        agree_on_stock(selector, world, needs, dice)
    for needs in dice.sample(list(world.all_needs()), 3):
        agree_on_conflicts(selector, world, needs)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_proof_finds_what_trying_everything_finds(seed: int) -> None:
    selector, world = made(seed)
    plugged, everything = world.plugged(), list(product(*world.units.values()))
    met = [(needs, ids) for needs in world.all_needs() for ids in plugged if not world.broken(needs, ids)]
    fits = {unit for ids in plugged for unit in ids}
    used = {unit for _, ids in met for unit in ids}
    expected = {f"unit “{unit}” fits" for units in world.units.values() for unit in units if unit not in fits}
    expected |= {f"unit “{unit}” is never" for unit in fits - used}
    expected |= {
        f"rule “{id_}”" for id_, rule in world.physical.items() if all(rule(world.parts(i)) for i in everything)
    }
    for id_, required in world.required.items():
        if all(required(needs, world.parts(ids)) for needs in world.all_needs() for ids in plugged):
            expected.add(f"rule “{id_}”")
    for number, (_, bad) in enumerate(world.avoid):
        if not any(bad(needs, world.parts(ids)) for needs in world.all_needs() for ids in plugged):
            expected.add(f"preference “F{number}”")
    unmet = sum(not world.satisfiable(needs) for needs in world.all_needs())
    if unmet:
        expected.add(f"nothing meets {unmet} of 12 needs")
    found: tuple[CatalogueProblem, ...] = ()
    try:
        refuse_faults(selector.compiled)
    except CatalogueError as error:
        found = error.problems
    assert len(found) == len(expected)
    assert all(any(problem.sentence.en.startswith(start) for start in expected) for problem in found)


def test_made_up_catalogues_do_tell_weights_and_preferences_apart() -> None:
    """What the oracle is worth: with other weights, or without preferences, many choices are others."""
    other_weights = other_surplus = states = 0
    for seed in range(60):
        dice, (_, world) = Random(seed), made(seed)
        flat = World(
            dict.fromkeys(world.weights, 1), world.units, world.needs, world.physical, world.required, world.avoid
        )
        plain = World(world.weights, world.units, world.needs, world.physical, world.required, [])
        for needs in world.all_needs():
            if world.plugged():
                wall = draw_wall(world, dice)
                ranked = world.ranked(needs, wall)[:1]
                states += bool(ranked)
                other_weights += bool(ranked) and flat.ranked(needs, wall)[0][1] != ranked[0][1]
                other_surplus += bool(ranked) and plain.ranked(needs, wall)[0][1] != ranked[0][1]
    assert other_weights > 10
    assert other_surplus > 10
    assert states > 300
