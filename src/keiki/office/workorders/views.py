"""Work orders: list, issue, print one or many, take results, cancel, and what follows a visit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.domain.access import Right
from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.workorders.lifecycle import WORK_ORDER, WorkOrderEvent, WorkOrderState
from keiki.office.audit.acting import act_of
from keiki.office.designs.models import Design
from keiki.office.keys.queries import handheld
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import show
from keiki.office.screens.reason_form import ReasonForm
from keiki.office.screens.request import OfficeRequest, row_or_404, within

from . import services
from .erasure import erased_barcode_sentence
from .forms import IssueOrderForm, Results
from .intake import take_results
from .listing import FOLLOW_UPS, ORDERS, is_late, state_pill
from .models import FollowUp, WorkOrder
from .printing import MOST, print_orders
from .shown import drawings, happenings
from .words import TASKS


def orders(request: OfficeRequest) -> HttpResponseBase:
    """Show the work orders within reach."""
    rows = within(request, WorkOrder.objects.select_related("device").defer("envelope"))
    context = {
        "may_print": request.may(Right.PRINT_ORDERS),
        "may_record": request.may(Right.RECORD_RESULTS),
        "most": MOST,
        "follow_ups": within(request, FollowUp.objects.filter(done_at=None)).count(),
    }
    return show(request, ORDERS, rows, "workorders/list.html", context)


def order(request: OfficeRequest, number: str) -> HttpResponse:
    """Show one work order: its units before and after, what is to be done next, and its history."""
    found = _order(request, number)
    state = WorkOrderState(found.state)
    allowed = WORK_ORDER.allowed(state)
    before, after = drawings(request.office_services.catalogue, found)
    follow_up = FollowUp.objects.filter(work_order=found).first()
    context = {
        "order": found,
        "state_pill": state_pill(found),
        "late": is_late(found),
        "before": before,
        "after": after,
        "may_print": WorkOrderEvent.PRINT in allowed and request.may(Right.PRINT_ORDERS, found.office),
        "may_cancel": WorkOrderEvent.CANCEL in allowed and request.may(Right.ISSUE_ORDERS, found.office),
        "may_record": state is WorkOrderState.PRINTED and request.may(Right.RECORD_RESULTS, found.office),
        "cancel": ReasonForm(),
        "follow_up": follow_up,
        "task": in_language(TASKS[follow_up.task]) if follow_up else "",
        "outdated": [in_language(each) for each in follow_up.outdated] if follow_up else [],
        "may_close": bool(follow_up and not follow_up.done_at) and request.may(Right.CLOSE_FOLLOW_UPS, found.office),
        "history": happenings(found),
    }
    return render(request, "workorders/detail.html", context)


def issue(request: OfficeRequest, design: int) -> HttpResponse:
    """Issue the work order of a finished design: choose device and day."""
    found = row_or_404(request, Design.objects.select_related("contract"), pk=design)
    form = IssueOrderForm(request.POST or None, initial={"visit_date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        day: date = form.cleaned_data["visit_date"]
        office_services = request.office_services
        visit = services.PlannedVisit(handheld(form.cleaned_data["device"]), day, office_services.barcode_end(day))
        made = services.issue(
            act_of(request),
            office_services.sources,
            office_services.catalogue,
            office_services.sealer,
            design=found,
            visit=visit,
        )
        messages.success(request, _("%(number)s was issued.") % {"number": made.number})
        return HttpResponseRedirect(reverse("workorders:detail", args=[made.number]))
    context = {"design": found, "form": form, "finished": found.state == DesignState.FINISHED}
    return render(request, "workorders/issue.html", context, status=400 if form.errors else 200)


def print_one(request: OfficeRequest, number: str) -> HttpResponse:
    """Give one order's sheet as PDF."""
    return _print(request, [_order(request, number)])


def print_many(request: OfficeRequest) -> HttpResponse:
    """Give the sheets of the chosen orders as one PDF."""
    chosen = request.POST.getlist("number")[:MOST]
    rows = within(request, WorkOrder.objects.select_related("design__contract", "device", "credential"))
    found = list(rows.filter(number__in=chosen).order_by("visit_date", "number"))
    if not found:
        messages.warning(request, _("Nothing was printed: choose at least one work order."))
        return HttpResponseRedirect(reverse("workorders:list"))
    return _print(request, found)


def _print(request: OfficeRequest, found: list[WorkOrder]) -> HttpResponse:
    printable = [each for each in found if WorkOrderEvent.PRINT in WORK_ORDER.allowed(WorkOrderState(each.state))]
    over = [each for each in found if each not in printable]
    act = act_of(request)
    done = print_orders(act, request.office_services, printable)
    if done.refused or over or not done.pdf:
        refused = [(each.order, in_language(each.why)) for each in done.refused]
        refused += [(each, in_language(erased_barcode_sentence(each, act.at))) for each in over]
        context = {"refused": refused, "printed": done.orders}
        return render(request, "workorders/not_printed.html", context, status=409)
    name = done.orders[0].number if len(done.orders) == 1 else f"work-orders-{timezone.localtime():%Y%m%d-%H%M}"
    response = HttpResponse(done.pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def record(request: OfficeRequest) -> HttpResponse:
    """Take the results of visits from the files of the hand-held devices."""
    form = Results(request.POST or None, request.FILES or None)
    taken: list[Any] = []
    if request.method == "POST" and form.is_valid():
        taken = take_results(act_of(request), request.office_services, form.cleaned_data["results"], request.reach)
        done = sum(1 for each in taken if each.tone != "bad")
        said_ = ngettext("%(count)s result was taken.", "%(count)s results were taken.", done) % {"count": done}
        (messages.success if done == len(taken) else messages.warning)(request, said_)
    return render(request, "workorders/record.html", {"form": form, "taken": taken}, status=400 if form.errors else 200)


def cancel(request: OfficeRequest, number: str) -> HttpResponse:
    """Cancel an order; its design is open again."""
    found = _order(request, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the work order is cancelled: the reason is kept."))
    else:
        services.cancel(act_of(request), found, form.cleaned_data["because"])
        messages.info(request, _("%(number)s was cancelled; its design is open again.") % {"number": number})
    return HttpResponseRedirect(reverse("workorders:detail", args=[number]))


def follow_ups(request: OfficeRequest) -> HttpResponseBase:
    """Show what the construction office has to do after visits."""
    rows = within(request, FollowUp.objects.select_related("work_order").defer("work_order__envelope"))
    return show(request, FOLLOW_UPS, rows, "workorders/follow_ups.html")


def close_follow_up(request: OfficeRequest, number: str) -> HttpResponse:
    """Note that what followed a visit is done."""
    found = _order(request, number)
    services.close_follow_up(act_of(request), row_or_404(request, FollowUp.objects.all(), work_order=found))
    messages.success(request, _("Noted as done."))
    return HttpResponseRedirect(reverse("workorders:follow_ups"))


def _order(request: OfficeRequest, number: str) -> WorkOrder:
    rows = WorkOrder.objects.select_related("design__contract", "device", "credential")
    return row_or_404(request, rows, number=number)
