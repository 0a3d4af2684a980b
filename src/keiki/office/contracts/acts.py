"""What is done about contracts: take an application, decide the way, rewrite a lost password, read the status."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from keiki.domain.access import Right
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.linkage.decision import Blocked
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.acting import act_of
from keiki.office.audit.lookups import OutOfReach, look_up
from keiki.office.screens.languages import in_language
from keiki.office.screens.request import OfficeRequest, row_or_404
from keiki.office.sentences import sentence_of
from keiki.office.sources import ContactError, SourceUnavailableError

from . import reading, services
from .addressing import confirm_agent as confirm_power_of_attorney
from .forms import ApplicationForm
from .models import ServiceContract
from .queries import live_contract
from .views import shown
from .words import rejection_in_words


def apply(request: OfficeRequest) -> HttpResponse:
    """Take an application; the applicant's name is compared and forgotten."""
    if request.method != "POST":
        form = ApplicationForm(initial={"supply_point": request.GET.get("point", "")[:40]})
        return render(request, "contracts/apply.html", {"form": form})
    form = ApplicationForm(request.POST)
    contract = _applied(request, form) if form.is_valid() else None
    if contract is None:
        return render(request, "contracts/apply.html", {"form": form, "live": _live(request, form)}, status=422)
    if contract.state == ServiceState.REJECTED:
        why = in_language(rejection_in_words(contract.rejected_because))
        messages.error(request, _("{contract} was rejected: {why}").format(contract=contract.reference, why=why))
    else:
        messages.success(
            request, _("{contract} was taken and its applicant checked.").format(contract=contract.reference)
        )
    return _redirect_to_contract(contract)


def decide(request: OfficeRequest, pk: int) -> HttpResponse:
    """Decide the way of a checked contract from what the owners say now, or show what stands in its way."""
    contract = row_or_404(request, ServiceContract.objects.all(), pk=pk)
    act, office_services = act_of(request), request.office_services
    linked = look_up(
        act, office_services.sources, SupplyPoint(contract.supply_point), f"way of {contract.reference} decided"
    )
    decision = services.decide(
        act, contract, linked, office_services.catalogue, office_services.sealer, sources=office_services.sources
    )
    if isinstance(decision.inputs, Blocked):
        problems = [
            {"owner": in_language(each.owner), "words": in_language(each.message)} for each in decision.inputs.problems
        ]
        return render(request, "contracts/detail.html", {**shown(request, contract), "problems": problems}, status=409)
    if decision.way is services.Way.REWRITE:
        words = _("The installed units serve route B already: the password is being written into the meter.")
    else:
        words = _("New units are needed: a designer goes on with it.")
    messages.success(request, words)
    return _redirect_to_contract(contract)


def confirm_agent(request: OfficeRequest, pk: int) -> HttpResponse:
    """Note that the contractor confirmed the power of attorney of the agent who applied."""
    contract = row_or_404(request, ServiceContract.objects.all(), pk=pk)
    confirm_power_of_attorney(act_of(request), request.office_services.sources, contract)
    messages.success(request, _("It is noted that the customer confirmed the power of attorney."))
    return _redirect_to_contract(contract)


def rewrite(request: OfficeRequest, pk: int) -> HttpResponse:
    """Rewrite the password remotely, after a loss or where the last rewrite was not answered well."""
    contract = row_or_404(request, ServiceContract.objects.all(), pk=pk)
    command = services.lose_password(
        act_of(request), contract, request.office_services.sealer, request.office_services.sources
    )
    messages.success(request, _("{command}: the rewrite is on its way.").format(command=command.reference))
    return _redirect_to_contract(contract)


def read_status(request: OfficeRequest, pk: int) -> HttpResponse:
    """Ask for a reading of the communication unit's status; the page shows the answer by itself."""
    contract = row_or_404(request, ServiceContract.objects.all(), pk=pk)
    reading.read_status(act_of(request), contract, request.office_services.sealer, request.office_services.sources)
    messages.success(request, _("The status is being read."))
    back = request.POST.get("back", "")
    if back == "point":
        return HttpResponseRedirect(reverse("points:detail", args=[contract.supply_point]))
    return _redirect_to_contract(contract)


def _applied(request: OfficeRequest, form: ApplicationForm) -> ServiceContract | None:
    """Take the application, or put into the form why it was not taken."""
    reach, sources = request.reach, request.office_services.sources
    try:
        return services.apply(
            act_of(request),
            sources,
            form.cleaned_data["supply_point"],
            form.applicant(),
            lambda linked: reach.covers(services.office_of(linked)) or bool(services.silent_about_office(linked)),
        )
    except OutOfReach as error:
        form.add_error("supply_point", in_language(error.sentence))
    except (services.ServiceRefused, ContactError, SourceUnavailableError) as error:
        form.add_error(None, ValidationError(in_language(sentence_of(error)), code=getattr(error, "code", None)))
    return None


def _live(request: OfficeRequest, form: ApplicationForm) -> ServiceContract | None:
    """Return the live contract that stands in the way of an application, for whoever may see it."""
    point = form.cleaned_data.get("supply_point")
    if not form.has_error(NON_FIELD_ERRORS, "contract_live") or point is None:
        return None
    found = live_contract(point.number)
    return found if found and request.may(Right.SEE_CONTRACTS, found.office) else None


def _redirect_to_contract(contract: ServiceContract) -> HttpResponse:
    return HttpResponseRedirect(reverse("contracts:detail", args=[contract.pk]))
