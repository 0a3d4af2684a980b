"""Selection once more, by brute force and without a catalogue: every combination is tried against plain Python rules.

It shares no code with what it judges. A world holds units as attributes, rules as functions of needs and parts, and
answers by looking at everything. It is slow and short, so that it can be believed by reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

Parts = Mapping[str, Mapping[str, Any]]
Needs = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """Kinds with their weights and units, needs with their values, and rules by id."""

    weights: Mapping[str, int]
    units: Mapping[str, Mapping[str, Mapping[str, Any]]]
    needs: Mapping[str, Sequence[Any]]
    physical: Mapping[str, Callable[[Parts], bool]]
    required: Mapping[str, Callable[[Needs, Parts], bool]]
    avoid: Sequence[tuple[int, Callable[[Needs, Parts], bool]]]

    def all_needs(self) -> Iterator[dict[str, Any]]:
        for values in product(*self.needs.values()):
            yield dict(zip(self.needs, values, strict=True))

    def parts(self, ids: Sequence[str | None]) -> Parts:
        return {kind: self.units[kind][id_ or ""] for kind, id_ in zip(self.units, ids, strict=True)}

    def plugged(self) -> list[tuple[str, ...]]:
        """Every combination that can be plugged together, in order."""
        return [
            ids
            for ids in product(*self.units.values())
            if all(rule(self.parts(ids)) for rule in self.physical.values())
        ]

    def broken(self, needs: Needs, ids: Sequence[str | None]) -> list[str]:
        parts = self.parts(ids)
        found = [id_ for id_, rule in self.physical.items() if not rule(parts)]
        return found + [id_ for id_, rule in self.required.items() if not rule(needs, parts)]

    def ranked(self, needs: Needs, wall: Sequence[str | None]) -> list[tuple[tuple[int, int, int], tuple[str, ...]]]:
        """Every valid combination with its whole ranking key, best first."""
        found = []
        for place, ids in enumerate(self.plugged()):
            if not self.broken(needs, ids):
                found.append((self.key(needs, ids, wall, place), ids))
        return sorted(found)

    def key(self, needs: Needs, ids: Sequence[str], wall: Sequence[str | None], place: int) -> tuple[int, int, int]:
        cost = 0
        for new, old, weight in zip(ids, wall, self.weights.values(), strict=True):
            if new != old:
                cost += weight
        surplus = sum(weight for weight, bad in self.avoid if bad(needs, self.parts(ids)))
        return cost, surplus, place

    def satisfiable(self, needs: Needs) -> bool:
        return any(not self.broken(needs, ids) for ids in self.plugged())

    def conflicts(self, needs: Needs) -> list[dict[str, Any]]:
        """Every smallest set of needs that nothing meets, whatever the others are."""
        met = [other for other in self.all_needs() if self.satisfiable(other)]
        found: list[set[str]] = []
        for size in range(len(needs) + 1):
            for names in combinations(needs, size):
                if any(smaller <= set(names) for smaller in found):
                    continue
                if not any(all(other[name] == needs[name] for name in names) for other in met):
                    found.append(set(names))
        return [{name: needs[name] for name in needs if name in names} for names in found]

    def leave_nothing(self, rule_ids: Sequence[str], fixed: Needs) -> bool:
        """Whether these rules alone exclude every combination whenever the needs are as ``fixed``."""
        for needs in self.all_needs():
            if any(needs[name] != value for name, value in fixed.items()):
                continue
            if any(all(self.required[id_](needs, self.parts(ids)) for id_ in rule_ids) for ids in self.plugged()):
                return False
        return True

    def repair(self, needs: Needs, own: Sequence[str | None], wall: Sequence[str | None]) -> tuple[str, ...] | None:
        """The valid combination that differs from ``own`` in fewest units; of several the best ranked."""
        changes = [
            (sum(a != b for a, b in zip(ids, own, strict=True)), key, ids) for key, ids in self.ranked(needs, wall)
        ]
        return min(changes)[2] if changes else None
