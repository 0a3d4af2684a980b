"""Look a supply point up for a person: recorded with the purpose, and shown only where the place is within reach."""

from __future__ import annotations

from keiki.domain.access import Reach
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import OutOfReach, look_up
from keiki.office.audit.services import Act
from keiki.office.refusal import Refusal
from keiki.office.service.services import office_of, silent_about_office
from keiki.office.service.shared_units import with_contracts
from keiki.office.sources import Sources

from .purposes import Purpose


class NobodyKnowsWhose(Refusal):
    """The owner of the service offices does not answer, so nobody can say whether the person may see the place."""


def look_at(
    act: Act, sources: Sources, point: SupplyPoint, purpose: Purpose, reach: Reach, *, known: bool = False
) -> LinkedRecord:
    """Return what all sources say of ``point``; a place whose service office is not known is for who reaches all.

    ``known``: the office's own rows tell that the place is within reach; that counts where the records name no office.
    Raises :class:`~keiki.office.audit.lookups.OutOfReach` where the records name another service office, and
    :class:`NobodyKnowsWhose` where their owner does not answer.
    """
    silent: list[tuple[str, str]] = []

    def within(linked: LinkedRecord) -> bool:
        office = office_of(linked)
        silent.extend(silent_about_office(linked))
        return reach.covers(office) or (known and not office)

    try:
        return with_contracts(look_up(act, sources, point, purpose.kept, within=within))
    except OutOfReach:
        if not silent:
            raise
        ja, en = silent[0]
        raise NobodyKnowsWhose(
            f"{ja}が応答しないため、どの営業所の供給地点か確かめられません。しばらくしてからやり直してください",
            f"{en} does not answer, so nobody can say which service office the place belongs to: try again in a while",
        ) from None
