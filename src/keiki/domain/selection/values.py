"""Verifications and comparisons of catalogues as plain values, to be kept, printed as JSON or shown on a screen."""

from __future__ import annotations

import datetime
from typing import Any

from keiki.domain.selection.comparison import CatalogueComparison
from keiki.domain.selection.selector import Selector
from keiki.domain.selection.verification import Verification
from keiki.domain.units import Catalogue


def periods(catalogue: Catalogue) -> list[datetime.date]:
    """The first days of the periods in which other units or rules are in effect, in order."""
    return sorted({catalogue.effective_from, *catalogue.change_dates})


def verification_in_values(selector: Selector, verification: Verification) -> dict[str, Any]:
    """The whole verification: its summary, and every need with its answer."""
    answers = [
        {
            "needs": dict(answer.needs),
            "choice": list(answer.choice.combination) if answer.choice else None,
            "allowed": answer.allowed,
            "tied": [list(combination) for combination in answer.tied],
            "declared": list(answer.declared),
        }
        for answer in verification.answers()
    ]
    return {**summary_in_values(selector, verification), "answers": answers}


def summary_in_values(selector: Selector, verification: Verification) -> dict[str, Any]:
    """What was proved, in numbers: a page of it, whatever the size of the catalogue."""
    catalogue, ties = selector.catalogue, verification.ties
    return {
        "name": catalogue.name,
        "version": catalogue.version,
        "as_of": catalogue.as_of.isoformat(),
        "combinations": verification.combinations,
        "needs": verification.needs,
        "unsatisfiable": verification.unsatisfiable,
        "declared": dict(verification.declared),
        "conflicts": [
            {"needs": dict(c.needs), "rules": list(c.rule_ids), "declared": list(c.declared_ids)}
            for c in verification.conflicts
        ],
        "never_first": list(verification.never_first),
        "ties": {"states": ties.states, "of_states": ties.of_states},
    }


def comparison_in_values(found: CatalogueComparison) -> dict[str, Any]:
    """The comparison, every difference in it."""
    return {
        "only_before": list(found.only_before),
        "only_after": list(found.only_after),
        "compared": found.compared,
        "differences": [
            {
                "needs": dict(one.needs),
                "installed": dict(one.installed) if one.installed is not None else None,
                "before": list(one.before) if one.before else None,
                "after": list(one.after) if one.after else None,
                "walls": one.walls,
                "of_walls": one.of_walls,
            }
            for one in found.differences
        ],
    }
