"""Limited stock across many jobs: which job gets which units, and what to reorder.

For each depot: serve most jobs of the first priority, then of the next, and so on; then, priority by priority, the
earlier ones; then replace least on the walls (by the catalogue's weights); then fewest features that nobody asked for;
then the catalogue's order. Each aim is settled before the next is looked at. A job that stays unserved is told with the
units that its best combination lacks, and these are what to reorder.

The search (:mod:`keiki.planning.stock_search`) begins with an assignment that serves whoever comes first, and improves
it until the best is proved or time is up; with OR-Tools' CP-SAT on one thread and with a fixed seed.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keiki.domain.selection import Choice, Conflict, NoChoice, Selector
from keiki.domain.selection.needs import Needs
from keiki.domain.units import Combination, RefusedError
from keiki.planning.stock_search import PlannedJob, search
from keiki.planning.words import say

Stock = Mapping[str, Mapping[str, int]]


class JobsError(RefusedError):
    """Jobs that cannot be planned as they are listed."""


@dataclass(frozen=True)
class StockJob:
    """A planned job. ``priority`` 1 comes first; ``depot`` is where its units are fetched."""

    id: str
    depot: str
    priority: int
    date: datetime.date
    needs: Needs
    installed: Combination | None = None


@dataclass(frozen=True)
class ServedJob:
    """A job that gets its units."""

    job_id: str
    choice: Choice


@dataclass(frozen=True)
class UnservedJob:
    """A job that does not: ``lacking`` names what the depot lacks for its best combination, or the needs conflict."""

    job_id: str
    lacking: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """Who gets what. ``reorder`` counts, by depot and unit, what would serve the rest as best as can be.

    ``proved`` is false for depots where time ran out before the best was proved; what is assigned is valid even so.
    """

    served: tuple[ServedJob, ...]
    unserved: tuple[UnservedJob, ...]
    reorder: Mapping[str, Mapping[str, int]]
    proved: Mapping[str, bool]


def assign(selector: Selector, jobs: Sequence[StockJob], stock: Stock, seconds: float = 60.0) -> Assignment:
    """Assign the depots' ``stock`` to ``jobs``, within ``seconds`` for each depot.

    A unit that a depot's stock does not name is not there. However short the time is, no job stays unserved that could
    be served from what is left. Raises :class:`~keiki.planning.stock_search.OrToolsMissingError`, JobsError for a job
    id used twice, and :class:`~keiki.domain.selection.NeedsError` for needs that the catalogue does not declare.
    """
    twice = [job_id for job_id, count in Counter(job.id for job in jobs).items() if count > 1]
    if twice:
        raise JobsError(say("job-twice", job=twice[0]))
    served: dict[str, Choice] = {}
    unserved: dict[str, UnservedJob] = {}
    reorder: dict[str, dict[str, int]] = {}
    proved: dict[str, bool] = {}
    for depot in sorted({job.depot for job in jobs}):
        here = sorted((job for job in jobs if job.depot == depot), key=lambda job: (job.priority, job.date, job.id))
        planned = [_planned(selector, job) for job in here]
        found = search(planned, stock.get(depot, {}), seconds)
        proved[depot] = found.proved
        served.update({plan.id: choice for plan, choice in zip(planned, found.chosen, strict=True) if choice})
        rest, reorder[depot] = Counter(found.left), {}
        for plan, choice in zip(planned, found.chosen, strict=True):
            if choice is None:
                unserved[plan.id] = _unserved(plan, found.left)
                _reorder(plan, rest, reorder[depot])
    return Assignment(
        served=tuple(ServedJob(job.id, served[job.id]) for job in jobs if job.id in served),
        unserved=tuple(unserved[job.id] for job in jobs if job.id in unserved),
        reorder={depot: dict(sorted(units.items())) for depot, units in reorder.items() if units},
        proved=proved,
    )


def _planned(selector: Selector, job: StockJob) -> PlannedJob:
    wall, units = job.installed or selector.nothing_installed, selector.catalogue.units

    def fetched(choice: Choice) -> tuple[str, ...]:
        pairs = zip(choice.combination, wall, strict=True)
        return tuple(new for new, old in pairs if new is not None and new != old and units[new].stocked)

    answer = selector.choose(job.needs, job.installed)
    return PlannedJob(job.id, job.priority, job.date.toordinal(), answer, fetched)


def _unserved(plan: PlannedJob, left: Counter[str]) -> UnservedJob:
    """Tell what of its best combination is not there any more."""
    if isinstance(plan.answer, NoChoice):
        return UnservedJob(plan.id, (), plan.answer.conflicts)
    return UnservedJob(plan.id, tuple(unit for unit in plan.fetched(plan.answer) if left[unit] < 1))


def _reorder(plan: PlannedJob, rest: Counter[str], reorder: dict[str, int]) -> None:
    """Count what would serve it as best as can be, beyond the ``rest`` that those before it leave."""
    if isinstance(plan.answer, Choice):
        for unit in plan.fetched(plan.answer):
            if rest[unit] > 0:
                rest[unit] -= 1
            else:
                reorder[unit] = reorder.get(unit, 0) + 1
