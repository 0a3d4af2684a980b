"""Which of several valid combinations is best.

The order is lexicographic: what is replaced of the installed units, by the kinds' weights; then what the catalogue
prefers to avoid; then the catalogue's order. The last never ties, so the best is one, whatever the machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from keiki.domain.selection.space import CombinationSet, first, members

Installed = Sequence[str | None]


class RankingKey(NamedTuple):
    """What a combination is ranked by, least first: replacement cost, avoidable features, place in the catalogue."""

    replacement: int
    surplus: int
    place: int


class Tier(NamedTuple):
    """The combinations that cost ``surplus`` in avoidable features."""

    surplus: int
    combinations: CombinationSet


class ReplacementCost(NamedTuple):
    """The sets of kinds that can be kept when replacing costs exactly ``cost``."""

    cost: int
    kept: tuple[tuple[int, ...], ...]


def replacements(weights: Sequence[int]) -> tuple[ReplacementCost, ...]:
    """Every possible replacement cost, cheapest first, with the kinds (by place) that are then kept."""
    kinds = range(len(weights))
    total = sum(weights)
    subsets = [tuple(kind for kind in kinds if bits >> kind & 1) for bits in range(1 << len(weights))]
    costed = sorted((total - sum(weights[kind] for kind in kept), kept) for kept in subsets)
    return tuple(
        ReplacementCost(cost, tuple(kept for _, kept in group))
        for cost, group in groupby(costed, key=lambda pair: pair[0])
    )


def _within(every: tuple[ReplacementCost, ...], keepable: int) -> tuple[ReplacementCost, ...]:
    """Of all replacement costs those with only kinds kept that ``keepable`` has as bits."""
    kept = ((cost, tuple(k for k in kept if all(keepable >> kind & 1 for kind in k))) for cost, kept in every)
    return tuple(ReplacementCost(cost, kinds) for cost, kinds in kept if kinds)


def _keeping_any(
    allowed: CombinationSet, keeping: Sequence[CombinationSet], kept_kinds: tuple[tuple[int, ...], ...]
) -> CombinationSet:
    """Those of ``allowed`` that keep all kinds of one of ``kept_kinds``."""
    found = 0
    for kept in kept_kinds:
        some = allowed
        for kind in kept:
            some &= keeping[kind]
        found |= some
    return found


class Ranking:
    """Ranks sets of combinations by replacement weights against what is installed."""

    def __init__(self, having: Sequence[Mapping[str | None, CombinationSet]], weights: Sequence[int]) -> None:
        self._having = having
        self._bits = tuple(1 << kind for kind in range(len(weights)))
        every = replacements(weights)
        self._replacements = tuple(_within(every, keepable) for keepable in range(1 << len(weights)))

    def groups(self, allowed: CombinationSet, installed: Installed) -> Iterator[tuple[int, CombinationSet]]:
        """Divide ``allowed`` by replacement cost, cheapest first. Unknown installed units count as replaced."""
        keeping, keepable = self._keeping(allowed, installed)
        left = allowed
        for cost, kept_kinds in self._replacements[keepable]:
            found = _keeping_any(left, keeping, kept_kinds)
            if found:
                yield cost, found
                left ^= found
                if not left:
                    return

    def best(self, allowed: CombinationSet, tiers: Sequence[Tier], installed: Installed) -> RankingKey | None:
        """The best of ``allowed``, or None if it is empty. (What :meth:`all` begins with, without its bookkeeping.)"""
        if not allowed:
            return None
        keeping, keepable = self._keeping(allowed, installed)
        for cost, kept_kinds in self._replacements[keepable]:
            found = _keeping_any(allowed, keeping, kept_kinds)
            if found:
                for surplus, combinations in tiers:
                    if combinations & found:
                        return RankingKey(cost, surplus, first(combinations & found))
        return None

    def _keeping(self, allowed: CombinationSet, installed: Installed) -> tuple[list[CombinationSet], int]:
        """For each kind those that keep its installed unit, and as bits the kinds for which there are any."""
        keeping, keepable = [], 0
        for having, unit, bit in zip(self._having, installed, self._bits, strict=True):
            some = having.get(unit, 0) & allowed
            keeping.append(some)
            if some:
                keepable |= bit
        return keeping, keepable

    def tied(self, allowed: CombinationSet, tiers: Sequence[Tier], installed: Installed) -> CombinationSet:
        """Those of ``allowed`` that rank equal to the best but for the catalogue's order, the best among them."""
        for _, group in self.groups(allowed, installed):
            for _, combinations in tiers:
                if combinations & group:
                    return combinations & group
        return 0

    def all(self, allowed: CombinationSet, tiers: Sequence[Tier], installed: Installed) -> Iterator[RankingKey]:
        """Every one of ``allowed``, best first."""
        for cost, group in self.groups(allowed, installed):
            for surplus, combinations in tiers:
                for place in members(combinations & group):
                    yield RankingKey(cost, surplus, place)
