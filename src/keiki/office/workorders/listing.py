"""The lists of work orders and of what follows them."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.domain.workorders.lifecycle import WORDS, WorkOrderState
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import Column, Listing
from keiki.office.screens.templatetags.keiki import pill, point

from .forms import OPEN, FollowUpFilters, OrderFilters
from .models import FollowUp, WorkOrder
from .words import TASKS

TONES = {
    WorkOrderState.ISSUED: "warn",
    WorkOrderState.PRINTED: "info",
    WorkOrderState.DONE: "ok",
    WorkOrderState.FAILED: "bad",
    WorkOrderState.CANCELLED: "quiet",
}


def is_late(order: WorkOrder) -> bool:
    """Say whether the day of the visit is over and no result is there."""
    return order.state in OPEN and order.visit_date < timezone.localdate()


def state_words(order: WorkOrder) -> str:
    """Return the state in words; a late order says so."""
    words = in_language(WORDS.states[WorkOrderState(order.state)])
    return _("{state} · late").format(state=words) if is_late(order) else words


def state_pill(order: WorkOrder) -> object:
    """Return the state as a pill."""
    return pill("bad" if is_late(order) else TONES[WorkOrderState(order.state)], state_words(order))


def _day(order: WorkOrder) -> str:
    return date_format(order.visit_date, "DATE_FORMAT")


ORDERS = Listing[WorkOrder](
    name="work-orders",
    columns=(
        Column("number", gettext_lazy("Work order"), lambda row: row.number, sort="number"),
        Column("state", gettext_lazy("State"), state_pill, sort="state", plain=state_words),
        Column(
            "visit",
            gettext_lazy("Day of the visit"),
            _day,
            sort="visit_date",
            plain=lambda row: row.visit_date.isoformat(),
        ),
        Column("device", gettext_lazy("Device"), lambda row: row.device.name, sort="device__name"),
        Column(
            "point",
            gettext_lazy("Supply point"),
            lambda row: point(row.supply_point),
            sort="supply_point",
            plain=lambda row: row.supply_point,
        ),
        Column("design", gettext_lazy("Design"), lambda row: f"D-{row.design_id}", sort="design_id"),
        Column("issued", gettext_lazy("Issued"), lambda row: row.issued_at, sort="issued_at"),
    ),
    order="visit_date",
    address=lambda row: reverse("workorders:detail", args=[row.number]),
    filters=OrderFilters,
    tone=lambda row: "bad" if is_late(row) else "",
)

FOLLOW_UPS = Listing[FollowUp](
    name="follow-ups",
    columns=(
        Column("order", gettext_lazy("Work order"), lambda row: row.work_order.number, sort="work_order__number"),
        Column("task", gettext_lazy("To do"), lambda row: in_language(TASKS[row.task]), sort="task"),
        Column("changed", gettext_lazy("Records changed meanwhile"), lambda row: len(row.outdated) or "", numeric=True),
        Column("since", gettext_lazy("Since when"), lambda row: row.created_at, sort="created_at"),
        Column("done", gettext_lazy("Done"), lambda row: row.done_at, sort="done_at"),
    ),
    order="created_at",
    address=lambda row: reverse("workorders:detail", args=[row.work_order.number]),
    filters=FollowUpFilters,
)
