"""Catalogues of one utility that follow each other: on any day at most one is in effect."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise

from keiki.domain.units.model import Catalogue
from keiki.domain.units.problems import CatalogueError, CatalogueProblem
from keiki.domain.units.words import say


def check_succession(catalogues: Sequence[Catalogue]) -> None:
    """Raise :class:`CatalogueError` if two of ``catalogues`` are in effect on one day."""
    problems = []
    for earlier, later in pairwise(sorted(catalogues, key=lambda catalogue: catalogue.effective_from)):
        if earlier.effective_until is None or later.effective_from < earlier.effective_until:
            sentence = say(
                "catalogues-overlap",
                later=later.name,
                later_version=later.version,
                first=later.effective_from,
                earlier=earlier.name,
                earlier_version=earlier.version,
                until=say("until", day=earlier.effective_until) if earlier.effective_until else say("no-end"),
            )
            problems.append(CatalogueProblem(later.position, sentence))
    if problems:
        raise CatalogueError(problems)


def in_effect(catalogues: Sequence[Catalogue], day: datetime.date) -> Catalogue | None:
    """Return the one that is in effect on ``day``, or None."""
    for catalogue in catalogues:
        until = catalogue.effective_until
        if catalogue.effective_from <= day and (until is None or day < until):
            return catalogue
    return None
