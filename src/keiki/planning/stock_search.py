"""The search for who gets which units of one depot: an assignment at once, then a better one until time is up.

First, whoever comes first is served with the best of its combinations that the stock still has. Then OR-Tools' CP-SAT
(the extra ``stock``) reaches for each aim in turn, from the assignment that it has; what an aim has reached, proved or
not, is held from then on, so that no aim is ever paid for with one before it. Last, whoever can still be served from
what is left, is.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from keiki.domain.selection import Choice, NoChoice
from keiki.domain.units import RefusedError
from keiki.planning.words import say


class OrToolsMissingError(RefusedError):
    """The extra ``stock`` is not installed."""


@dataclass(frozen=True)
class PlannedJob:
    """A job with what can be chosen for it. ``day`` is an ordinal; ``fetched`` says what a choice takes of stock."""

    id: str
    priority: int
    day: int
    answer: Choice | NoChoice
    fetched: Callable[[Choice], tuple[str, ...]]

    @cached_property
    def options(self) -> list[Choice]:
        """Every combination, best first, but those that fetch all that a better one fetches."""
        kept: list[Choice] = []
        fetched: list[set[str]] = []
        for choice in (self.answer, *self.answer.alternatives) if isinstance(self.answer, Choice) else ():
            needed = set(self.fetched(choice))
            if not any(less <= needed for less in fetched):
                kept.append(choice)
                fetched.append(needed)
        return kept


@dataclass(frozen=True)
class StockSearchResult:
    """For each job its choice or none, whether that was proved to be the best, and what is left of the stock."""

    chosen: list[Choice | None]
    proved: bool
    left: Counter[str]


Weigh = Callable[[PlannedJob, Choice], int]
"""What a choice adds to an aim."""


def search(jobs: Sequence[PlannedJob], store: Mapping[str, int], seconds: float) -> StockSearchResult:
    """Choose an option or none for each of ``jobs``, which come in the order in which they are served if units lack."""
    deadline = time.monotonic() + seconds
    chosen, _ = _serve_in_turn(jobs, store, [None] * len(jobs))
    model = _Model(jobs, store, chosen)
    aims = _aims(jobs)
    proved = True
    for number, (weigh, maximize) in enumerate(aims):
        share = (deadline - time.monotonic()) / (len(aims) - number)
        proved &= model.settle(weigh, share, maximize=maximize)
    chosen, left = _serve_in_turn(jobs, store, model.chosen)
    return StockSearchResult(chosen, proved, left)


def _serve_in_turn(
    jobs: Sequence[PlannedJob], store: Mapping[str, int], chosen: Sequence[Choice | None]
) -> tuple[list[Choice | None], Counter[str]]:
    """Add to ``chosen``, job by job, the best option that what is left allows; return that and what is left then."""
    left, served = Counter({unit: max(0, count) for unit, count in store.items()}), list(chosen)
    for job, choice in zip(jobs, chosen, strict=True):
        if choice is not None:
            left.subtract(job.fetched(choice))
    for place, job in enumerate(jobs):
        if served[place] is None:
            for option in job.options:
                if all(left[unit] > 0 for unit in job.fetched(option)):
                    served[place] = option
                    left.subtract(job.fetched(option))
                    break
    return served, left


def _aims(jobs: Sequence[PlannedJob]) -> list[tuple[Weigh, bool]]:
    """What is reached for, in order, and whether it should be most: served, early, little replaced, little surplus."""
    priorities = sorted({job.priority for job in jobs})
    first = min((job.day for job in jobs), default=0)

    def served(priority: int) -> Weigh:
        return lambda job, _: int(job.priority == priority)

    def lateness(priority: int) -> Weigh:
        return lambda job, _: job.day - first if job.priority == priority else 0

    def key(part: int) -> Weigh:
        return lambda _, choice: choice.key[part]

    return [
        *((served(priority), True) for priority in priorities),
        *((lateness(priority), False) for priority in priorities),
        *((key(part), False) for part in range(3)),
    ]


class _Model:
    """The CP-SAT model of one depot: a variable for each option of each job; ``chosen`` is the best that is known."""

    def __init__(self, jobs: Sequence[PlannedJob], store: Mapping[str, int], chosen: list[Choice | None]) -> None:
        try:
            from ortools.sat.python import cp_model  # noqa: PLC0415 - an optional extra
        except ModuleNotFoundError:
            raise OrToolsMissingError(say("no-ortools")) from None
        self._cp_model: Any = cp_model
        self._model: Any = cp_model.CpModel()
        self._jobs, self.chosen = jobs, chosen
        self._variables = [[self._model.new_bool_var("") for _ in job.options] for job in jobs]
        users: dict[str, list[Any]] = {}
        for job, variables in zip(jobs, self._variables, strict=True):
            self._model.add_at_most_one(variables)
            for choice, variable in zip(job.options, variables, strict=True):
                for unit in job.fetched(choice):
                    users.setdefault(unit, []).append(variable)
        for unit, variables in users.items():
            self._model.add(sum(variables) <= max(0, store.get(unit, 0)))

    def settle(self, weigh: Weigh, seconds: float, *, maximize: bool) -> bool:
        """Reach for the best value of an aim and hold what was reached; false if it was not proved in time."""
        aim = sum(weigh(job, choice) * variable for job, choice, variable in self._options())
        if isinstance(aim, int):
            return True
        proved = seconds > 0 and self._improve(aim, seconds, maximize=maximize)
        reached = sum(weigh(job, choice) for job, choice in zip(self._jobs, self.chosen, strict=True) if choice)
        self._model.add(aim >= reached if maximize else aim <= reached)
        return proved

    def _improve(self, aim: Any, seconds: float, *, maximize: bool) -> bool:
        self._hint()
        (self._model.maximize if maximize else self._model.minimize)(aim)
        solver = self._cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self._model)
        self._model.clear_objective()
        if status not in (self._cp_model.OPTIMAL, self._cp_model.FEASIBLE):
            return False
        self.chosen = [
            next((choice for choice, variable in zip(job.options, own, strict=True) if solver.value(variable)), None)
            for job, own in zip(self._jobs, self._variables, strict=True)
        ]
        return bool(status == self._cp_model.OPTIMAL)

    def _hint(self) -> None:
        self._model.clear_hints()
        for place, own in enumerate(self._variables):
            for choice, variable in zip(self._jobs[place].options, own, strict=True):
                self._model.add_hint(variable, choice is self.chosen[place])

    def _options(self) -> Iterator[tuple[PlannedJob, Choice, Any]]:
        for job, own in zip(self._jobs, self._variables, strict=True):
            for choice, variable in zip(job.options, own, strict=True):
                yield job, choice, variable
