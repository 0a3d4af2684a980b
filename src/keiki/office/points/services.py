"""Look a supply point up for a person, or search for one: recorded with the purpose, shown only within their reach."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings

from keiki.domain.access import Reach
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookup_limit import refuse_too_many
from keiki.office.audit.lookups import OutOfReach, look_up, search
from keiki.office.audit.services import Act
from keiki.office.audit.source_outages import ask
from keiki.office.contracts.services import office_of, silent_about_office
from keiki.office.contracts.shared_units import with_contracts
from keiki.office.refusal import Refusal
from keiki.office.sources import Hit, Hits, SearchKind, Sources

from .purposes import LookUpPurpose


class OfficeUnknown(Refusal):
    """The owner of the service offices does not answer, so nobody can say whether the person may see the place."""

    code = "nobody_knows_whose"


def look_at(
    act: Act, sources: Sources, point: SupplyPoint, purpose: LookUpPurpose, reach: Reach, *, known: bool = False
) -> LinkedRecord:
    """Return what all sources say of ``point``; a place whose service office is not known is for who reaches all.

    ``known``: the office's own rows tell that the place is within reach; that counts where the records name no office.
    Raises :class:`~keiki.office.audit.lookups.OutOfReach` where the records name another service office, and
    :class:`OfficeUnknown` where their owner does not answer, and
    :class:`~keiki.office.audit.lookup_limit.TooManyLookUps` where the person looked up too much.
    """
    refuse_too_many(act, settings.KEIKI.access.lookups_per_hour)
    silent: list[Text] = []

    def within(linked: LinkedRecord) -> bool:
        service_office_code = office_of(linked)
        silent.extend(silent_about_office(linked))
        return reach.covers(service_office_code) or (known and not service_office_code)

    try:
        return with_contracts(look_up(act, sources, point, purpose.audit_text, within=within))
    except OutOfReach:
        if not silent:
            raise
        raise _office_unknown(silent[0]) from None


def search_within(
    act: Act, sources: Sources, kind: SearchKind, text: str, *, purpose: LookUpPurpose, reach: Reach
) -> Hits:
    """Search the owners, and return what is within reach as if there were nothing else.

    Raises what :func:`~keiki.office.audit.lookups.search` raises, :class:`OfficeUnknown`, and
    :class:`~keiki.office.audit.lookup_limit.TooManyLookUps`.
    """
    refuse_too_many(act, settings.KEIKI.access.lookups_per_hour)
    if reach.everywhere:
        return search(act, sources, kind, text, purpose.audit_text)
    offices = _OfficesOfHits(sources, reach, act.at)
    found = search(act, sources, kind, text, purpose.audit_text, within=offices.covers)
    if kind is SearchKind.SERIAL:
        offices.ask_at_least_once(text)
    for owner in offices.silent:
        raise _office_unknown(owner)
    return found


class _OfficesOfHits:
    """Says of hits whether they are within reach; ``silent`` is the owner that did not say whose they are.

    Who keeps serial numbers knows no service office: then all owners are asked about the place. A serial number that
    found nothing costs the same question, about a made-up place, so that its answer takes as long.
    """

    def __init__(self, sources: Sources, reach: Reach, at: datetime) -> None:
        self._sources, self._reach, self._at = sources, reach, at
        self._asked = False
        self.silent: list[Text] = []

    def covers(self, hit: Hit) -> bool:
        """Say whether a hit is within reach."""
        return self._reach.covers(hit.office or self._office_of(hit.point))

    def ask_at_least_once(self, text: str) -> None:
        """Ask about a place that nobody has, unless a real one was asked about."""
        if not self._asked:
            digits = int.from_bytes(hashlib.sha256(text.encode()).digest()) % 10**20
            self._office_of(SupplyPoint(f"00{digits:020d}"))

    def _office_of(self, point: SupplyPoint) -> str:
        self._asked = True
        linked = ask(self._sources, point, self._at)
        self.silent.extend(silent_about_office(linked))
        return office_of(linked)


def _office_unknown(silent: Text) -> OfficeUnknown:
    ja, en = silent
    return OfficeUnknown(
        f"{ja}が応答しないため、どの営業所の供給地点か確かめられません。しばらくしてからやり直してください",
        f"{en} does not answer, so nobody can say which service office the place belongs to: try again in a while",
    )
