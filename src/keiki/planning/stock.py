"""Limited stock across many jobs: which job gets which units, and what to reorder.

For each depot: serve most jobs of the first priority, then of the next, and so on; then, priority by priority, the
earlier ones; then replace least on the walls (by the catalogue's weights); then fewest features that nobody asked for;
then the catalogue's order. Each aim is settled before the next is looked at. A job that stays unserved is told with the
units that its best combination lacks, and these are what to reorder.

The search is OR-Tools' CP-SAT (the extra ``stock``), on one thread with a fixed seed: what the aims reach is the same
everywhere, and so is the assignment for one version of OR-Tools.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keiki.domain.selection import Choice, Conflict, NoChoice, Selector
from keiki.domain.selection.needs import Needs
from keiki.domain.units import Combination, RefusedError
from keiki.planning.words import say

Stock = Mapping[str, Mapping[str, int]]


class OrToolsMissingError(RefusedError):
    """The extra ``stock`` is not installed."""


class JobsError(RefusedError):
    """Jobs that cannot be planned as they are listed."""


@dataclass(frozen=True)
class Job:
    """A planned job. ``priority`` 1 comes first; ``depot`` is where its units are fetched."""

    id: str
    depot: str
    priority: int
    date: datetime.date
    needs: Needs
    installed: Combination | None = None


@dataclass(frozen=True)
class Served:
    """A job that gets its units."""

    job_id: str
    choice: Choice


@dataclass(frozen=True)
class Unserved:
    """A job that does not: ``lacking`` names what its best combination lacks, or the needs conflict."""

    job_id: str
    lacking: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """Who gets what. ``reorder`` counts, by depot and unit, what would serve the rest as best as can be.

    ``proved`` is false for depots where time ran out before the best was proved; what is assigned is valid even so.
    """

    served: tuple[Served, ...]
    unserved: tuple[Unserved, ...]
    reorder: Mapping[str, Mapping[str, int]]
    proved: Mapping[str, bool]


def assign(selector: Selector, jobs: Sequence[Job], stock: Stock, seconds: float = 60.0) -> Assignment:
    """Assign the depots' ``stock`` to ``jobs``, within ``seconds`` for each depot.

    A unit that a depot's stock does not name is not there. Raises :class:`OrToolsMissingError`, JobsError for a job id
    used twice, and :class:`~keiki.domain.selection.NeedsError` for needs that the catalogue does not declare.
    """
    twice = [job_id for job_id, count in Counter(job.id for job in jobs).items() if count > 1]
    if twice:
        raise JobsError(say("job-twice", job=twice[0]))
    served: dict[str, Choice] = {}
    unserved: dict[str, Unserved] = {}
    reorder: dict[str, dict[str, int]] = {}
    proved: dict[str, bool] = {}
    for depot in sorted({job.depot for job in jobs}):
        here = sorted((job for job in jobs if job.depot == depot), key=lambda job: (job.priority, job.date, job.id))
        planned = [_Planned(selector, job) for job in here]
        store = stock.get(depot, {})
        chosen, proved[depot] = _solve([plan for plan in planned if plan.options], store, seconds)
        served.update(chosen)
        left = Counter(dict(store))
        for plan in planned:
            if plan.job.id in chosen:
                left.subtract(plan.fetched(chosen[plan.job.id]))
        reorder[depot] = {}
        for plan in planned:
            if plan.job.id not in chosen:
                unserved[plan.job.id] = plan.unserved(left, reorder[depot])
    return Assignment(
        served=tuple(Served(job.id, served[job.id]) for job in jobs if job.id in served),
        unserved=tuple(unserved[job.id] for job in jobs if job.id in unserved),
        reorder={depot: dict(sorted(units.items())) for depot, units in reorder.items() if units},
        proved=proved,
    )


class _Planned:
    """A job with the combinations that are worth looking at for it, best first."""

    def __init__(self, selector: Selector, job: Job) -> None:
        self.job, self._units = job, selector.catalogue.units
        self._wall = job.installed or selector.nothing_installed
        self.answer = selector.choose(job.needs, job.installed)
        self.options = [] if isinstance(self.answer, NoChoice) else self._worthwhile(self.answer)

    def fetched(self, choice: Choice) -> tuple[str, ...]:
        """The units that must come from the depot."""
        pairs = zip(choice.combination, self._wall, strict=True)
        return tuple(new for new, old in pairs if new is not None and new != old and self._units[new].stocked)

    def unserved(self, left: Counter[str], reorder: dict[str, int]) -> Unserved:
        """Tell why not, taking from what is ``left`` and adding what is missing to ``reorder``."""
        if isinstance(self.answer, NoChoice):
            return Unserved(self.job.id, (), self.answer.conflicts)
        lacking = []
        for unit in self.fetched(self.answer):
            if left[unit] > 0:
                left[unit] -= 1
            else:
                lacking.append(unit)
                reorder[unit] = reorder.get(unit, 0) + 1
        return Unserved(self.job.id, tuple(lacking))

    def _worthwhile(self, best: Choice) -> list[Choice]:
        """Every combination but those that fetch all that a better one fetches."""
        kept: list[Choice] = []
        fetched: list[set[str]] = []
        for choice in (best, *best.alternatives):
            needed = set(self.fetched(choice))
            if not any(less <= needed for less in fetched):
                kept.append(choice)
                fetched.append(needed)
        return kept


def _solve(planned: Sequence[_Planned], store: Mapping[str, int], seconds: float) -> tuple[dict[str, Choice], bool]:
    """Choose an option or none for each job of one depot; also whether the best was proved."""
    model = _Model(planned, store)
    priorities = sorted({plan.job.priority for plan in planned})
    proved, each = True, seconds / (2 * len(priorities) + 3)
    for priority in priorities:
        proved &= model.settle(model.served(priority), each, maximize=True)
    for priority in priorities:
        proved &= model.settle(model.lateness(priority), each)
    for aim in range(3):
        proved &= model.settle(model.key(aim), each)
    return model.chosen(), proved


class _Model:
    """The CP-SAT model of one depot: a variable for each option of each job."""

    def __init__(self, planned: Sequence[_Planned], store: Mapping[str, int]) -> None:
        try:
            from ortools.sat.python import cp_model  # noqa: PLC0415 - an optional extra
        except ModuleNotFoundError:
            raise OrToolsMissingError(say("no-ortools")) from None
        self._cp_model: Any = cp_model
        self._model: Any = cp_model.CpModel()
        self._planned = planned
        self._variables = [[self._model.new_bool_var("") for _ in plan.options] for plan in planned]
        users: dict[str, list[Any]] = {}
        for plan, variables in zip(planned, self._variables, strict=True):
            self._model.add_at_most_one(variables)
            for choice, variable in zip(plan.options, variables, strict=True):
                for unit in plan.fetched(choice):
                    users.setdefault(unit, []).append(variable)
        for unit, variables in users.items():
            self._model.add(sum(variables) <= max(0, store.get(unit, 0)))
        self._values = [[0] * len(variables) for variables in self._variables]

    def served(self, priority: int) -> Any:
        """How many jobs of a priority are served."""
        return sum(v for plan, vs in self._pairs() if plan.job.priority == priority for v in vs)

    def lateness(self, priority: int) -> Any:
        """The sum of the days at which jobs of a priority are served, counted from the first."""
        days = {plan.job.date.toordinal() for plan, _ in self._pairs()}
        return sum(
            (plan.job.date.toordinal() - min(days)) * v
            for plan, vs in self._pairs()
            if plan.job.priority == priority
            for v in vs
        )

    def key(self, aim: int) -> Any:
        """The sum of one part of the served jobs' ranking keys."""
        return sum(
            choice.key[aim] * v for plan, vs in self._pairs() for choice, v in zip(plan.options, vs, strict=True)
        )

    def settle(self, aim: Any, seconds: float, *, maximize: bool = False) -> bool:
        """Reach the best value of ``aim`` and hold it from now on; false if it was not proved in time."""
        if isinstance(aim, int):
            return True
        (self._model.maximize if maximize else self._model.minimize)(aim)
        solver = self._cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_time_in_seconds = seconds
        status = solver.solve(self._model)
        if status not in (self._cp_model.OPTIMAL, self._cp_model.FEASIBLE):
            return False
        self._values = [[solver.value(variable) for variable in variables] for variables in self._variables]
        best = round(solver.objective_value)
        self._model.clear_objective()
        self._model.add(aim >= best if maximize else aim <= best)
        self._model.clear_hints()
        for variables, values in zip(self._variables, self._values, strict=True):
            for variable, value in zip(variables, values, strict=True):
                self._model.add_hint(variable, value)
        return bool(status == self._cp_model.OPTIMAL)

    def chosen(self) -> dict[str, Choice]:
        """The options chosen so far, by job."""
        return {
            plan.job.id: choice
            for plan, values in zip(self._planned, self._values, strict=True)
            for choice, value in zip(plan.options, values, strict=True)
            if value
        }

    def _pairs(self) -> Iterable[tuple[_Planned, list[Any]]]:
        return zip(self._planned, self._variables, strict=True)
