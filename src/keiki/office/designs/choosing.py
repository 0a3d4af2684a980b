"""The choice of a design, step by step: put in, kept for "undo", and taken back.

Every change names the version it was made from, so that two designers on one design do not overwrite each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import F

from keiki.domain.designs.lifecycle import DESIGN, DesignEvent
from keiki.office.audit.services import Act, Changed, transition
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.refusal import Refusal

from .models import Design, DesignStep

MOST_STEPS = 100
"""How far back a designer can go."""


class NothingToUndo(Refusal):
    """No step of the designer is left to take back."""

    code = "nothing_to_undo"


def undo(act: Act, catalogue: OfficeCatalogue, design: Design, version: int) -> None:
    """Take the last step back: what was chosen before it is the choice again, or none where nothing was.

    Raises :class:`NothingToUndo` where there is no step since the design was opened, finished or reopened.
    """
    with transaction.atomic():
        last = design.steps.first()
        if last is None:
            raise NothingToUndo(
                f"{design.reference} には元に戻せる操作がありません。ユニットを選び直してください",
                f"{design.reference} has no step to take back: choose other units instead",
            )
        put(act, catalogue, design, last.combination, version, by="undo", reasons=last.reasons)
        last.delete()


def step(
    act: Act,
    catalogue: OfficeCatalogue,
    design: Design,
    combination: Mapping[str, str],
    version: int,
    *,
    by: str,
    reasons: Sequence[dict[str, str]] = (),
) -> None:
    """Choose ``combination`` and keep what was chosen before, so that it can be taken back."""
    before = DesignStep(design=design, combination=design.combination, reasons=design.reasons)
    with transaction.atomic():
        put(act, catalogue, design, combination, version, by=by, reasons=reasons)
        before.save()
        old = design.steps.values_list("pk", flat=True)[MOST_STEPS:]
        DesignStep.objects.filter(pk__in=list(old)).delete()


def put(
    act: Act,
    catalogue: OfficeCatalogue,
    design: Design,
    combination: Mapping[str, str] | None,
    version: int,
    *,
    by: str,
    reasons: Sequence[dict[str, str]],
) -> None:
    """Set the design's choice (``None``: nothing is chosen), if it is still of ``version``."""
    if design.version != version:
        raise Changed(design.reference)
    chosen = None if combination is None else dict(combination)
    columns = {
        "combination": chosen,
        "reasons": list(reasons),
        "broken": [],
        "version": F("version") + 1,
        "catalogue": catalogue.name,
        "catalogue_version": catalogue.version,
    }
    with transaction.atomic():
        transition(
            act,
            design,
            DESIGN,
            DesignEvent.CHOOSE,
            "CombinationChosen",
            columns=columns,
            expected={"version": version},
            by=by,
            combination=chosen,
        )
    design.refresh_from_db()
