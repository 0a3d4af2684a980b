"""The foot of the desk: the proposal and its alternatives in order of least replaced, with stock and live-line work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.office.catalogue import Nothing, Offer, Proposal

from .models import Design
from .naming import Names
from .stock import Shelf
from .verdicts import to_fetch

MOST_OFFERS = 8
"""How many are shown; each is taken by the key of its number."""


@dataclass(frozen=True)
class OfferedUnit:
    """A unit of an offer, and whether it hangs there already."""

    unit: str
    kept: bool


@dataclass(frozen=True)
class OfferRow:
    """One line of the table."""

    number: int
    units: tuple[OfferedUnit, ...]
    value: str
    replaced: str
    live_line: str
    stock: str
    lacking: bool
    remark: str
    proposed: bool
    chosen: bool


def offer_rows(design: Design, proposal: Proposal | Nothing, names: Names, shelf: Shelf) -> tuple[OfferRow, ...]:
    """Return the lines; ``proposal`` is the best that the depot has, as far as that is known."""
    proposed = proposal.combination if isinstance(proposal, Proposal) else None
    found = names.catalogue.offers(design.needs, design.installed, MOST_OFFERS)
    if not found:
        return ()
    setting = _Setting(design, names, shelf, found[0], proposed)
    return tuple(_row(setting, number, offer) for number, offer in enumerate(found, start=1))


@dataclass(frozen=True)
class _Setting:
    """What every line is seen against."""

    design: Design
    names: Names
    shelf: Shelf
    best: Offer
    proposed: Mapping[str, str] | None


def _row(setting: _Setting, number: int, offer: Offer) -> OfferRow:
    design, names, shelf = setting.design, setting.names, setting.shelf
    wanted = to_fetch(offer.combination, design.installed, names)
    lacking = [unit for unit in wanted if shelf.pieces is not None and not shelf.pieces.get(unit)]
    is_proposed, is_chosen = offer.combination == setting.proposed, offer.combination == design.combination
    return OfferRow(
        number=number,
        units=tuple(OfferedUnit(unit, unit == design.installed.get(kind)) for kind, unit in offer.combination.items()),
        value=" ".join(offer.combination.values()),
        replaced=_replaced(offer.replaced, names),
        live_line=names.kinds(offer.live_line_kinds),
        stock=_stock(wanted, shelf),
        lacking=bool(lacking),
        remark=_remark(offer, setting.best, lacking, proposed=is_proposed, chosen=is_chosen),
        proposed=is_proposed,
        chosen=is_chosen,
    )


def _replaced(kinds: Sequence[str], names: Names) -> str:
    if not kinds:
        return _("nothing")
    if len(kinds) == len(names.catalogue.catalogue.kinds):
        return ngettext("all {count} unit", "all {count} units", len(kinds)).format(count=len(kinds))
    return names.kinds(kinds)


def _stock(wanted: Sequence[str], shelf: Shelf) -> str:
    if not wanted:
        return _("none needed")
    if shelf.pieces is None:
        return _("not known")
    return _(" · ").join(f"{unit} {shelf.pieces.get(unit, 0):,}" for unit in wanted)


def _remark(offer: Offer, best: Offer, lacking: Sequence[str], *, proposed: bool, chosen: bool) -> str:
    said = []
    if proposed:
        said.append(_("proposal"))
    if chosen:
        said.append(_("chosen"))
    if lacking:
        said.append(_("out of stock: {units}").format(units=_(", ").join(lacking)))
    if offer.cost > best.cost:
        said.append(_("replaces more"))
    if offer.surplus > best.surplus:
        said.append(_("has what nobody asked for"))
    return _(" · ").join(said)
