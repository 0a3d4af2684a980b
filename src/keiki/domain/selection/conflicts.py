"""Why nothing can be offered: the smallest sets of needs that conflict.

A set of needs conflicts if no combination meets it, whatever the other needs are. A smallest one is such a set of which
no need can be left out. All of them are found by walking the sets by size; what each set leaves is kept, so the walk is
done once for a catalogue.
"""

from __future__ import annotations

from itertools import combinations, product

from keiki.domain.selection.answers import Conflict
from keiki.domain.selection.compiled import CompiledCatalogue
from keiki.domain.units import LANGUAGES, Texts, fill


class Conflicts:
    """Finds conflicts by one compiled catalogue."""

    def __init__(self, compiled: CompiledCatalogue) -> None:
        self._compiled = compiled
        self._satisfiable: dict[tuple[int, ...], frozenset[tuple[int, ...]]] = {}
        self._met: tuple[tuple[int, ...], ...] | None = None

    def find(self, code: int) -> tuple[Conflict, ...]:
        """Every smallest set of conflicting needs of ``code``, smallest first, then in the order of the needs."""
        places = self._compiled.needs.places(code)
        found: list[tuple[int, ...]] = []
        for size in range(len(places) + 1):
            for chosen in combinations(range(len(places)), size):
                if any(set(smaller) <= set(chosen) for smaller in found):
                    continue
                if tuple(places[need] for need in chosen) not in self._satisfiable_values(chosen):
                    found.append(chosen)
        return tuple(self._conflict(code, chosen) for chosen in found)

    def _satisfiable_values(self, chosen: tuple[int, ...]) -> frozenset[tuple[int, ...]]:
        known = self._satisfiable.get(chosen)
        if known is None:
            if self._met is None:
                needs = self._compiled.needs
                self._met = tuple(
                    needs.places(code) for code, leaves in enumerate(self._compiled.leaves) if leaves.allowed
                )
            known = frozenset(tuple(places[need] for need in chosen) for places in self._met)
            self._satisfiable[chosen] = known
        return known

    def _conflict(self, code: int, chosen: tuple[int, ...]) -> Conflict:
        needs = self._compiled.needs.decode(code)
        names = [self._compiled.needs.needs[need].id for need in chosen]
        covering = self._compiled.declared(code)
        about = tuple(id_ for id_ in covering if set(self._compiled.unsatisfiable[id_].need_ids) <= set(names))
        declared = about or covering
        return Conflict(
            needs={name: needs[name] for name in names},
            rule_ids=self._rules(code, chosen),
            declared_ids=declared,
            messages=tuple(self._message(id_, code) for id_ in declared),
        )

    def _rules(self, code: int, chosen: tuple[int, ...]) -> tuple[str, ...]:
        """The fewest requirement rules that leave nothing, whatever the needs that are not ``chosen`` are."""
        requirements = self._compiled.requirements
        for size in range(1, len(requirements) + 1):
            for rule_ids in combinations(requirements, size):
                if self._leave_nothing(rule_ids, code, chosen):
                    return rule_ids
        return ()

    def _leave_nothing(self, rule_ids: tuple[str, ...], code: int, chosen: tuple[int, ...]) -> bool:
        sets = [self._compiled.requirements[rule_id] for rule_id in rule_ids]
        read = {place for rule_sets in sets for place in rule_sets.truth.need_places}
        values = [
            range(size) if place in read and place not in chosen else (own,)
            for place, (size, own) in enumerate(
                zip(self._compiled.needs.sizes, self._compiled.needs.places(code), strict=True)
            )
        ]
        for places in product(*values):
            left = self._compiled.space.all
            for rule_sets in sets:
                left &= rule_sets.satisfying(places)
            if left:
                return False
        return True

    def _message(self, id_: str, code: int) -> Texts:
        entry = next(entry for entry in self._compiled.catalogue.unsatisfiable if entry.id == id_)
        needs = self._compiled.needs.decode(code)
        return {
            language: fill(
                entry.messages[language],
                {f"need.{name}": self._compiled.catalogue.label(value, language) for name, value in needs.items()},
            )
            for language in LANGUAGES
        }
