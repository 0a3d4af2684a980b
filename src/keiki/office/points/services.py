"""Look a supply point up for a person: recorded with the purpose, and shown only where the place is within reach."""

from __future__ import annotations

from keiki.domain.access import Reach
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up
from keiki.office.audit.services import Act
from keiki.office.service.services import office_of
from keiki.office.sources import Sources

from .purposes import Purpose


def look_at(act: Act, sources: Sources, point: SupplyPoint, purpose: Purpose, reach: Reach) -> LinkedRecord:
    """Return what all sources say of ``point``; a place whose service office is not known is for who reaches all.

    Raises :class:`~keiki.office.audit.lookups.OutOfReach` where the records name another service office.
    """
    return look_up(act, sources, point, purpose.kept, within=lambda linked: reach.covers(office_of(linked)))
