"""One question that was asked, kept by its answer to tell later what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from keiki.domain.selection.answers import Choice, ReplacementReason
from keiki.domain.selection.space import CombinationSet
from keiki.domain.units import Combination

if TYPE_CHECKING:
    from keiki.domain.selection.selector import Selector


class SelectionQuery:
    """Needs by code, what hangs (None: nothing does), and the combinations that the depot can supply (None: all)."""

    __slots__ = ("_available", "_code", "_installed", "_selector")

    def __init__(
        self, selector: Selector, code: int, installed: Combination | None, available: CombinationSet | None = None
    ) -> None:
        self._selector, self._code, self._installed, self._available = selector, code, installed, available

    @property
    def _wall(self) -> Combination:
        return self._installed if self._installed is not None else self._selector.nothing_installed

    def replaced(self, combination: Combination) -> tuple[str, ...]:
        """The kinds whose units are not those that hang."""
        units = zip(self._selector.catalogue.kinds, combination, self._wall, strict=True)
        return tuple(kind for kind, new, old in units if new != old)

    def unchanged_kinds(self, combination: Combination) -> tuple[str, ...]:
        """The kinds whose units stay."""
        units = zip(self._selector.catalogue.kinds, combination, self._wall, strict=True)
        return tuple(kind for kind, new, old in units if new == old)

    def live_line_kinds(self, choice: Choice) -> tuple[str, ...]:
        """The replaced kinds that make it live-line work; none where nothing hangs."""
        if self._installed is None:
            return ()
        return tuple(kind for kind in choice.replaced if self._is_live_line(kind, choice.combination))

    def explain(self, choice: Choice) -> tuple[ReplacementReason, ...]:
        """Why each replaced kind is replaced."""
        needs, rules = self._selector.compiled.needs.decode(self._code), self._selector.compiled.rules
        found = []
        for kind in choice.replaced:
            rule_ids = self._selector.checker.replacement_rules(needs, choice.combination, self._wall, kind)
            found.append(ReplacementReason(kind, rule_ids, tuple(rules[rule_id].names for rule_id in rule_ids)))
        return tuple(found)

    def answers(self) -> Iterator[Choice]:
        """Every valid combination that can be supplied, best first."""
        compiled = self._selector.compiled
        leaves = compiled.leaves[self._code]
        allowed = leaves.allowed if self._available is None else leaves.allowed & self._available
        for key in compiled.ranking.all(allowed, leaves.tiers, self._wall.unit_ids):
            yield Choice(compiled.space.combinations[key.place], key, (), self)

    def _is_live_line(self, kind: str, combination: Combination) -> bool:
        catalogue = self._selector.catalogue
        when = catalogue.kinds[kind].live_line_work
        if isinstance(when, str):
            return when == "always"
        old = catalogue.units.get(catalogue.part(self._wall, kind) or "")
        if old is None or old.kind != kind:
            return bool(when)
        new = catalogue.units[catalogue.part(combination, kind) or ""]
        return any(old.attributes[name] != new.attributes[name] for name in when)
