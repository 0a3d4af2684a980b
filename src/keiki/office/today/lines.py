"""What Today counts, as one table: what it is called, whose right shows it, which rows, since when, and where they are.

Counted for each line that the person has the right to, from an index, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keiki.domain.access import Right
from keiki.domain.catalogues.lifecycle import CatalogueState
from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.keys.lifecycle import KeyRequestState
from keiki.domain.keys.tokens import ApiTokenState
from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.audit.lookup_limit import REACHED, reached
from keiki.office.catalogues.models import CatalogueVersion
from keiki.office.contracts.queries import (
    agent_unconfirmed,
    contradicting,
    customer_gone,
    overdue,
    set_aside,
    to_decide,
    troubled,
    unanswered,
    undesigned,
)
from keiki.office.designs.models import Design
from keiki.office.keys.models import KeyRequest
from keiki.office.users.models import ApiToken
from keiki.office.workorders.models import FollowUp, WorkOrder


class TodayGroup(StrEnum):
    """Under which heading a line stands."""

    WAITING = "waiting"
    LATE = "late"
    BROKEN = "broken"


@dataclass(frozen=True)
class TodayLine:
    """One thing that is counted. ``rows`` gets the present moment; ``since`` is the column of how long it has been so;
    ``office_column`` names the column of the service office, empty where the rows belong to none."""

    group: TodayGroup
    words: str | Promise
    right: Right
    rows: Callable[[datetime], QuerySet[Any]]
    since: str
    url: str
    query: str = ""
    office_column: str = "office"


def _designs(state: DesignState, **more: object) -> Callable[[datetime], QuerySet[Any]]:
    return lambda _now: Design.objects.filter(state=state, **more)


def _reopened(_now: datetime) -> QuerySet[Any]:
    return Design.objects.filter(state=DesignState.OPEN, reopened_at__isnull=False)


def _to_print(_now: datetime) -> QuerySet[Any]:
    return WorkOrder.objects.filter(state=WorkOrderState.ISSUED)


def _visits_today(now: datetime) -> QuerySet[Any]:
    day = timezone.localtime(now).date()
    return WorkOrder.objects.filter(state=WorkOrderState.PRINTED, visit_date=day)


def _late(now: datetime) -> QuerySet[Any]:
    day, waiting = timezone.localtime(now).date(), [WorkOrderState.ISSUED, WorkOrderState.PRINTED]
    return WorkOrder.objects.filter(state__in=waiting, visit_date__lt=day)


def _follow_ups(_now: datetime) -> QuerySet[Any]:
    return FollowUp.objects.filter(done_at=None)


def _keys(_now: datetime) -> QuerySet[Any]:
    return KeyRequest.objects.filter(state=KeyRequestState.ASKED)


def _tokens(now: datetime) -> QuerySet[Any]:
    return ApiToken.objects.filter(state=ApiTokenState.ASKED, expires_at__gt=now)


def _versions(_now: datetime) -> QuerySet[Any]:
    return CatalogueVersion.objects.filter(state=CatalogueState.PROPOSED)


W, L, B = TodayGroup.WAITING, TodayGroup.LATE, TodayGroup.BROKEN
DESIGNS, ORDERS, CONTRACTS = "designs:list", "workorders:list", "contracts:list"

LINES: tuple[TodayLine, ...] = (
    TodayLine(
        W,
        _("applications by an agent that the customer has to confirm"),
        Right.TAKE_APPLICATIONS,
        lambda _now: agent_unconfirmed(),
        "applied_at",
        CONTRACTS,
        "state=agent-unconfirmed",
    ),
    TodayLine(
        W,
        _("applications to decide"),
        Right.TAKE_APPLICATIONS,
        lambda _now: to_decide(),
        "applied_at",
        CONTRACTS,
        "state=to-decide",
    ),
    TodayLine(
        W,
        _("contracts without a design"),
        Right.MAKE_DESIGNS,
        lambda _now: undesigned(),
        "applied_at",
        CONTRACTS,
        "state=undesigned",
    ),
    TodayLine(
        W, _("designs to finish"), Right.MAKE_DESIGNS, _designs(DesignState.OPEN), "opened_at", DESIGNS, "state=open"
    ),
    TodayLine(
        W,
        _("designs refused by the gate"),
        Right.MAKE_DESIGNS,
        _designs(DesignState.REFUSED),
        "opened_at",
        DESIGNS,
        "state=refused",
    ),
    TodayLine(
        W,
        _("finished designs without a work order"),
        Right.ISSUE_ORDERS,
        _designs(DesignState.FINISHED),
        "finished_at",
        DESIGNS,
        "state=finished",
    ),
    TodayLine(W, _("work orders to print"), Right.PRINT_ORDERS, _to_print, "issued_at", ORDERS, "state=issued"),
    TodayLine(
        W, _("visits of today"), Right.RECORD_RESULTS, _visits_today, "issued_at", ORDERS, "state=printed&due=today"
    ),
    TodayLine(
        W,
        _("things to do after a visit"),
        Right.CLOSE_FOLLOW_UPS,
        _follow_ups,
        "created_at",
        "workorders:follow_ups",
    ),
    TodayLine(W, _("key requests to approve"), Right.APPROVE_KEYS, _keys, "asked_at", "keys:list", office_column=""),
    TodayLine(
        W,
        _("API tokens to approve"),
        Right.APPROVE_KEYS,
        _tokens,
        "asked_at",
        "users:tokens",
        "state=asked",
        office_column="",
    ),
    TodayLine(
        W,
        _("catalogue versions to publish"),
        Right.PUBLISH_CATALOGUE,
        _versions,
        "proposed_at",
        "catalogues:list",
        office_column="",
    ),
    TodayLine(L, _("visits without a result"), Right.RECORD_RESULTS, _late, "visit_date", ORDERS, "due=late"),
    TodayLine(
        L,
        _("designs reopened, for the records changed"),
        Right.MAKE_DESIGNS,
        _reopened,
        "reopened_at",
        DESIGNS,
        "state=open&reopened=on",
    ),
    TodayLine(
        B,
        _("contracts whose customer is no longer there: nothing is sent, end them"),
        Right.END_SERVICE,
        lambda _now: customer_gone(),
        "applied_at",
        CONTRACTS,
        "state=customer-gone",
    ),
    TodayLine(
        B,
        _("contracts whose meter did not take the password"),
        Right.REWRITE_PASSWORD,
        lambda _now: unanswered(),
        "applied_at",
        CONTRACTS,
        "state=unanswered",
    ),
    TodayLine(
        B,
        _("remote commands past their time without an answer"),
        Right.SEE_CONTRACTS,
        overdue,
        "created_at",
        "contracts:commands",
        "state=overdue",
    ),
    TodayLine(
        B,
        _("letters and e-mails that were not accepted"),
        Right.TAKE_APPLICATIONS,
        lambda _now: troubled(),
        "created_at",
        "contracts:deliveries",
        "state=trouble",
    ),
    TodayLine(
        B,
        _("answers that could not be applied"),
        Right.SEE_CONTRACTS,
        lambda _now: set_aside(),
        "received_at",
        "contracts:set_aside",
    ),
    TodayLine(
        B,
        _("results that contradict what is recorded, to be decided"),
        Right.SEE_CONTRACTS,
        lambda _now: contradicting(),
        "received_at",
        "contracts:contradictions",
    ),
    TodayLine(
        B,
        _("people who came to the limit of look-ups since yesterday"),
        Right.SEE_AUDIT,
        reached,
        "at",
        "audit:list",
        f"happened={REACHED}",
        office_column="",
    ),
)
