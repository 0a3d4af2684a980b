"""Watch the data servers: reopen designs and call off work orders whose answer is no longer right, once, and say why.

Contracts whose customer is there no more are found in the same round (:mod:`keiki.office.contracts.watching`).

Each source is asked what changed since the last round (its change feed; a folder's newest drop); where one cannot tell,
every live design is looked at. The catalogue is watched as one source more: where another version or period of it is in
force than at the last round, every live design is held against its rules. A cursor moves on only after everything it
named was looked at and its owner could tell, so a round that is cut short is done again. The same question is put once
more when an order is issued, printed and recorded: the moments at which something old would be built in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.db import transaction

from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.linkage.change import Plain, expected_facts
from keiki.domain.linkage.record import LinkedRecord, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up
from keiki.office.audit.services import Act, Changed, record
from keiki.office.audit.source_outages import ask, ask_again
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.contracts.addressing import note_where_gone
from keiki.office.contracts.watching import any_live, watch_contracts
from keiki.office.designs.models import Design, WatchedSource
from keiki.office.designs.revision import Revision, broken_today, reopen_revised, revise
from keiki.office.sources import Sources, SourceUnavailableError

from .empty_source_guard import EmptySourceGuard
from .models import FollowUp, WorkOrder
from .queries import open_orders
from .services import OrderRefused, cancel

log = structlog.get_logger("keiki.office.watch")
CATALOGUE = "(catalogue)"
"""The catalogue among the watched sources; no source's id has brackets."""


@dataclass(frozen=True)
class WatchRound:
    """One round of watching: designs looked at, those reopened, and the sources that could not tell.

    ``gone``: the contracts whose customer was found to be there no more.
    """

    examined: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def watch(act: Act, sources: Sources, catalogue: OfficeCatalogue, *, everything: bool = False) -> WatchRound:
    """Do one round; ``everything`` looks at every live design and contract, whatever the feeds say."""
    ask_again(sources)
    live = list(Design.objects.select_related("contract").filter(state__in=[DesignState.FINISHED, DesignState.ORDERED]))
    if not live and not any_live():
        return WatchRound()
    cursors, named, silent = _changes(sources)
    forbidden = _forbidden(catalogue, live)
    due = [
        each
        for each in live
        if everything or named is None or each.supply_point in (named or ()) or each.pk in forbidden
    ]
    reopened: list[str] = []
    moved_on = False
    believed, seen = EmptySourceGuard(sources), dict[str, LinkedRecord]()

    def look(point: SupplyPoint) -> LinkedRecord:
        if point.number not in seen:
            seen[point.number] = believed.record(ask(sources, point, act.at))
        return seen[point.number]

    for design in due:
        linked = look(SupplyPoint(design.supply_point))
        silent |= {answer.source.id for answer in linked.answers if isinstance(answer.outcome, Unavailable)}
        orders = open_orders(design.supply_point)
        revision = revise(catalogue, design, linked, _expected(orders))
        silent |= set(revision.unknown)
        if revision.holds:
            continue
        note_where_gone(act, design.contract, linked)
        try:
            _call_off(act, design, orders, revision, linked)
        except (Changed, IllegalTransition):
            log.info("design moved on meanwhile", design=design.reference)
            moved_on = True
        else:
            reopened.append(design.reference)
    contracts = watch_contracts(act, sources, named, look, everything=everything)
    silent |= contracts.silent
    done = WatchRound(tuple(each.reference for each in due), tuple(reopened), tuple(sorted(silent)), contracts.gone)
    told = {source: cursor for source, cursor in cursors.items() if source not in silent}
    _note(act, done, {} if moved_on else {**told, CATALOGUE: catalogue.edition})
    return done


@dataclass(frozen=True)
class OrderRecheck:
    """What was found right before an order leaves on paper: the records, and whether its design still holds."""

    linked: LinkedRecord
    revision: Revision


