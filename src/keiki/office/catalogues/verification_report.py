"""What the verification of a version found, in the reader's words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from keiki.domain.units import Catalogue
from keiki.office.screens.languages import in_language
from keiki.office.screens.parts import ShownCheck, Tone

from .contents import CatalogueNames
from .models import CatalogueVersion


def misfits(version: CatalogueVersion) -> list[str]:
    """In what the version does not fit this office, one sentence each."""
    return [in_language(each) for each in version.report.get("misfits", [])]


def declared(version: CatalogueVersion) -> dict[str, int]:
    """How many needs each declaration covers, on the version's first day."""
    found = version.report.get("periods") or [{}]
    return dict(found[0].get("declared", {}))


def periods(version: CatalogueVersion, catalogue: Catalogue) -> list[dict[str, Any]]:
    """What was proved, period by period."""
    words = CatalogueNames(catalogue)
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


def _checks(words: CatalogueNames, found: dict[str, Any]) -> list[ShownCheck]:
    met, unmet, ties = found["needs"] - found["unsatisfiable"], found["unsatisfiable"], found["ties"]
    counted = _(
        "{combinations} combinations are valid; of {needs} combinations of needs {met} can be met, {unmet} cannot."
    ).format(
        combinations=_grouped_digits(found["combinations"]),
        needs=_grouped_digits(found["needs"]),
        met=_grouped_digits(met),
        unmet=_grouped_digits(unmet),
    )
    checks = [
        ShownCheck(_("Every combination was tried with every need"), Tone.OK, counted),
        ShownCheck(
            _("No dead rules, units or preferences"),
            Tone.OK,
            _("Every rule refuses something, every unit can be chosen, every preference matters somewhere."),
        ),
    ]
    if unmet:
        by_declaration = _(", ").join(f"{id_}: {_grouped_digits(count)}" for id_, count in found["declared"].items())
        why = _("Each is declared with a message for the person ({declared}; one may be under several).")
        checks.append(
            ShownCheck(
                _("Needs without a combination are all declared"),
                Tone.OK,
                why.format(declared=by_declaration),
            )
        )
    if found["never_first"]:
        units = _(", ").join(found["never_first"])
        why = _("They hang on only where something else is kept: {units}. Is that meant?").format(units=units)
        checks.append(ShownCheck(_("Some units are never chosen at a new place"), Tone.QUIET, why))
    if ties["states"]:
        why = _(
            "In {ties} of {states} states of wall and needs two combinations are equally good; "
            "there the order of the files decides."
        )
        checks.append(
            ShownCheck(
                _("Ties are settled by the order of the files"),
                Tone.QUIET,
                why.format(ties=_grouped_digits(ties["states"]), states=_grouped_digits(ties["of_states"])),
            )
        )
    return checks


def _grouped_digits(number: int) -> str:
    return f"{number:,}"
