"""A work order as its page shows it: the meter before and after, and what happened."""

from __future__ import annotations

from django.utils.translation import gettext as _

from keiki.domain.audit.words import happened_in_words
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.shown import actors, reason
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.screens.drawing import Drawing, DrawnUnit
from keiki.office.screens.languages import in_language
from keiki.office.screens.naming import Names
from keiki.office.screens.parts import Happening

from .models import WorkOrder
from .services import UnitLine


def drawings(catalogue: OfficeCatalogue, order: WorkOrder) -> tuple[Drawing, Drawing]:
    """Draw the installed units and the planned ones."""
    names = Names(catalogue)
    before = tuple(_unit(names, line, "old") for line in order.units)
    after = tuple(_unit(names, line, "new") for line in order.units)
    return Drawing(before, _("Now on the wall")), Drawing(after, _("After the visit"))


def _unit(names: Names, line: UnitLine, side: str) -> DrawnUnit:
    unit, serial = (line["old"], line["old_serial"]) if side == "old" else (line["new"], line["new_serial"])
    known = names.catalogue.catalogue.units.get(unit)
    absent = known is not None and not known.stocked
    action = line["action"] if side == "new" else "keep"
    return DrawnUnit(
        kind=line["kind"],
        kind_name=names.kind(line["kind"]),
        unit=unit,
        words=names.unit(unit),
        serial=serial,
        action="none" if absent and action == "keep" else action,
        action_words=_("installed") if side == "old" and not absent else "",
        medium=names.picture(line["kind"], unit),
    )


def happenings(order: WorkOrder) -> tuple[Happening, ...]:
    """Return what the audit has of the order, newest first."""
    found = list(AuditEvent.objects.filter(subject=order.reference).order_by("-id")[:50])
    names = actors(found)
    return tuple(
        Happening(
            in_language(happened_in_words(each.happened)),
            each.at,
            who=names[each.by],
            more=reason(each) if each.details.get("because") else "",
        )
        for each in found
    )
