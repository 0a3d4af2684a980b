"""The proof that is shown when a catalogue is published: everything enumerated.

What would refuse the catalogue (a dead unit or rule, needs that nothing meets and nobody declared) was refused when it
was compiled. This counts and lists what is so, for an engineer to look through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from keiki.domain.selection.answers import Choice, Conflict
from keiki.domain.selection.installed_cases import installed_cases, used_units
from keiki.domain.selection.selector import Selector
from keiki.domain.selection.space import members
from keiki.domain.units import Combination, Value


@dataclass(frozen=True)
class NeedsAnswer:
    """What some needs get at a new place; ``choice`` is None where nothing meets them, as ``declared`` says.

    ``allowed`` counts the combinations that meet the needs, and ``tied`` those that rank equal to the choice but for
    the catalogue's order, the choice among them.
    """

    needs: Mapping[str, Value]
    choice: Choice | None
    allowed: int
    tied: tuple[Combination, ...]
    declared: tuple[str, ...]


@dataclass(frozen=True)
class Ties:
    """In how many states of needs and installed units the catalogue's order had to decide, with one example."""

    states: int
    of_states: int
    example: tuple[Mapping[str, Value], Combination, tuple[Combination, ...]] | None


class Verification:
    """Everything that one catalogue answers. ``told`` hears how many of the needs the long part has looked at."""

    def __init__(self, selector: Selector, told: Callable[[int], None] = lambda _: None) -> None:
        self._selector, self._compiled, self._told = selector, selector.compiled, told
        self.combinations = len(self._compiled.space)
        self.needs = self._compiled.needs.size

    def answers(self) -> Iterator[NeedsAnswer]:
        """Every need there is, in order, with its answer at a new place."""
        nothing = self._selector.nothing_installed.unit_ids
        for code, leaves in enumerate(self._compiled.leaves):
            needs = self._compiled.needs.decode(code)
            answer = self._selector.choose(needs)
            tied = self._compiled.ranking.tied(leaves.allowed, leaves.tiers, nothing)
            yield NeedsAnswer(
                needs=needs,
                choice=answer if isinstance(answer, Choice) else None,
                allowed=leaves.allowed.bit_count(),
                tied=tuple(self._compiled.space.combinations[place] for place in members(tied)),
                declared=() if leaves.allowed else self._compiled.declared(code),
            )

    @cached_property
    def unsatisfiable(self) -> int:
        """How many needs nothing meets; each is declared."""
        return sum(not leaves.allowed for leaves in self._compiled.leaves)

    @cached_property
    def declared(self) -> Mapping[str, int]:
        """How many needs each ``[[unsatisfiable]]`` covers."""
        counts = dict.fromkeys(self._compiled.unsatisfiable, 0)
        for code in range(self.needs):
            for id_ in self._compiled.declared(code):
                counts[id_] += 1
        return counts

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every smallest set of needs that conflict, each once, in the order they are first met."""
        found: dict[tuple[tuple[str, Value], ...], Conflict] = {}
        for code, leaves in enumerate(self._compiled.leaves):
            if not leaves.allowed:
                for conflict in self._selector.conflicts_of(code):
                    found.setdefault(tuple(conflict.needs.items()), conflict)
        return tuple(found.values())

    @cached_property
    def never_first(self) -> tuple[str, ...]:
        """The units that are usable but in no best combination of a new place: needed only by what hangs already."""
        first = {unit for answer in self.answers() if answer.choice for unit in answer.choice.combination}
        return tuple(unit for unit in self._compiled.catalogue.units if unit not in first)

    @cached_property
    def ties(self) -> Ties:
        """Look at every state there is for what only the catalogue's order decides."""
        tied_states = states = 0
        example = None
        for code, leaves in enumerate(self._compiled.leaves):
            self._told(code)
            if not leaves.allowed:
                continue
            for wall in installed_cases(self._compiled, used_units(self._compiled, leaves.allowed)):
                states += wall.stands_for
                tied = self._compiled.ranking.tied(leaves.allowed, leaves.tiers, wall.unit_ids)
                if tied & (tied - 1):
                    tied_states += wall.stands_for
                    if example is None:
                        equal = tuple(self._compiled.space.combinations[place] for place in members(tied))
                        example = (self._compiled.needs.decode(code), Combination(wall.unit_ids), equal)
        return Ties(tied_states, states, example)
