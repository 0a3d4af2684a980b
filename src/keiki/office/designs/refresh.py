"""Look again: what the data servers say of a design's place now, and the design brought up to date with it.

What a design was decided from is kept with it. Who looks again sees every source's answer of this moment; where the
records are whole and say something else, needs and installed units become what they say. A choice that was made for
another answer is taken back then, as a step that the designer may undo with open eyes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F

from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.linkage.decision import Blocked
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.supply_point import SupplyPoint
from keiki.domain.units import Value
from keiki.office.audit.lookup_limit import refuse_too_many
from keiki.office.audit.lookups import look_up
from keiki.office.audit.services import Act, Changed, record
from keiki.office.catalogue import OfficeCatalogue, Proposal
from keiki.office.contracts.addressing import note_where_gone
from keiki.office.contracts.services import inputs_for
from keiki.office.sources import Sources

from .models import Design, DesignStep
from .revision import Revision, revise
from .services import stored_inputs

UNFINISHED = (DesignState.OPEN, DesignState.REFUSED)


@dataclass(frozen=True)
class RefreshResult:
    """What the sources say now, what of it is another than the design knew, and what stands in the way of deciding.

    ``renewed`` says whether the design was brought up to date, ``taken_back`` whether its choice went with it.
    """

    linked: LinkedRecord
    revision: Revision
    blocked: Blocked | None
    renewed: bool = False
    taken_back: bool = False


def refresh_design(
    act: Act, sources: Sources, catalogue: OfficeCatalogue, design: Design, version: int
) -> RefreshResult:
    """Ask all sources about the design's supply point, and bring an unfinished design up to date where they are whole.

    Raises :class:`~keiki.office.audit.services.Changed` where the design is no longer of ``version``; the audit keeps
    the look-up all the same.
    """
    refuse_too_many(act, settings.KEIKI.access.lookups_per_hour)
    linked = look_up(act, sources, SupplyPoint(design.supply_point), f"desk of {design.reference}")
    note_where_gone(act, design.contract, linked)
    revision = revise(catalogue, design, linked)
    inputs = inputs_for(design.contract, linked)
    if isinstance(inputs, Blocked):
        return RefreshResult(linked, revision, inputs)
    fresh = stored_inputs(inputs)
    same = all(getattr(design, name) == value for name, value in fresh.items())
    if same or design.state not in UNFINISHED:
        return RefreshResult(linked, revision, None)
    before = _best(catalogue, design.needs, design.installed)
    taken_back = design.combination is not None and before != _best(catalogue, fresh["needs"], fresh["installed"])
    columns = {**fresh, "version": F("version") + 1}
    if taken_back:
        columns |= {"combination": None, "reasons": [], "broken": []}
    with transaction.atomic():
        if taken_back:
            DesignStep.objects.create(design=design, combination=design.combination, reasons=design.reasons)
        if not Design.objects.filter(pk=design.pk, version=version, state__in=UNFINISHED).update(**columns):
            raise Changed(design.reference)
        record(
            act,
            "DesignLookedAgain",
            design.reference,
            design.supply_point,
            taken_back=taken_back,
            changed=_names(revision),
        )
    design.refresh_from_db()
    return RefreshResult(linked, revision, None, renewed=True, taken_back=taken_back)


def _best(
    catalogue: OfficeCatalogue, needs: Mapping[str, Value], installed: Mapping[str, str]
) -> Mapping[str, str] | None:
    found = catalogue.choose(needs, installed)
    return found.combination if isinstance(found, Proposal) else None


def _names(revision: Revision) -> list[str]:
    return [each.subject for each in revision.comparison.changes]
