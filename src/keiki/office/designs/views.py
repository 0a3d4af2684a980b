"""The screens of designs that show: the list and the desk."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keiki.domain.access import Right
from keiki.domain.designs.lifecycle import DesignState
from keiki.office.screens.languages import in_language
from keiki.office.screens.linked import linked_sources
from keiki.office.screens.lists import show
from keiki.office.screens.naming import Names
from keiki.office.screens.parts import NextStep
from keiki.office.screens.request import OfficeRequest, row_or_404, within
from keiki.office.users.people.queries import offices

from .desk import desk
from .desk_state import DeskQuery
from .history import history
from .listing import listing, with_urgency
from .models import Design
from .notices import DeskNotice
from .refresh import RefreshResult

TO_WITHDRAW = (DesignState.OPEN, DesignState.REFUSED, DesignState.FINISHED)
"""An ordered design is given up by cancelling its work order first."""


def list_(request: OfficeRequest) -> HttpResponseBase:
    """Show the designs within reach."""
    rows = with_urgency(within(request, Design.objects.all()))
    return show(request, listing(request), rows, "designs/list.html")


def detail(request: OfficeRequest, number: int) -> HttpResponse:
    """Show the desk of one design."""
    design = row_or_404(request, Design.objects.select_related("contract"), pk=number)
    return desk_page(request, design, DeskQuery(request.GET.get("tab", ""), request.GET.get("unit", "")))


def desk_page(
    request: OfficeRequest,
    design: Design,
    asked: DeskQuery,
    *,
    status: int = 200,
    notices: tuple[DeskNotice, ...] = (),
    look: RefreshResult | None = None,
) -> HttpResponse:
    """Show the desk: the whole page, or the desk alone where htmx asked. ``look``: what the sources say this moment."""
    may_make = request.may(Right.MAKE_DESIGNS, design.office)
    shown = desk(request.office_services, design, asked, timezone.now(), may_make=may_make)
    if look:
        names = Names(request.office_services.catalogue, {code: in_language(name) for code, name in offices().items()})
        shown = replace(shown, sources=linked_sources(look.linked, names))
    context = {
        "desk": shown,
        "design": design,
        "notices": notices,
        "history": history(design),
        "fresh": look is not None,
        "may_make": may_make,
        "next_step": _next_step(design, may_issue=request.may(Right.ISSUE_ORDERS, design.office)),
        "may_withdraw": may_make and design.state in TO_WITHDRAW,
    }
    template = "designs/desk_part.html" if request.htmx else "designs/detail.html"
    return render(request, template, context, status=status)


def _next_step(design: Design, *, may_issue: bool) -> NextStep | None:
    """Return what follows a finished design; the desk itself shows the way to that."""
    if design.state != DesignState.FINISHED:
        return None
    url = reverse("workorders:issue", args=[design.pk]) if may_issue else ""
    why = _("The design is finished. The work order reserves the units and seals the password for the visit.")
    return NextStep(_("Issue the work order"), why, _("Issue the work order"), url)
