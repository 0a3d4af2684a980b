"""Catalogues of one utility that follow each other: on any day at most one is in effect."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from itertools import pairwise

from keiki.domain.units.model import Catalogue
from keiki.domain.units.problems import CatalogueError, Problem


def check_succession(catalogues: Sequence[Catalogue]) -> None:
    """Raise :class:`CatalogueError` if two of ``catalogues`` are in effect on one day."""
    problems = []
    for earlier, later in pairwise(sorted(catalogues, key=lambda catalogue: catalogue.effective_from)):
        if earlier.effective_until is None or later.effective_from < earlier.effective_until:
            until = f"until {earlier.effective_until}" if earlier.effective_until else "without an end"
            sentence = (
                f"catalogue “{later.name}” version {later.version} begins on {later.effective_from}, when "
                f"“{earlier.name}” version {earlier.version} is in effect {until}: dates overlap, end that one before"
            )
            problems.append(Problem(later.position, sentence))
    if problems:
        raise CatalogueError(problems)


def in_effect(catalogues: Sequence[Catalogue], day: datetime.date) -> Catalogue | None:
    """Return the one that is in effect on ``day``, or None."""
    for catalogue in catalogues:
        until = catalogue.effective_until
        if catalogue.effective_from <= day and (until is None or day < until):
            return catalogue
    return None
