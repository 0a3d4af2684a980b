"""Which needs get another answer from another catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from keiki.domain.selection.answers import Choice
from keiki.domain.selection.installed_cases import used_units
from keiki.domain.selection.selector import Selector
from keiki.domain.units import Combination, Value, written

Parts = Mapping[str, str | None]


@dataclass(frozen=True)
class Difference:
    """Needs that get another answer: where ``installed`` hangs (None: at a new place) ``before`` becomes ``after``.

    ``before`` and ``after`` are None where nothing is offered. If a new place gets the same from both, ``installed`` is
    the first wall that does not, and ``walls`` counts such among ``of_walls`` that were looked at.
    """

    needs: Mapping[str, Value]
    installed: Parts | None
    before: Combination | None
    after: Combination | None
    walls: int
    of_walls: int


@dataclass(frozen=True)
class CatalogueComparison:
    """Two catalogues side by side. Values of needs that only one declares are named, as ``need = value``."""

    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    compared: int
    differences: tuple[Difference, ...]


def compare(
    before: Selector, after: Selector, told: Callable[[int, int], None] = lambda _, __: None
) -> CatalogueComparison:
    """Compare what two catalogues answer to every need that both declare, at a new place and on every wall.

    ``told`` hears how many combinations of needs were compared, and of how many.
    """
    values, others = _values(before), _values(after)
    shared = [(name, [v for v in values[name] if v in others[name]]) for name in values if name in others]
    comparable = set(values) == set(others)
    found: list[Difference] = []
    compared, total = 0, prod(len(possible) for _, possible in shared)
    for chosen in product(*(possible for _, possible in shared)) if comparable else ():
        needs = {name: value for (name, _), value in zip(shared, chosen, strict=True)}
        told(compared, total)
        compared += 1
        difference = _difference(needs, before, after)
        if difference:
            found.append(difference)
    return CatalogueComparison(_missing(values, others), _missing(others, values), compared, tuple(found))


def _values(selector: Selector) -> dict[str, tuple[Value, ...]]:
    return {need.id: need.values for need in selector.compiled.needs.needs}


def _missing(values: Mapping[str, tuple[Value, ...]], others: Mapping[str, tuple[Value, ...]]) -> tuple[str, ...]:
    return tuple(
        f"{name} = {written(value)}"
        for name, known in values.items()
        for value in known
        if value not in others.get(name, ())
    )


def _difference(needs: Mapping[str, Value], before: Selector, after: Selector) -> Difference | None:
    old, new = _answer(before, needs, None), _answer(after, needs, None)
    looked_at, differing = 0, []
    for wall in _walls(needs, before, after):
        looked_at += 1
        pair = _answer(before, needs, wall), _answer(after, needs, wall)
        if not _same(before, after, *pair):
            differing.append((wall, *pair))
    if not _same(before, after, old, new):
        return Difference(needs, None, old, new, len(differing), looked_at)
    if differing:
        wall, old, new = differing[0]
        return Difference(needs, wall, old, new, len(differing), looked_at)
    return None


def _answer(selector: Selector, needs: Mapping[str, Value], wall: Parts | None) -> Combination | None:
    installed = Combination(tuple(wall.get(kind) for kind in selector.catalogue.kinds)) if wall is not None else None
    answer = selector.choose(needs, installed)
    return answer.combination if isinstance(answer, Choice) else None


def _same(before: Selector, after: Selector, old: Combination | None, new: Combination | None) -> bool:
    if old is None or new is None:
        return old is new
    return dict(zip(before.catalogue.kinds, old, strict=True)) == dict(zip(after.catalogue.kinds, new, strict=True))


def _walls(needs: Mapping[str, Value], before: Selector, after: Selector) -> Iterator[Parts]:
    """Every wall of units that either catalogue may choose for ``needs``, and others (None)."""
    used: dict[str, dict[str | None, None]] = {}
    for selector in (before, after):
        allowed = selector.compiled.leaves[selector.compiled.needs.encode(needs)].allowed
        if allowed:
            for kind, units in zip(selector.catalogue.kinds, used_units(selector.compiled, allowed), strict=True):
                used.setdefault(kind, {}).update(dict.fromkeys(units))
    for unit_ids in product(*([*units, None] for units in used.values())):
        yield dict(zip(used, unit_ids, strict=True))