def recheck(act: Act, sources: Sources, catalogue: OfficeCatalogue, order: WorkOrder) -> OrderRecheck:
    """Look at an order again right before it leaves on paper; one that is no longer right is called off and refused."""
    linked = EmptySourceGuard(sources).record(
        look_up(act, sources, SupplyPoint(order.supply_point), f"{order.number} printed")
    )
    revision = revise(catalogue, order.design, linked, _expected([order]))
    if not revision.holds:
        note_where_gone(act, order.design.contract, linked)
        _call_off(act, order.design, [order], revision, linked)
        ja, en = revision.words
        raise OrderRefused(
            f"設計の前提が変わったため、{order.number} を取り消し、{order.design.reference} を設計中に戻しました。{ja}",
            f"{order.number} is cancelled and {order.design.reference} open again, "
            f"for what it was decided from changed: {en}",
            code="decided_from_changed",
        )
    return OrderRecheck(linked, revision)


def recheck_visit(act: Act, sources: Sources, catalogue: OfficeCatalogue, order: WorkOrder) -> Revision:
    """Say after a visit whether what was built in was still right, and leave the construction office what is not."""
    linked = EmptySourceGuard(sources).record(
        look_up(act, sources, SupplyPoint(order.supply_point), f"visit of {order.number} recorded")
    )
    revision = revise(catalogue, order.design, linked, _expected([order]))
    note_where_gone(act, order.design.contract, linked)
    with transaction.atomic():
        if not revision.holds:
            FollowUp.objects.filter(work_order=order).update(outdated=revision.reasons)
        happened = "VisitRechecked" if revision.holds else "VisitFoundOutdated"
        unknown = list(revision.unknown)
        both = {"why": revision.reason, "why_ja": revision.words[0]}
        record(act, happened, order.reference, order.supply_point, **both, unknown=unknown)
    return revision


def _changes(sources: Sources) -> tuple[dict[str, str], set[str] | None, set[str]]:
    """Ask every source what changed: new cursors, the points named (``None``: any), and who did not answer."""
    before = dict(WatchedSource.objects.values_list("source", "cursor"))
    cursors: dict[str, str] = {}
    named: set[str] | None = set()
    silent: set[str] = set()
    for source in sources.configuration.sources:
        name = source.card.id
        try:
            found = sources.changes(name, before.get(name, ""))
        except SourceUnavailableError:
            silent.add(name)
            continue
        cursors[name] = found.cursor
        if found.points is None:
            named = None
        elif named is not None:
            named |= {point.number for point in found.points}
    return cursors, named, silent


def _forbidden(catalogue: OfficeCatalogue, live: Iterable[Design]) -> set[int]:
    """The designs that the catalogue in force does not allow, looked for once for each edition of it."""
    if WatchedSource.objects.filter(source=CATALOGUE, cursor=catalogue.edition).exists():
        return set()
    return {design.pk for design in live if broken_today(catalogue, design)}


def _call_off(act: Act, design: Design, orders: Iterable[WorkOrder], revision: Revision, linked: LinkedRecord) -> None:
    """Reopen the design with its reasons and cancel its orders: both or nothing."""
    with transaction.atomic():
        reopen_revised(act, design, revision, linked)
        for order in orders:
            cancel(act, order, revision.reason, revision.words[0])


def _expected(orders: Iterable[WorkOrder]) -> dict[str, Plain]:
    return expected_facts(line for order in orders for line in order.units)


def _note(act: Act, done: WatchRound, cursors: dict[str, str]) -> None:
    """Move the cursors on and keep that these supply points were looked up, for the watch and before nobody's eyes."""
    with transaction.atomic():
        for source, cursor in cursors.items():
            WatchedSource.objects.update_or_create(source=source, defaults={"cursor": cursor, "watched_at": act.at})
        if done.examined:
            looked, reopened, unknown = list(done.examined), list(done.reopened), list(done.unknown)
            record(act, "DesignsWatched", "watch", why="watch", designs=looked, reopened=reopened, unknown=unknown)
