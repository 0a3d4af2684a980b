"""Rules as tables of truth.

CEL costs microseconds for each evaluation and a rule reads few attributes, so each rule is evaluated once for every
combination of the values that it reads, and from then on looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from keiki.domain.selection.words import say
from keiki.domain.units import Catalogue, CatalogueError, CatalogueProblem, Expression, ExpressionError, Position, Value

MOST_EVALUATIONS = 100_000


class RuleVerdict(NamedTuple):
    """What a rule says: whether its condition holds, and whether it is met (a rule that does not fire is met)."""

    fires: bool
    met: bool


class Truth:
    """One rule's verdicts, by the values of what it reads of needs and of units."""

    def __init__(self, catalogue: Catalogue, when: Expression | None, require: Expression, position: Position) -> None:
        self._when, self._require, self._position = when, require, position
        reads = dict.fromkeys((*(when.reads if when else ()), *require.reads))
        split = [name.split(".") for name in reads]
        self.need_ids = tuple(name for owner, name in split if owner == "need")
        self.parts = tuple((owner, name) for owner, name in split if owner != "need")
        self.kinds = tuple(dict.fromkeys(owner for owner, _ in self.parts))
        needs = tuple(catalogue.needs)
        kinds = tuple(catalogue.kinds)
        self.need_places = tuple(needs.index(name) for name in self.need_ids)
        self.part_places = tuple((kinds.index(kind), name) for kind, name in self.parts)
        self._names = (*(f"need.{name}" for name in self.need_ids), *(f"{kind}.{name}" for kind, name in self.parts))
        self._verdicts: dict[tuple[Value, ...], RuleVerdict] = {}

    def of_needs(self, needs: Mapping[str, Value]) -> tuple[Value, ...]:
        """The values that the rule reads of ``needs``."""
        return tuple(needs[name] for name in self.need_ids)

    def of_units(self, units: Sequence[Mapping[str, Value]]) -> tuple[Value, ...]:
        """The values that the rule reads of the units' attributes, given one mapping for each kind."""
        return tuple(units[place][name] for place, name in self.part_places)

    def verdict(self, of_needs: tuple[Value, ...], of_units: tuple[Value, ...]) -> RuleVerdict:
        """Look the verdict up, evaluating at first sight; CatalogueError if the expression has no answer."""
        values = of_needs + of_units
        found = self._verdicts.get(values)
        if found is None:
            found = self._verdicts[values] = self._evaluate(values)
        return found

    def _evaluate(self, values: tuple[Value, ...]) -> RuleVerdict:
        if len(self._verdicts) >= MOST_EVALUATIONS:
            raise CatalogueError([CatalogueProblem(self._position, say("rule-reads-too-much", most=MOST_EVALUATIONS))])
        given = dict(zip(self._names, values, strict=True))
        try:
            if self._when and not self._when.holds({name: given[name] for name in self._when.reads}):
                return RuleVerdict(fires=False, met=True)
            return RuleVerdict(fires=True, met=self._require.holds({name: given[name] for name in self._require.reads}))
        except ExpressionError as error:
            raise CatalogueError([CatalogueProblem(self._position, error.sentence)]) from None
