"""A catalogue as one table: the answer for every state of needs and installed units, by number.

A *state* is the code of the needs times the number of installed combinations, plus the code of the installed one. Units
are numbered within their kind in the catalogue's order; one number more stands for a unit that is missing or unknown.
All states are worked out once, after which thirteen million sites are answered by reading thirteen million places.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keiki.domain.selection import NoChoice, Selector
from keiki.domain.selection.compiled import CompiledCatalogue, RemainingCombinations
from keiki.domain.selection.installed_cases import installed_cases, used_units
from keiki.domain.selection.truth import Truth
from keiki.domain.units import RefusedError
from keiki.planning.words import say

Numbers = NDArray[Any]
MOST_STATES = 60_000_000
NO_CHOICE = -1
_BLOCK = 1 << 15


@lru_cache(maxsize=2)
def state_table(selector: Selector) -> StateTable:
    """Return the table of a selector, made once."""
    return StateTable(selector)


class TableSizeError(RefusedError):
    """A catalogue with more states than a table may have."""


class StateTable:
    """The best combination of every state, by the codes of needs and of installed combinations.

    ``needs_offsets`` holds, for each code of needs, what :meth:`lookup` wants of them.
    """

    def __init__(self, selector: Selector) -> None:
        self._selector = selector
        self._compiled: CompiledCatalogue = selector.compiled
        catalogue = selector.catalogue
        self.kinds = tuple(catalogue.kinds)
        self.unit_ids = tuple(tuple(unit.id for unit in catalogue.units_of[kind]) for kind in catalogue.kinds)
        self.sizes = tuple(len(ids) + 1 for ids in self.unit_ids)
        self.installed = prod(self.sizes)
        states = self._compiled.needs.size * self.installed
        if states > MOST_STATES:
            raise TableSizeError(say("too-many-states", count=states, most=MOST_STATES))
        type_ = np.int16 if len(self._compiled.space) < 2**15 else np.int32
        places: dict[int, int] = {}
        self._row_of = np.array([places.setdefault(id(leaves), len(places)) for leaves in self._compiled.leaves])
        distinct = {id(leaves): leaves for leaves in self._compiled.leaves}
        self._rows: Numbers = np.stack([self._row(leaves, type_) for leaves in distinct.values()])
        self.needs_offsets: Numbers = self._row_of * self.installed

    @property
    def flat(self) -> Numbers:
        """What :meth:`lookup` reads, at an offset of needs plus a code of an installed combination."""
        flat: Numbers = self._rows.reshape(-1)
        return flat

    @cached_property
    def best(self) -> Numbers:
        """The place of the best combination of every state, or :data:`NO_CHOICE`; shape ``(needs, installed)``."""
        best: Numbers = self._rows[self._row_of]
        return best

    def lookup(self, needs: Numbers, installed: Numbers) -> Numbers:
        """Return the place of the best combination for each pair of ``needs_offsets[code]`` and installed code.

        Both are int64 arrays of one length. Needs that leave the same share a row, so the table stays small.
        """
        found = np.empty(len(needs), self._rows.dtype)
        states, flat = np.empty(_BLOCK, np.int64), self.flat
        for start in range(0, len(needs), _BLOCK):
            block = slice(start, start + _BLOCK)
            some = np.add(needs[block], installed[block], out=states[: len(found[block])])
            np.take(flat, some, out=found[block], mode="clip")
        return found

    def installed_code(self, unit_ids: Sequence[str | None]) -> int:
        """Return the code of an installed combination."""
        code = 0
        for ids, size, unit_id in zip(self.unit_ids, self.sizes, unit_ids, strict=True):
            code = code * size + (ids.index(unit_id) if unit_id in ids else size - 1)
        return code

    @cached_property
    def choice_texts(self) -> tuple[str, ...]:
        """The unit ids of each valid combination, joined by ``/``."""
        return tuple("/".join(c.unit_ids) for c in self._compiled.space.combinations)  # type: ignore[arg-type]

    @cached_property
    def replaced(self) -> Numbers:
        """For every state the kinds replaced, as bits (first kind lowest); 0 where there is no choice."""
        wall = np.indices(self.sizes, np.int16).reshape(len(self.sizes), -1)
        chosen = np.array(self._compiled.space.indexes, np.int16).T
        bits = np.zeros(self.best.shape, np.uint8)
        for code in range(len(self.best)):
            if self._compiled.leaves[code].allowed:
                for kind in range(len(self.sizes)):
                    bits[code] |= (chosen[kind][self.best[code]] != wall[kind]).astype(np.uint8) << kind
        return bits

    @cached_property
    def rule_ids(self) -> tuple[str, ...]:
        """The rules in the order of the bits of :attr:`failed`."""
        return tuple(self._compiled.rules)

    @cached_property
    def failed(self) -> Numbers:
        """For every state the rules that failed, as bits in the order of :attr:`rule_ids`.

        Where there is a choice: the rules that the installed units break, as far as they are known. Where there is
        none: the rules of the smallest conflicts.
        """
        type_ = np.dtype(np.uint16 if len(self.rule_ids) <= 16 else np.uint64)
        bits: Numbers = np.zeros((*self._compiled.needs.sizes, *self.sizes), type_)
        for bit, truth in enumerate(self._compiled.truths.values()):
            bits |= self._broken(truth).astype(type_) * type_.type(1 << bit)
        flat = bits.reshape(self.best.shape)
        place = {rule_id: bit for bit, rule_id in enumerate(self.rule_ids)}
        for code, leaves in enumerate(self._compiled.leaves):
            if not leaves.allowed:
                answer = self._selector.choose(self._compiled.needs.decode(code))
                conflicts = answer.conflicts if isinstance(answer, NoChoice) else ()
                flat[code] = sum(1 << place[id_] for id_ in {id_ for c in conflicts for id_ in c.rule_ids})
        return flat

    @cached_property
    def failed_patterns(self) -> tuple[Numbers, list[int]]:
        """:attr:`failed`, flat, as places in a list of the patterns of bits that occur."""
        flat = self.failed.reshape(-1)
        if flat.dtype == np.uint16:
            occurs = np.zeros(1 << 16, bool)
            occurs[flat] = True
            patterns = np.flatnonzero(occurs)
            places = np.zeros(1 << 16, np.uint16)
            places[patterns] = range(len(patterns))
            return places.take(flat), patterns.tolist()
        found, inverse = np.unique(flat, return_inverse=True)
        return inverse.astype(np.int32), found.tolist()

    def _broken(self, truth: Truth) -> Numbers:
        """Which states break a rule, in an array that broadcasts over needs and kinds."""
        needs, kinds = self._compiled.needs.needs, list(self._compiled.catalogue.kinds)
        units = self._compiled.catalogue.units_of
        read = [kinds.index(kind) for kind in truth.kinds]
        shape = [len(need.values) if place in truth.need_places else 1 for place, need in enumerate(needs)]
        shape += [size if place in read else 1 for place, size in enumerate(self.sizes)]
        broken = np.zeros(shape, bool)
        for values in product(*(needs[place].values for place in truth.need_places)):
            for places in product(*(range(len(self.unit_ids[kind])) for kind in read)):
                chosen = dict(zip(truth.kinds, places, strict=True))
                of_units = tuple(units[kind][chosen[kind]].attributes[name] for kind, name in truth.parts)
                if not truth.verdict(values, of_units).met:
                    where = [0] * len(shape)
                    for place, value in zip(truth.need_places, values, strict=True):
                        where[place] = needs[place].values.index(value)
                    for kind, place in zip(read, places, strict=True):
                        where[len(needs) + kind] = place
                    broken[tuple(where)] = True
        return broken

    def _row(self, leaves: RemainingCombinations, type_: type) -> Numbers:
        """The best combination for every installed one, given what the needs leave."""
        if not leaves.allowed:
            return np.full(self.installed, NO_CHOICE, type_)
        used = used_units(self._compiled, leaves.allowed)
        rank = self._compiled.ranking.best
        keys = [rank(leaves.allowed, leaves.tiers, wall.unit_ids) for wall in installed_cases(self._compiled, used)]
        small: Numbers = np.array([key.place if key else NO_CHOICE for key in keys], type_)
        return small.reshape([len(units) + 1 for units in used])[np.ix_(*self._narrowed(used))].reshape(-1)

    def _narrowed(self, used: Sequence[Sequence[str]]) -> list[Numbers]:
        """For each kind, the place among the used units of each unit; of one that is not used, the last place."""
        narrowed = []
        for ids, units in zip(self.unit_ids, used, strict=True):
            places = {unit_id: place for place, unit_id in enumerate(units)}
            narrowed.append(np.array([places.get(unit_id or "", len(units)) for unit_id in (*ids, None)]))
        return narrowed
