"""The check of one combination: which rules it breaks, in whose words, and what the nearest valid one is."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.domain.selection.answers import BrokenRule
from keiki.domain.selection.compiled import CompiledCatalogue
from keiki.domain.selection.needs import Needs
from keiki.domain.selection.space import CombinationSet
from keiki.domain.selection.truth import Truth
from keiki.domain.units import LANGUAGES, Combination, Rule, Texts, Value, fill

UNKNOWN_UNIT = "UNIT"
OUT_OF_STOCK = "STOCK"


class Checker:
    """Checks combinations by one compiled catalogue."""

    def __init__(self, compiled: CompiledCatalogue) -> None:
        self._compiled, self._catalogue = compiled, compiled.catalogue
        self._blame: dict[tuple[str, tuple[Value, ...], tuple[Value, ...]], tuple[str, ...]] = {}

    def broken(self, needs: Needs, combination: Combination) -> tuple[BrokenRule, ...]:
        """Every rule that the combination breaks; a unit that the catalogue does not know breaks ``UNIT``."""
        units = self._compiled.values_of(combination.unit_ids)
        kinds = tuple(self._catalogue.kinds)
        unknown = {
            kind for kind, attributes, id_ in zip(kinds, units, combination, strict=True) if not self._known(kind, id_)
        }
        found = [
            BrokenRule(
                UNKNOWN_UNIT, (kind,), self._notice("unknown_unit", kind, self._catalogue.part(combination, kind))
            )
            for kind in kinds
            if kind in unknown
        ]
        for rule in self._catalogue.rules:
            truth = self._compiled.truths[rule.id]
            if unknown.isdisjoint(truth.kinds):
                of_needs, of_units = truth.of_needs(needs), truth.of_units(units)
                if not truth.verdict(of_needs, of_units).met:
                    message = self._message(rule, truth, needs, combination, units)
                    found.append(BrokenRule(rule.id, self._blamed(rule.id, truth, of_needs, of_units), message))
        return tuple(found)

    def applying(self, needs: Needs, combination: Combination) -> frozenset[str]:
        """The ids of the rules whose condition holds for ``combination``, and of those that read an unknown unit."""
        units = self._compiled.values_of(combination.unit_ids)
        unknown = {k for k, id_ in zip(self._catalogue.kinds, combination, strict=True) if not self._known(k, id_)}
        return frozenset(
            rule_id
            for rule_id, truth in self._compiled.truths.items()
            if not unknown.isdisjoint(truth.kinds) or truth.verdict(truth.of_needs(needs), truth.of_units(units)).fires
        )

    def lacking(self, combination: Combination, wall: Combination, stock: Mapping[str, int]) -> tuple[BrokenRule, ...]:
        """A broken ``STOCK`` for every unit that would have to be fetched and is not there."""
        lacking = self.lacking_units(combination, wall, stock)
        return tuple(
            BrokenRule(OUT_OF_STOCK, (kind,), self._notice("out_of_stock", kind, id_))
            for kind, id_ in zip(self._catalogue.kinds, combination, strict=True)
            if id_ in lacking
        )

    def lacking_units(self, combination: Combination, wall: Combination, stock: Mapping[str, int]) -> tuple[str, ...]:
        """The ids of the units that would have to be fetched and are not there."""
        units = self._catalogue.units
        return tuple(
            new
            for new, old in zip(combination, wall, strict=True)
            if new is not None and new in units and new != old and units[new].stocked and stock.get(new, 0) <= 0
        )

    def repair(
        self, code: int, combination: Combination, wall: Combination, available: CombinationSet
    ) -> Combination | None:
        """The valid combination that changes the fewest units of ``combination``; the best ranked of several."""
        leaves = self._compiled.leaves[code]
        nearest = self._compiled.nearness.groups(leaves.allowed & available, combination.unit_ids)
        _, group = next(nearest, (0, 0))
        key = self._compiled.ranking.best(group, leaves.tiers, wall.unit_ids)
        return self._compiled.space.combinations[key.place] if key else None

    def replacement_rules(self, needs: Needs, chosen: Combination, wall: Combination, kind: str) -> tuple[str, ...]:
        """The rules that would be broken if the choice kept the installed unit of ``kind``, requirements first.

        Where that unit is not known: the requirement rules that concern it.
        """
        place = tuple(self._catalogue.kinds).index(kind)
        kept = (*chosen.unit_ids[:place], wall.unit_ids[place], *chosen.unit_ids[place + 1 :])
        if self._known(kind, wall.unit_ids[place]):
            broken = [rule.id for rule in self.broken(needs, Combination(kept))]
            return tuple(sorted(broken, key=lambda rule_id: self._compiled.rules[rule_id].physical))
        units = self._compiled.values_of(chosen.unit_ids)
        return tuple(
            rule_id
            for rule_id, truth in self._compiled.truths.items()
            if kind in truth.kinds
            and truth.need_ids
            and truth.verdict(truth.of_needs(needs), truth.of_units(units)).fires
        )

    def _known(self, kind: str, unit_id: str | None) -> bool:
        unit = self._catalogue.units.get(unit_id or "")
        return unit is not None and unit.kind == kind

    def _blamed(
        self, rule_id: str, truth: Truth, of_needs: tuple[Value, ...], of_units: tuple[Value, ...]
    ) -> tuple[str, ...]:
        known = self._blame.get((rule_id, of_needs, of_units))
        if known is None:
            alone = tuple(kind for kind in truth.kinds if self._mendable(kind, truth, of_needs, of_units))
            known = self._blame[rule_id, of_needs, of_units] = alone or truth.kinds
        return known

    def _mendable(self, kind: str, truth: Truth, of_needs: tuple[Value, ...], of_units: tuple[Value, ...]) -> bool:
        for unit in self._catalogue.units_of[kind]:
            changed = tuple(
                unit.attributes[name] if owner == kind else value
                for (owner, name), value in zip(truth.parts, of_units, strict=True)
            )
            if truth.verdict(of_needs, changed).met:
                return True
        return False

    def _message(
        self, rule: Rule, truth: Truth, needs: Needs, combination: Combination, units: list[Mapping[str, Value]]
    ) -> Texts:
        texts = {}
        for language in LANGUAGES:
            values = {f"need.{name}": self._catalogue.label(value, language) for name, value in needs.items()}
            for kind, unit_id, attributes in zip(self._catalogue.kinds, combination, units, strict=True):
                values[kind] = unit_id or "?"
                for name in self._catalogue.kinds[kind].attributes:
                    known = name in attributes
                    values[f"{kind}.{name}"] = self._catalogue.label(attributes[name], language) if known else "?"
            texts[language] = fill(rule.messages[language], values)
        return texts

    def _notice(self, notice: str, kind: str, unit_id: str | None) -> Texts:
        texts, names = self._catalogue.notices[notice], self._catalogue.kinds[kind].names
        return {
            language: fill(texts[language], {"unit": unit_id or "?", "kind": names[language]}) for language in LANGUAGES
        }
