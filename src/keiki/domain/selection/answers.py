"""What selection answers: a choice or none, and the check of a designer's own combination.

Answers hold ids and texts only, so that they can be stored and shown anywhere. What takes time to find and is seldom
asked for (reasons, alternatives, conflicts) is found when it is first read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from keiki.domain.selection.ranking import RankingKey
from keiki.domain.units import Combination, Texts, Value


@dataclass(frozen=True)
class ReplacementReason:
    """Why the unit of ``kind`` is replaced: the rules that the installed one breaks, each with its name."""

    kind: str
    rule_ids: tuple[str, ...]
    names: tuple[Texts, ...]


class ChoiceQuestion(Protocol):
    """What a choice answers: it can tell what follows from the choice when that is asked for."""

    def replaced(self, combination: Combination) -> tuple[str, ...]:
        """The kinds whose units are not the installed ones."""

    def unchanged_kinds(self, combination: Combination) -> tuple[str, ...]:
        """The kinds whose units stay."""

    def live_line_kinds(self, choice: Choice) -> tuple[str, ...]:
        """The replaced kinds that make it live-line work."""

    def explain(self, choice: Choice) -> tuple[ReplacementReason, ...]:
        """Why each replaced kind is replaced."""

    def answers(self) -> Iterator[Choice]:
        """Every valid combination, best first."""


@dataclass(frozen=True)
class Choice:
    """A valid combination with its rank; the best one, or one of its ``alternatives``.

    ``out_of_stock`` names the units of a better-ranked combination that was not offered because the depot has none.
    """

    combination: Combination
    key: RankingKey
    out_of_stock: tuple[str, ...]
    _question: ChoiceQuestion = field(repr=False, compare=False)

    @cached_property
    def replaced(self) -> tuple[str, ...]:
        """The kinds whose units are replaced, in the catalogue's order."""
        return self._question.replaced(self.combination)

    @cached_property
    def unchanged_kinds(self) -> tuple[str, ...]:
        """The kinds whose units stay, in the catalogue's order."""
        return self._question.unchanged_kinds(self.combination)

    @cached_property
    def live_line_kinds(self) -> tuple[str, ...]:
        """The replaced kinds that make it live-line work, as the catalogue declares it."""
        return self._question.live_line_kinds(self)

    @property
    def live_line_work(self) -> bool:
        """Whether replacing what is replaced is live-line work."""
        return bool(self.live_line_kinds)

    @cached_property
    def reasons(self) -> tuple[ReplacementReason, ...]:
        """Why each replaced kind is replaced, in the catalogue's order."""
        return self._question.explain(self)

    @property
    def alternatives(self) -> Iterator[Choice]:
        """Every other valid combination in the order of rank, found one by one."""
        return (other for other in self._question.answers() if other.combination != self.combination)

    def as_json(self) -> dict[str, object]:
        """The choice as plain values, without its alternatives."""
        return {
            "combination": list(self.combination.unit_ids),
            "replaced": list(self.replaced),
            "kept": list(self.unchanged_kinds),
            "live_line_work": self.live_line_work,
            "live_line_kinds": list(self.live_line_kinds),
            "key": list(self.key),
            "out_of_stock": list(self.out_of_stock),
            "reasons": [{"kind": reason.kind, "rules": list(reason.rule_ids)} for reason in self.reasons],
        }


@dataclass(frozen=True)
class Conflict:
    """Needs that cannot be met together, however the other needs are: leaving out any one would do.

    ``rule_ids`` are the fewest rules that together leave nothing; ``declared_ids`` and ``messages`` are what the
    catalogue says of it.
    """

    needs: Mapping[str, Value]
    rule_ids: tuple[str, ...]
    declared_ids: tuple[str, ...]
    messages: tuple[Texts, ...]


@dataclass(frozen=True)
class NoChoice:
    """Nothing can be offered: the needs conflict, or (``without_stock`` is set) the depot lacks ``out_of_stock``."""

    out_of_stock: tuple[str, ...] = ()
    without_stock: Choice | None = None
    _find_conflicts: Callable[[], tuple[Conflict, ...]] = field(repr=False, compare=False, kw_only=True)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every smallest set of needs that conflict, smallest first; empty if only stock is lacking."""
        return self._find_conflicts()

    def as_json(self) -> dict[str, object]:
        """The answer as plain values."""
        return {
            "out_of_stock": list(self.out_of_stock),
            "without_stock": self.without_stock.as_json() if self.without_stock else None,
            "conflicts": [
                {
                    "needs": dict(conflict.needs),
                    "rules": list(conflict.rule_ids),
                    "declared": list(conflict.declared_ids),
                    "messages": [dict(message) for message in conflict.messages],
                }
                for conflict in self.conflicts
            ],
        }


@dataclass(frozen=True)
class BrokenRule:
    """A rule that a combination breaks. ``kinds`` are those whose change alone can mend it, else all that it reads."""

    id: str
    kinds: tuple[str, ...]
    message: Texts


@dataclass(frozen=True)
class CombinationCheck:
    """The check of a combination: every broken rule in the catalogue's order, and the nearest valid combination.

    ``repair`` changes the fewest units of the checked combination; of several such, it is the best ranked. It is None
    where nothing needs repair or nothing can be offered.
    """

    broken: tuple[BrokenRule, ...]
    repair: Combination | None

    @property
    def ok(self) -> bool:
        """Whether no rule is broken."""
        return not self.broken

    def as_json(self) -> dict[str, object]:
        """The check as plain values."""
        return {
            "ok": self.ok,
            "broken": [
                {"id": rule.id, "kinds": list(rule.kinds), "message": dict(rule.message)} for rule in self.broken
            ],
            "repair": list(self.repair.unit_ids) if self.repair else None,
        }
