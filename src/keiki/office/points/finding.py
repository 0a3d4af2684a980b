"""The search: what was typed, what it was taken for, and where it leads or what it found within reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet

from keiki.domain.access import Reach, Right
from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.office.audit.services import Act
from keiki.office.contracts.models import ServiceContract
from keiki.office.designs.models import Design
from keiki.office.remote.models import RemoteCommand
from keiki.office.screens.languages import in_language
from keiki.office.screens.request import OfficeRequest
from keiki.office.sources import Hits, SearchKind, SearchRefused, Sources
from keiki.office.sources.searching import NAMES
from keiki.office.support.models import DiagnosisRun
from keiki.office.workorders.models import WorkOrder

from . import addresses
from .purposes import LookUpPurpose
from .recognition import Reference, ReferenceKind, SearchedText, recognise
from .services import OfficeUnknown, search_within


@dataclass(frozen=True)
class SearchPage:
    """What the page of the search shows. ``to``: go there at once. ``trouble``: why nothing was looked for.

    ``local``: there may be others of other service offices; of them nothing is said, not even whether there are any.
    """

    taken_for: Text = ("", "")
    hits: tuple[Hits, ...] = field(default=(), repr=False)
    to: str = ""
    trouble: Text | None = None
    missing: str = ""
    local: bool = False

    @property
    def kind_words(self) -> str:
        """What it was taken for, in the reader's language."""
        return in_language(self.taken_for)

    @property
    def trouble_words(self) -> str:
        """Why nothing was looked for, in the reader's language; empty where it was."""
        return in_language(self.trouble) if self.trouble else ""


MOST_DIGITS = 18
"""No number of a row is as long as this."""
POINT: Text = ("供給地点特定番号", "supply point number")


def find(request: OfficeRequest, act: Act, typed: str, purpose: LookUpPurpose) -> SearchPage:
    """Look for what was typed."""
    try:
        wanted = recognise(typed)
    except SupplyPointError as error:
        return SearchPage(POINT, trouble=error.sentence)
    if isinstance(wanted, SupplyPoint):
        return SearchPage(POINT, to=addresses.address("points:detail", wanted.number, why=purpose.value))
    if isinstance(wanted, Reference):
        return _reference(request, wanted, purpose)
    return _search(act, request.office_services.sources, wanted, purpose, request.reach)


def _search(act: Act, sources: Sources, wanted: SearchedText, purpose: LookUpPurpose, reach: Reach) -> SearchPage:
    asked: list[Hits] = []
    trouble: Text | None = None
    for kind in wanted.kinds:
        try:
            hits = search_within(act, sources, kind, wanted.text, purpose=purpose, reach=reach)
        except OfficeUnknown as error:
            return SearchPage(NAMES[kind], trouble=error.sentence)
        except SearchRefused as error:
            trouble = error.sentence
            continue
        asked.append(hits)
        if hits.hits:
            break
    if not asked:
        return SearchPage(NAMES[wanted.kinds[0]], trouble=trouble)
    last = asked[-1]
    shown = [each for each in asked if each.unavailable or each is last]
    local = not reach.everywhere
    to = _alone(last, purpose, local=local)
    return SearchPage(_recognised_as(asked), tuple(shown), to=to, local=local)


def _alone(found: Hits, purpose: LookUpPurpose, *, local: bool) -> str:
    """Return the page of the only hit; of an address only where it is known that there is no other."""
    certain = not (found.more or (local and found.kind is SearchKind.ADDRESS))
    if len(found.hits) != 1 or not certain:
        return ""
    return addresses.address("points:detail", found.hits[0].point.number, why=purpose.value)


def _recognised_as(asked: list[Hits]) -> Text:
    last = asked[-1]
    names = [NAMES[last.kind]] if last.hits else [NAMES[each.kind] for each in asked]
    return "または".join(ja for ja, _ in names), " or ".join(en for _, en in names)


def _reference(request: OfficeRequest, wanted: Reference, purpose: LookUpPurpose) -> SearchPage:
    right, rows, page = _THINGS[wanted.thing]
    reach = request.rights.reach(right)
    near = rows(wanted.number) if reach.everywhere else rows(wanted.number).filter(office__in=sorted(reach.offices))
    found = near.first() if reach else None
    if found is None:
        return SearchPage(wanted.thing.words, missing=wanted.text)
    at = addresses.address("points:detail", found.supply_point, why=purpose.value)
    return SearchPage(wanted.thing.words, to=page(found) or at)


def _by_pk(model: type[Model]) -> Callable[[str], QuerySet[Any]]:
    def rows(number: str) -> QuerySet[Any]:
        known = number.isdigit() and len(number) < MOST_DIGITS
        return model._default_manager.filter(pk=int(number)) if known else model._default_manager.none()

    return rows


def _orders(number: str) -> QuerySet[Any]:
    design, _, which = number.partition("-")
    spelled = f"W-{design.zfill(6)}-{which or '1'}"
    return WorkOrder.objects.filter(number__in=[f"W-{number}", spelled])


_THINGS: Mapping[ReferenceKind, tuple[Right, Callable[[str], QuerySet[Any]], Callable[..., str]]] = {
    ReferenceKind.DESIGN: (Right.SEE_DESIGNS, _by_pk(Design), addresses.design),
    ReferenceKind.ORDER: (Right.SEE_ORDERS, _orders, addresses.order),
    ReferenceKind.CONTRACT: (Right.SEE_CONTRACTS, _by_pk(ServiceContract), addresses.contract),
    ReferenceKind.COMMAND: (Right.SEE_CONTRACTS, _by_pk(RemoteCommand), lambda _: ""),
    ReferenceKind.READING: (Right.SEE_DIAGNOSES, _by_pk(DiagnosisRun), lambda _: ""),
}
