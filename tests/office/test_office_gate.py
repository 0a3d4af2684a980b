"""The design gate says exactly what is missing, stale or contradictory, and whose it is; and finishes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from office_cast import Cast, happened

from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.domain.designs.lifecycle import DesignState
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design

Damage = Callable[[Cast, str], object]
WRONG: dict[str, tuple[Damage, str, str, str]] = {
    "missing: unavailable": (
        lambda cast, _: cast.servers["distribution"].down(),
        "unavailable",
        "distribution",
        "since",
    ),
    "missing: unknown code": (
        lambda cast, point: Misbehaviour(cast.servers).unknown_code(point, "distribution"),
        "unreadable",
        "distribution",
        "not in the source's table",
    ),
    "stale": (
        lambda cast, _: Misbehaviour(cast.servers).grow_old("construction", 4),
        "stale",
        "construction",
        "older than the 48 h allowed",
    ),
    "another serial number": (
        lambda cast, point: Misbehaviour(cast.servers).contradict_serial(point),
        "serial-differs",
        "construction supervisory",
        "different communication units",
    ),
    "two current contracts": (
        lambda cast, point: Misbehaviour(cast.servers).second_contract(point),
        "two-current-contracts",
        "customer",
        "More than one contract",
    ),
}


@pytest.mark.parametrize(("damage", "code", "source", "says"), WRONG.values(), ids=list(WRONG))
def test_what_stands_in_the_way_is_named_with_its_owner(
    cast: Cast, damage: Damage, code: str, source: str, says: str
) -> None:
    design = designs.open_design(cast.act(), cast.sources, cast.catalogue, cast.apply("plain"))
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    damage(cast, design.supply_point)
    with pytest.raises(designs.CannotDecide) as refused:
        designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    problems = refused.value.blocked.problems
    assert [problem.code for problem in problems] == [code]
    (problem,) = problems
    owners = {each.card.id: each.card.owner for each in cast.sources.configuration.sources}
    assert problem.source == source
    for name in source.split():
        assert owners[name][0] in problem.owner[0]
        assert owners[name][1] in problem.owner[1]
    assert says in problem.message[1]
    assert Design.objects.get(pk=design.pk).state == DesignState.OPEN
    assert "DesignFinished" not in happened()


def test_everything_that_stands_in_the_way_is_said_at_once(cast: Cast) -> None:
    design = designs.open_design(cast.act(), cast.sources, cast.catalogue, cast.apply("plain"))
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    for damage in ("missing: unavailable", "stale", "another serial number"):
        WRONG[damage][0](cast, design.supply_point)
    with pytest.raises(designs.CannotDecide) as refused:
        designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    blocked = refused.value.blocked
    kinds = [[problem.code for problem in each] for each in (blocked.missing, blocked.stale, blocked.contradicting)]
    assert kinds == [["unavailable"], ["stale"], ["serial-differs"]]
