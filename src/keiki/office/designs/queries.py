"""Ask about designs, in plain values."""

from __future__ import annotations

from typing import Any

from keiki.office.refusal import Refusal

from .models import Design


class NoDesign(Refusal):
    """There is no design of that number."""

    code = "no_design"


def design(reference: str) -> Design:
    """Return the design people call ``reference`` (``D-12`` or ``12``)."""
    number = reference.upper().removeprefix("D-")
    found = Design.objects.select_related("contract").filter(pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise NoDesign(
            f"設計 {reference} はありません。番号を確かめるか、供給地点の設計を新しく始めてください",
            f"there is no design {reference}: check its number, or open one for the supply point",
        )
    return found


def describe(found: Design) -> dict[str, Any]:
    """Return a design with everything it was decided from."""
    return {
        "id": found.reference,
        "supply_point": found.supply_point,
        "office": found.office,
        "contract": found.contract.reference,
        "state": found.state,
        "version": found.version,
        "needs": found.needs,
        "installed": found.installed,
        "combination": found.combination,
        "replaced": replaced(found),
        "reasons": found.reasons,
        "broken": found.broken,
        "catalogue": {"name": found.catalogue, "version": found.catalogue_version},
        "decided_from": found.decided_from,
        "reopened_because": found.reopened_because,
        "finished_at": found.finished_at.isoformat() if found.finished_at else None,
    }


def replaced(found: Design) -> list[str]:
    """Return the kinds of unit that the combination replaces."""
    chosen = found.combination or found.installed
    return [kind for kind, unit in chosen.items() if unit != found.installed.get(kind)]
