"""What the verification of a version found, in the reader's words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from keiki.domain.units import Catalogue
from keiki.office.screens.languages import said
from keiki.office.screens.parts import Check, Tone

from .contents import Words
from .models import CatalogueVersion


def misfits(version: CatalogueVersion) -> list[str]:
    """In what the version does not fit this office, one sentence each."""
    return [said(each) for each in version.report.get("misfits", [])]


def declared(version: CatalogueVersion) -> dict[str, int]:
    """How many needs each declaration covers, on the version's first day."""
    found = version.report.get("periods") or [{}]
    return dict(found[0].get("declared", {}))


def periods(version: CatalogueVersion, catalogue: Catalogue) -> list[dict[str, Any]]:
    """What was proved, period by period."""
    words = Words(catalogue)
    return [
        {
            "first": date.fromisoformat(each["as_of"]),
            "checks": _checks(words, each),
            "conflicts": [
                {
                    "needs": words.needs(one["needs"]),
                    "rules": ", ".join(one["rules"]),
                    "declared": ", ".join(one["declared"]),
                }
                for one in each["conflicts"]
            ],
        }
        for each in version.report.get("periods", [])
    ]


def _checks(words: Words, found: dict[str, Any]) -> list[Check]:
    met, unmet, ties = found["needs"] - found["unsatisfiable"], found["unsatisfiable"], found["ties"]
    counted = _(
        "{combinations} combinations are valid; of {needs} combinations of needs {met} can be met, {unmet} cannot."
    ).format(combinations=_n(found["combinations"]), needs=_n(found["needs"]), met=_n(met), unmet=_n(unmet))
    checks = [
        Check(_("Every combination was tried with every need"), Tone.OK, counted),
        Check(
            _("No dead rules, units or preferences"),
            Tone.OK,
            _("Every rule refuses something, every unit can be chosen, every preference matters somewhere."),
        ),
    ]
    if unmet:
        by_declaration = _(", ").join(f"{id_}: {_n(count)}" for id_, count in found["declared"].items())
        why = _("Each is declared with a message for the person ({declared}; one may be under several).")
        checks.append(
            Check(
                _("Needs without a combination are all declared"),
                Tone.OK,
                why.format(declared=by_declaration),
            )
        )
    if found["never_first"]:
        units = _(", ").join(found["never_first"])
        why = _("They hang on only where something else is kept: {units}. Is that meant?").format(units=units)
        checks.append(Check(_("Some units are never chosen at a new place"), Tone.QUIET, why))
    if ties["states"]:
        why = _(
            "In {ties} of {states} states of wall and needs two combinations are equally good; "
            "there the order of the files decides."
        )
        checks.append(
            Check(
                _("Ties are settled by the order of the files"),
                Tone.QUIET,
                why.format(ties=_n(ties["states"]), states=_n(ties["of_states"])),
            )
        )
    return checks


def _n(number: int) -> str:
    return f"{number:,}"
