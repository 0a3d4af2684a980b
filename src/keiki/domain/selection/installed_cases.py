"""Everything that can hang on a wall, as far as it matters to a choice.

An installed unit that no allowed combination has is as good as one that is not known: it is replaced in any case. So of
all installed combinations only few must be looked at for given needs, each standing for many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod
from typing import NamedTuple

from keiki.domain.selection.compiled import CompiledCatalogue
from keiki.domain.selection.space import CombinationSet, members


class InstalledCase(NamedTuple):
    """An installed combination (None: any unit that is not used) and how many it stands for."""

    unit_ids: tuple[str | None, ...]
    stands_for: int


def used_units(compiled: CompiledCatalogue, allowed: CombinationSet) -> list[list[str]]:
    """For each kind the units that ``allowed`` combinations have, in the catalogue's order."""
    indexes = compiled.space.indexes
    columns = zip(*(indexes[place] for place in members(allowed)), strict=True)
    units = compiled.catalogue.units_of.values()
    return [
        [of_kind[place].id for place in sorted(set(column))] for of_kind, column in zip(units, columns, strict=True)
    ]


def installed_cases(compiled: CompiledCatalogue, used: Sequence[Sequence[str]]) -> Iterator[InstalledCase]:
    """Every installed combination of ``used`` units and others, in the catalogue's order.

    For each kind one more unit than the catalogue has is counted: the one that is missing or not known.
    """
    totals = [len(units) + 1 for units in compiled.catalogue.units_of.values()]
    rests = [total - len(units) for total, units in zip(totals, used, strict=True)]
    for unit_ids in product(*([*units, None] for units in used)):
        counts = (rest if unit_id is None else 1 for rest, unit_id in zip(rests, unit_ids, strict=True))
        yield InstalledCase(unit_ids, prod(counts))
