"""The selector: needs and installed combination to the best valid combination, and the check of any other.

A selector is made once from a catalogue and may then be asked by any number of threads: it computes values and changes
nothing but a bounded memory of answers. Same input, same answer, on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from keiki.domain.selection.answers import Choice, CombinationCheck, Conflict, NoChoice
from keiki.domain.selection.checking import Checker
from keiki.domain.selection.compiled import CompiledCatalogue
from keiki.domain.selection.conflicts import Conflicts
from keiki.domain.selection.faults import refuse_faults
from keiki.domain.selection.needs import Needs
from keiki.domain.selection.query import SelectionQuery
from keiki.domain.selection.space import CombinationSet
from keiki.domain.selection.words import say
from keiki.domain.units import Catalogue, Combination, RefusedError

Stock = Mapping[str, int]
_REMEMBERED_ANSWERS = 100_000
_REMEMBERED_CATALOGUES = 8


class CombinationError(RefusedError):
    """A combination that has not one unit for each kind."""


class Selector:
    """Chooses and checks by one catalogue."""

    _selectors: ClassVar[dict[str, Selector]] = {}

    def __init__(self, compiled: CompiledCatalogue) -> None:
        self.catalogue = compiled.catalogue
        self.compiled = compiled
        self.nothing_installed = compiled.nothing_installed
        self._conflicts = Conflicts(compiled)
        self.checker = Checker(compiled)
        self._answers: dict[tuple[int, tuple[str | None, ...] | None], Choice | NoChoice] = {}

    @classmethod
    def compile(cls, catalogue: Catalogue) -> Selector:
        """Compile a catalogue, or return what was compiled before from the same content.

        Raises :class:`~keiki.domain.units.CatalogueError` for what only shows when everything is enumerated: a unit
        that is never usable, a rule that never fires, needs that nothing meets and nobody declared.
        """
        known = cls._selectors.get(catalogue.digest)
        if known is None:
            compiled = CompiledCatalogue(catalogue)
            refuse_faults(compiled)
            while len(cls._selectors) >= _REMEMBERED_CATALOGUES:
                cls._selectors.pop(next(iter(cls._selectors)), None)
            known = cls._selectors[catalogue.digest] = cls(compiled)
        return known

    def choose(
        self, needs: Needs, installed: Combination | None = None, stock: Stock | None = None
    ) -> Choice | NoChoice:
        """Return the best valid combination for ``needs`` where ``installed`` hangs (None: nothing does).

        ``stock`` counts the depot's units by id; a unit that it does not name is out of stock. What stays on the wall,
        and a unit that is declared not stocked, needs none. Raises :class:`~keiki.domain.selection.NeedsError`.
        """
        code = self.compiled.needs.encode(needs)
        if stock is not None:
            return self._choose_from_stock(code, installed, stock)
        state = (code, installed.unit_ids if installed is not None else None)
        answer = self._answers.get(state)
        if answer is None:
            if len(self._answers) >= _REMEMBERED_ANSWERS:
                self._answers.clear()
            answer = self._answers[state] = self._choose(code, installed)
        return answer

    def check(
        self, needs: Needs, combination: Combination, installed: Combination | None = None, stock: Stock | None = None
    ) -> CombinationCheck:
        """Return every rule that ``combination`` breaks under ``needs``, and the nearest valid one.

        Raises :class:`~keiki.domain.selection.NeedsError`, or :class:`CombinationError`.
        """
        code = self.compiled.needs.encode(needs)
        wall = self._wall(installed)
        available = self._available(wall, stock) if stock is not None else self.compiled.space.all
        broken = self.checker.broken(self.compiled.needs.decode(code), self._sized(combination))
        if stock is not None:
            broken += self.checker.lacking(combination, wall, stock)
        return CombinationCheck(broken, self.checker.repair(code, combination, wall, available) if broken else None)

    def conflicts_of(self, code: int) -> tuple[Conflict, ...]:
        """The smallest conflicts of the needs of ``code``; empty where something meets them."""
        return () if self.compiled.leaves[code].allowed else self._conflicts.find(code)

    def _choose(self, code: int, installed: Combination | None) -> Choice | NoChoice:
        leaves = self.compiled.leaves[code]
        wall = self._sized(installed) if installed is not None else self.nothing_installed
        key = self.compiled.ranking.best(leaves.allowed, leaves.tiers, wall.unit_ids)
        if key is None:
            return NoChoice(_find_conflicts=lambda: self._conflicts.find(code))
        query = SelectionQuery(self.compiled, self.checker, code, installed)
        return Choice(self.compiled.space.combinations[key.place], key, (), query)

    def _choose_from_stock(self, code: int, installed: Combination | None, stock: Stock) -> Choice | NoChoice:
        unlimited = self._choose(code, installed)
        if isinstance(unlimited, NoChoice):
            return unlimited
        leaves, wall = self.compiled.leaves[code], self._wall(installed)
        available = self._available(wall, stock)
        lacking = self.checker.lacking_units(unlimited.combination, wall, stock)
        key = self.compiled.ranking.best(leaves.allowed & available, leaves.tiers, wall.unit_ids)
        if key is None:
            return NoChoice(lacking, unlimited, _find_conflicts=lambda: ())
        query = SelectionQuery(self.compiled, self.checker, code, installed, available)
        return Choice(self.compiled.space.combinations[key.place], key, lacking, query)

    def _available(self, wall: Combination, stock: Stock) -> CombinationSet:
        available = self.compiled.space.all
        for kind, having, hanging in zip(self.catalogue.kinds, self.compiled.space.having, wall, strict=True):
            offered = 0
            for unit in self.catalogue.units_of[kind]:
                if unit.id == hanging or not unit.stocked or stock.get(unit.id, 0) > 0:
                    offered |= having[unit.id]
            available &= offered
        return available

    def _wall(self, installed: Combination | None) -> Combination:
        return self._sized(installed) if installed is not None else self.nothing_installed

    def _sized(self, combination: Combination) -> Combination:
        if len(combination) != len(self.catalogue.kinds):
            kinds, count = self.catalogue.kinds, len(combination)
            raise CombinationError(say("combination-of-wrong-length", kinds=kinds, count=count))
        return combination
