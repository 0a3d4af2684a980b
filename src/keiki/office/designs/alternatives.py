"""The foot of the desk: the proposal and its alternatives in order of least replaced, with stock and live-line work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from keiki.office.catalogue import Alternative, NoProposal, Proposal
from keiki.office.screens.naming import Names

from .models import Design
from .stock import DepotStock
from .verdicts import to_fetch

MOST_OFFERS = 8
"""How many are shown; each is taken by the key of its number."""


@dataclass(frozen=True)
class AlternativeUnit:
    """A unit of an offer: whether it hangs there already, and how many the depot has of one that is needed."""

    unit: str
    kept: bool
    stock: str
    lacking: bool


@dataclass(frozen=True)
class AlternativeRow:
    """One line of the table."""

    number: int
    units: tuple[AlternativeUnit, ...]
    value: str
    replaced: int
    live_line: str
    remark: str
    proposed: bool
    chosen: bool


def alternative_rows(
    design: Design, proposal: Proposal | NoProposal, names: Names, shelf: DepotStock
) -> tuple[AlternativeRow, ...]:
    """Return the lines; ``proposal`` is the best that the depot has, as far as that is known."""
    proposed = proposal.combination if isinstance(proposal, Proposal) else None
    found = names.catalogue.alternatives(design.needs, design.installed, MOST_OFFERS)
    if not found:
        return ()
    setting = _Setting(design, names, shelf, found[0], proposed)
    return tuple(_row(setting, number, offer) for number, offer in enumerate(found, start=1))


@dataclass(frozen=True)
class _Setting:
    """What every line is seen against."""

    design: Design
    names: Names
    shelf: DepotStock
    best: Alternative
    proposed: Mapping[str, str] | None


def _row(setting: _Setting, number: int, offer: Alternative) -> AlternativeRow:
    units = tuple(_unit(setting, kind, unit) for kind, unit in offer.combination.items())
    is_proposed, is_chosen = offer.combination == setting.proposed, offer.combination == setting.design.combination
    return AlternativeRow(
        number=number,
        units=units,
        value=" ".join(offer.combination.values()),
        replaced=len(offer.replaced),
        live_line=setting.names.kinds(offer.live_line_kinds),
        remark=_remark(offer, setting.best, units, proposed=is_proposed, chosen=is_chosen),
        proposed=is_proposed,
        chosen=is_chosen,
    )


def _unit(setting: _Setting, kind: str, unit: str) -> AlternativeUnit:
    if unit == setting.design.installed.get(kind):
        return AlternativeUnit(unit, True, "", False)
    if not to_fetch({kind: unit}, setting.design.installed, setting.names):
        return AlternativeUnit(unit, False, "", False)
    if setting.shelf.pieces is None:
        return AlternativeUnit(unit, False, _("stock not known"), False)
    pieces = setting.shelf.pieces.get(unit, 0)
    return AlternativeUnit(unit, False, _("stock {count}").format(count=f"{pieces:,}"), not pieces)


def _remark(
    offer: Alternative, best: Alternative, units: Sequence[AlternativeUnit], *, proposed: bool, chosen: bool
) -> str:
    said, lacking = [], [each.unit for each in units if each.lacking]
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
