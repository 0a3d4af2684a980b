"""A catalogue compiled for choosing: combinations enumerated, rules tabulated, and what each needs leaves.

What every need allows is worked out when the catalogue is compiled, for all needs there are. That is also the proof
that nobody is surprised: see :mod:`keiki.domain.selection.faults`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from keiki.domain.selection.needs import NeedsSpace
from keiki.domain.selection.ranking import Ranking, Tier
from keiki.domain.selection.space import CombinationSet, CombinationSpace
from keiki.domain.selection.truth import Truth
from keiki.domain.selection.words import say
from keiki.domain.units import (
    Catalogue,
    CatalogueError,
    CatalogueProblem,
    Combination,
    Expression,
    Position,
    Rule,
    Value,
)

MOST_NEEDS = 200_000


class RemainingCombinations(NamedTuple):
    """What some needs leave: the combinations allowed, and the same divided by avoidable features, fewest first."""

    allowed: CombinationSet
    tiers: tuple[Tier, ...]


class RuleSets:
    """For one rule over units and needs, the set of combinations that meet it, by the needs it reads."""

    def __init__(self, truth: Truth, space: CombinationSpace, needs: NeedsSpace) -> None:
        self.truth = truth
        self._by_values = space.by_values(truth)
        self._needs = needs
        self._met: dict[tuple[int, ...], CombinationSet] = {}
        self.ever_fires = False

    def satisfying(self, places: tuple[int, ...]) -> CombinationSet:
        """The combinations that meet the rule under the needs whose values' places are given."""
        read = tuple(places[place] for place in self.truth.need_places)
        found = self._met.get(read)
        if found is None:
            found = self._met[read] = self._tabulate(read)
        return found

    def ever_lacks(self, all_: CombinationSet) -> bool:
        """Whether some needs exclude a combination of ``all_``."""
        return any(met != all_ for met in self._met.values())

    def ever_has(self, all_: CombinationSet) -> bool:
        """Whether some needs are met by a combination of ``all_``."""
        return any(met & all_ for met in self._met.values())

    def _tabulate(self, read: tuple[int, ...]) -> CombinationSet:
        needs = self._needs.needs
        of_needs = tuple(needs[place].values[value] for place, value in zip(self.truth.need_places, read, strict=True))
        met = 0
        for of_units, combinations in self._by_values.items():
            verdict = self.truth.verdict(of_needs, of_units)
            self.ever_fires |= verdict.fires
            if verdict.met:
                met |= combinations
        return met


class CompiledCatalogue:
    """Everything about a catalogue that does not depend on the asker."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.nothing_installed = Combination((None,) * len(catalogue.kinds))
        self.needs = NeedsSpace(catalogue)
        if self.needs.size > MOST_NEEDS:
            sentence = say("too-many-needs", count=self.needs.size, most=MOST_NEEDS)
            raise CatalogueError([CatalogueProblem(catalogue.position, sentence)])
        self.truths: Mapping[str, Truth] = {
            rule.id: Truth(catalogue, rule.when, rule.require, rule.position) for rule in catalogue.rules
        }
        self.rules: Mapping[str, Rule] = {rule.id: rule for rule in catalogue.rules}
        self.space = CombinationSpace(
            catalogue, [(rule, self.truths[rule.id]) for rule in catalogue.rules if rule.physical]
        )
        self.requirements: Mapping[str, RuleSets] = {
            rule.id: RuleSets(self.truths[rule.id], self.space, self.needs)
            for rule in catalogue.rules
            if not rule.physical
        }
        self.avoided: Mapping[str, RuleSets] = {
            preference.id: self._sets_of(preference.avoid, preference.position) for preference in catalogue.preferences
        }
        self.unsatisfiable: Mapping[str, Truth] = {
            entry.id: Truth(catalogue, None, entry.when, entry.position) for entry in catalogue.unsatisfiable
        }
        weights = [kind.weight for kind in catalogue.kinds.values()]
        self.ranking = Ranking(self.space.having, weights)
        self.nearness = Ranking(self.space.having, [1] * len(weights))
        self._leaves: dict[tuple[CombinationSet, ...], RemainingCombinations] = {}
        self.leaves = tuple(self._leave(self.needs.places(code)) for code in range(self.needs.size))

    def declared(self, code: int) -> tuple[str, ...]:
        """The ids of the catalogue's ``unsatisfiable`` entries that cover the needs of ``code``."""
        needs = self.needs.decode(code)
        return tuple(id_ for id_, truth in self.unsatisfiable.items() if truth.verdict(truth.of_needs(needs), ()).met)

    def values_of(self, unit_ids: tuple[str | None, ...]) -> list[Mapping[str, Value]]:
        """The attributes of each unit, empty for one that the catalogue does not know."""
        units, kinds = self.catalogue.units, self.catalogue.kinds
        found = (units.get(unit_id or "") for unit_id in unit_ids)
        return [unit.attributes if unit and unit.kind == kind else {} for unit, kind in zip(found, kinds, strict=True)]

    def _sets_of(self, expression: Expression, position: Position) -> RuleSets:
        return RuleSets(Truth(self.catalogue, None, expression, position), self.space, self.needs)

    def _leave(self, places: tuple[int, ...]) -> RemainingCombinations:
        allowed = self.space.all
        for sets in self.requirements.values():
            allowed &= sets.satisfying(places)
        avoided = tuple(sets.satisfying(places) for sets in self.avoided.values())
        found = self._leaves.get((allowed, *avoided))
        if found is None:
            found = self._leaves[allowed, *avoided] = RemainingCombinations(allowed, self._tiers(allowed, avoided))
        return found

    def _tiers(self, allowed: CombinationSet, avoided: tuple[CombinationSet, ...]) -> tuple[Tier, ...]:
        tiers = {0: allowed}
        for preference, bad in zip(self.catalogue.preferences, avoided, strict=True):
            divided: dict[int, CombinationSet] = {}
            for surplus, combinations in tiers.items():
                for cost, part in ((surplus, combinations & ~bad), (surplus + preference.weight, combinations & bad)):
                    if part:
                        divided[cost] = divided.get(cost, 0) | part
            tiers = divided
        return tuple(Tier(surplus, combinations) for surplus, combinations in sorted(tiers.items()) if combinations)
