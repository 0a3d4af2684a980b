"""One question that was asked, kept by its answer to tell later what follows from it."""

from __future__ import annotations

from collections.abc import Iterator

from keiki.domain.selection.answers import Choice, ReplacementReason
from keiki.domain.selection.checking import Checker
from keiki.domain.selection.compiled import CompiledCatalogue
from keiki.domain.selection.space import CombinationSet
from keiki.domain.units import Combination


class SelectionQuery:
    """Needs by code, the installed units (None: none are), and the combinations that can be supplied (None: all)."""

    __slots__ = ("_available", "_checker", "_code", "_compiled", "_installed")

    def __init__(
        self,
        compiled: CompiledCatalogue,
        checker: Checker,
        code: int,
        installed: Combination | None,
        available: CombinationSet | None = None,
    ) -> None:
        self._compiled, self._checker = compiled, checker
        self._code, self._installed, self._available = code, installed, available

    @property
    def _wall(self) -> Combination:
        return self._installed if self._installed is not None else self._compiled.nothing_installed

    def replaced(self, combination: Combination) -> tuple[str, ...]:
        """The kinds whose units are not the installed ones."""
        units = zip(self._compiled.catalogue.kinds, combination, self._wall, strict=True)
        return tuple(kind for kind, new, old in units if new != old)

    def unchanged_kinds(self, combination: Combination) -> tuple[str, ...]:
        """The kinds whose units stay."""
        units = zip(self._compiled.catalogue.kinds, combination, self._wall, strict=True)
        return tuple(kind for kind, new, old in units if new == old)

    def live_line_kinds(self, choice: Choice) -> tuple[str, ...]:
        """The replaced kinds that make it live-line work; none where nothing is installed."""
        if self._installed is None:
            return ()
        return tuple(kind for kind in choice.replaced if self._is_live_line(kind, choice.combination))

    def explain(self, choice: Choice) -> tuple[ReplacementReason, ...]:
        """Why each replaced kind is replaced."""
        needs, rules = self._compiled.needs.decode(self._code), self._compiled.rules
        found = []
        for kind in choice.replaced:
            rule_ids = self._checker.replacement_rules(needs, choice.combination, self._wall, kind)
            found.append(ReplacementReason(kind, rule_ids, tuple(rules[rule_id].names for rule_id in rule_ids)))
        return tuple(found)

    def answers(self) -> Iterator[Choice]:
        """Every valid combination that can be supplied, best first."""
        compiled = self._compiled
        leaves = compiled.leaves[self._code]
        allowed = leaves.allowed if self._available is None else leaves.allowed & self._available
        for key in compiled.ranking.all(allowed, leaves.tiers, self._wall.unit_ids):
            yield Choice(compiled.space.combinations[key.place], key, (), self)

    def _is_live_line(self, kind: str, combination: Combination) -> bool:
        catalogue = self._compiled.catalogue
        when = catalogue.kinds[kind].live_line_work
        if isinstance(when, str):
            return when == "always"
        old = catalogue.units.get(catalogue.part(self._wall, kind) or "")
        if old is None or old.kind != kind:
            return bool(when)
        new = catalogue.units[catalogue.part(combination, kind) or ""]
        return any(old.attributes[name] != new.attributes[name] for name in when)
