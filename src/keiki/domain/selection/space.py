"""All combinations that can be plugged together, and sets of them.

A set of combinations is a whole number whose bit *i* stands for the *i*-th valid combination in the catalogue's order;
what several rules allow is then the ``&`` of their sets. Combinations are ordered by their units' places, kind by kind,
so the lowest bit of a set is its first combination in the catalogue's order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from keiki.domain.selection.truth import Truth
from keiki.domain.selection.words import say
from keiki.domain.units import Catalogue, CatalogueError, CatalogueProblem, Combination, Rule, Value

MOST_COMBINATIONS = 200_000
CombinationSet = int


def members(combinations: CombinationSet) -> Iterator[int]:
    """The places of a set's combinations, in the catalogue's order."""
    while combinations:
        lowest = combinations & -combinations
        yield lowest.bit_length() - 1
        combinations ^= lowest


def first(combinations: CombinationSet) -> int:
    """The place of a set's first combination; the set must not be empty."""
    return (combinations & -combinations).bit_length() - 1


class CombinationSpace:
    """The valid combinations of a catalogue."""

    def __init__(self, catalogue: Catalogue, physical: Sequence[tuple[Rule, Truth]]) -> None:
        self._units = tuple(catalogue.units_of[kind] for kind in catalogue.kinds)
        self._attributes = tuple(tuple(unit.attributes for unit in units) for units in self._units)
        self.indexes = tuple(self._enumerate(catalogue, physical))
        self.combinations = tuple(
            Combination(tuple(units[place].id for units, place in zip(self._units, indexes, strict=True)))
            for indexes in self.indexes
        )
        self.all: CombinationSet = (1 << len(self.combinations)) - 1
        self.having: tuple[Mapping[str | None, CombinationSet], ...] = tuple(
            self._having(place) for place in range(len(self._units))
        )

    def __len__(self) -> int:
        return len(self.combinations)

    def set_of(self, places: Iterable[int]) -> CombinationSet:
        """The set of the combinations at ``places``."""
        bits = bytearray(len(self.indexes) // 8 + 1)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def by_values(self, truth: Truth) -> Mapping[tuple[Value, ...], CombinationSet]:
        """Divide all combinations by the values that a rule reads of them."""
        places: dict[tuple[Value, ...], list[int]] = {}
        for number, indexes in enumerate(self.indexes):
            values = tuple(self._attributes[place][indexes[place]][name] for place, name in truth.part_places)
            places.setdefault(values, []).append(number)
        return {values: self.set_of(numbers) for values, numbers in places.items()}

    def _having(self, place: int) -> Mapping[str | None, CombinationSet]:
        numbers: dict[str | None, list[int]] = {unit.id: [] for unit in self._units[place]}
        for number, combination in enumerate(self.combinations):
            numbers[combination.unit_ids[place]].append(number)
        return {unit_id: self.set_of(found) for unit_id, found in numbers.items()}

    def _enumerate(self, catalogue: Catalogue, physical: Sequence[tuple[Rule, Truth]]) -> Iterator[tuple[int, ...]]:
        due: list[list[Truth]] = [[] for _ in self._units]
        for _, truth in physical:
            due[max((place for place, _ in truth.part_places), default=0)].append(truth)
        for found, indexes in enumerate(self._extend((), due)):
            if found >= MOST_COMBINATIONS:
                sentence = say("too-many-combinations", most=MOST_COMBINATIONS)
                raise CatalogueError([CatalogueProblem(catalogue.position, sentence)])
            yield indexes

    def _extend(self, chosen: tuple[int, ...], due: list[list[Truth]]) -> Iterator[tuple[int, ...]]:
        place = len(chosen)
        if place == len(self._units):
            yield chosen
            return
        for index in range(len(self._units[place])):
            extended = (*chosen, index)
            attributes = [self._attributes[k][extended[k]] for k in range(place + 1)]
            if all(truth.verdict((), truth.of_units(attributes)).met for truth in due[place]):
                yield from self._extend(extended, due)
