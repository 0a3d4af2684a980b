"""What a designer does at the desk. Every act names the version it was made from; what is refused is said on the desk.

With htmx the answer is the desk alone, without scripts a plain page: the same forms send both.
"""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.lifecycle import IllegalTransition
from keiki.office.audit.acting import act_of
from keiki.office.audit.services import Changed
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.contracts.models import ServiceContract
from keiki.office.refusal import Refusal
from keiki.office.screens.request import OfficeRequest, row_or_404

from . import services
from .choosing import undo as take_back
from .desk_state import OWN, DeskQuery, address
from .models import Design
from .notices import DeskNotice, changed_meanwhile, gate_refused, looked, refused
from .obstacles import obstacles
from .refresh import refresh_design
from .stock import depot_stock
from .views import desk_page

SEE_OTHER = 303


class ActForm(forms.Form):
    """The version that the person saw, and the unit that was selected."""

    version = forms.IntegerField(min_value=1)
    unit = forms.CharField(required=False, max_length=40)


def choose(request: OfficeRequest, number: int) -> HttpResponse:
    """Put units into the combination: those of a button (``units``), or the one ``picked`` from the list."""
    units = request.POST.get("units", "").split() or request.POST.getlist("picked")

    def put(design: Design, version: int) -> object:
        return services.choose(act_of(request), _catalogue(request), design, units, version)

    return _perform(request, number, put)


def propose(request: OfficeRequest, number: int) -> HttpResponse:
    """Take the proposal: the best that the depot has, as far as that is known."""

    def take(design: Design, version: int) -> object:
        act = act_of(request)
        stock = depot_stock(request.office_services.sources, design.depot, act.at).pieces
        return services.propose(act, _catalogue(request), design, version, stock)

    return _perform(request, number, take)


def undo(request: OfficeRequest, number: int) -> HttpResponse:
    """Take the last step back."""
    return _perform(
        request, number, lambda design, version: take_back(act_of(request), _catalogue(request), design, version)
    )


def finish(request: OfficeRequest, number: int) -> HttpResponse:
    """Send the design through the gate."""
    design, form = _design_and_form(request, number)
    try:
        verdict = services.finish(
            act_of(request), request.office_services.sources, _catalogue(request), design, form.cleaned_data["version"]
        )
    except (Refusal, IllegalTransition) as error:
        return _refused(request, design, form, error)
    if verdict.ok:
        return _done(request, design, form)
    return desk_page(request, design, _seen(form), status=409, notices=(gate_refused(verdict),))


def look(request: OfficeRequest, number: int) -> HttpResponse:
    """Ask the data servers again and show what they say now."""
    design, form = _design_and_form(request, number)
    try:
        seen = refresh_design(
            act_of(request), request.office_services.sources, _catalogue(request), design, form.cleaned_data["version"]
        )
    except Refusal as error:
        return _refused(request, design, form, error)
    return desk_page(request, design, _seen(form), notices=(looked(seen),), look=seen)


def open_(request: OfficeRequest, contract: int) -> HttpResponse:
    """Open a contract's design, or go to the one that is open; where nothing can be decided, say what is missing."""
    row = row_or_404(request, ServiceContract.objects.all(), pk=contract)
    try:
        design = services.open_design(act_of(request), request.office_services.sources, _catalogue(request), row)
    except services.CannotDecide as error:
        context = {"contract": row, "groups": obstacles(error.blocked)}
        return render(request, "designs/cannot_open.html", context, status=409)
    return HttpResponseRedirect(address(design), status=SEE_OTHER)


class StillOrdered(Refusal):
    """A design in a work order is not given up under the worker's hands."""

    code = "still_ordered"


class WithdrawForm(forms.Form):
    """Why a design is given up."""

    because = forms.CharField(max_length=200)


def withdraw(request: OfficeRequest, number: int) -> HttpResponse:
    """Ask why, and give the design up."""
    design = row_or_404(request, Design.objects.all(), pk=number)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    form.fields["because"].label = _("Reason")
    if design.state == DesignState.ORDERED:
        raise StillOrdered(
            f"{design.reference} には有効な作業指示書があります。先に作業指示書を取り消してください",
            f"{design.reference} has a work order that may still be carried out: cancel that first",
        )
    if form.is_valid():
        services.withdraw(act_of(request), design, form.cleaned_data["because"])
        messages.success(request, _("{design} is withdrawn.").format(design=design.reference))
        return HttpResponseRedirect(reverse("designs:detail", args=[design.pk]), status=SEE_OTHER)
    status = 422 if form.is_bound else 200
    return render(request, "designs/withdraw.html", {"design": design, "form": form}, status=status)


def _perform(request: OfficeRequest, number: int, doing: Callable[[Design, int], object]) -> HttpResponse:
    design, form = _design_and_form(request, number)
    try:
        doing(design, form.cleaned_data["version"])
    except (Refusal, IllegalTransition) as error:
        return _refused(request, design, form, error)
    return _done(request, design, form)


def _design_and_form(request: OfficeRequest, number: int) -> tuple[Design, ActForm]:
    design = row_or_404(request, Design.objects.select_related("contract"), pk=number)
    form = ActForm(request.POST)
    if not form.is_valid():
        raise BadRequest("an act at the desk names the version it was made from")
    return design, form


def _done(request: OfficeRequest, design: Design, form: ActForm) -> HttpResponse:
    if request.htmx:
        return desk_page(request, design, _seen(form))
    return HttpResponseRedirect(address(design, tab=OWN, unit=form.cleaned_data["unit"]), status=SEE_OTHER)


def _refused(request: OfficeRequest, design: Design, form: ActForm, error: Exception) -> HttpResponse:
    """Show the desk as it is now, with what was refused and why; nothing of the act was kept."""
    design = Design.objects.select_related("contract").get(pk=design.pk)
    notice: DeskNotice = changed_meanwhile(design) if isinstance(error, Changed) else refused(error)
    return desk_page(request, design, _seen(form), status=409, notices=(notice,))


def _seen(form: ActForm) -> DeskQuery:
    return DeskQuery(OWN, form.cleaned_data["unit"])


def _catalogue(request: OfficeRequest) -> OfficeCatalogue:
    return request.office_services.catalogue
