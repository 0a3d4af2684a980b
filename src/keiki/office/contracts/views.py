"""The lists of contracts, commands and deliveries, and the page of one contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from keiki.domain.access import Right
from keiki.domain.contracts.lifecycle import WORDS, ServiceState
from keiki.office.credentials.models import RouteBCredential
from keiki.office.delivery.models import Delivery
from keiki.office.remote.models import CommandKind, RemoteCommand
from keiki.office.remote.words import KINDS
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import show
from keiki.office.screens.moments import date_and_time
from keiki.office.screens.parts import PathStep
from keiki.office.screens.request import OfficeRequest, row_or_404, within
from keiki.office.support.models import DiagnosisRun

from .detail_words import credential_lines, delivery_lines, stages, was_designed
from .journeys import journey, waits
from .listings import COMMANDS, DELIVERIES, contracts_listing
from .models import ServiceContract
from .next_steps import next_step
from .queries import OVER, contradicting, next_at_point, with_office
from .status import ShownStatus, status
from .words import MEDIA, rejection_in_words


@dataclass(frozen=True)
class RewritePath:
    """The newest rewrite of a contract on its way across the zones."""

    command: RemoteCommand
    what: str
    steps: tuple[PathStep, ...]
    waits: bool


def list_(request: OfficeRequest) -> HttpResponseBase:
    """List the contracts within reach."""
    more = {"may_apply": request.may(Right.TAKE_APPLICATIONS)}
    return show(
        request, contracts_listing(), within(request, ServiceContract.objects.all()), "contracts/list.html", more
    )


def commands(request: OfficeRequest) -> HttpResponseBase:
    """List the remote commands within reach."""
    return show(request, COMMANDS, within(request, RemoteCommand.objects.all()), "contracts/commands.html")


def deliveries(request: OfficeRequest) -> HttpResponseBase:
    """List letters and e-mails within reach: what and how far, never to whom."""
    rows = with_office(Delivery.objects.select_related("credential"))
    return show(request, DELIVERIES, within(request, rows), "contracts/deliveries.html")


def detail(request: OfficeRequest, pk: int) -> HttpResponse:
    """Show one contract: its life, what is next, the password's way to the meter, and what the customer was told."""
    contract = row_or_404(request, ServiceContract.objects.all(), pk=pk)
    return render(request, "contracts/detail.html", shown(request, contract))


def path(request: OfficeRequest, pk: int) -> HttpResponse:
    """Show the newest rewrite's way, as a part of the page that asks again while it waits."""
    contract = row_or_404(request, ServiceContract.objects.all(), pk=pk)
    found = _path(_commands(contract), timezone.now())
    response = render(request, "contracts/path.html", {"contract": contract, "path": found})
    if request.htmx and not (found and found.waits):
        response.headers["HX-Refresh"] = "true"  # the answer changes the state and what is next
    return response


def status_part(request: OfficeRequest, pk: int) -> HttpResponse:
    """Show the communication unit's status, as a part of a page that asks again while a reading is awaited."""
    contract = row_or_404(request, ServiceContract.objects.all(), pk=pk)
    return render(request, "contracts/status.html", {"status": status_of(request, contract)})


def status_of(request: OfficeRequest, contract: ServiceContract) -> ShownStatus:
    """Return the status at the contract's supply point, of its own time, within the right to see diagnoses.

    What was read before it was applied for, or since the next customer applied, is of somebody else's HEMS.
    """
    reach = request.rights.reach(Right.SEE_DIAGNOSES)
    readings = DiagnosisRun.objects.filter(supply_point=contract.supply_point, asked_at__gte=contract.applied_at)
    if following := next_at_point(contract):
        readings = readings.filter(asked_at__lt=following.applied_at)
    readings = readings.select_related("command__outbox")
    if not reach.everywhere:
        readings = readings.filter(office__in=sorted(reach.offices))
    live = contract if contract.state not in OVER else None
    return status(list(readings.order_by("id")), live, request.rights, timezone.now())


def shown(request: OfficeRequest, contract: ServiceContract) -> dict[str, object]:
    """Return what the contract's page shows."""
    mine = {"supply_point": contract.supply_point, "contract_number": contract.contract_number}
    generations = list(RouteBCredential.objects.filter(**mine).order_by("-generation"))
    told = list(Delivery.objects.filter(credential__in=[each.pk for each in generations]).order_by("id"))
    rewrites, service_office_code = _commands(contract), contract.office
    path_, setting = _path(rewrites, timezone.now()), contract.state == ServiceState.SETTING
    known = setting or contract.state in (ServiceState.CONFIRMED, ServiceState.ACTIVE)
    known = known and not contract.addressee_problem
    free = bool(generations) and not (path_ and path_.waits)
    return {
        "contract": contract,
        "application": contract.state in (ServiceState.APPLIED, ServiceState.REJECTED),
        "state": in_language(WORDS.states[contract.state]),
        "medium": in_language(MEDIA[contract.medium]),
        "rejected": in_language(rejection_in_words(contract.rejected_because)),
        "stages": stages(contract, designed=was_designed(contract)),
        "next_step": next_step(contract, request.rights, rewrites, told),
        "former_hems": _former_hems(contract),
        "path": path_,
        "contradicting": list(contradicting().filter(supply_point=contract.supply_point, office=service_office_code)),
        "generations": credential_lines(generations),
        "deliveries": delivery_lines(told),
        "status": status_of(request, contract),
        "may_rewrite": known and free and request.may(Right.REWRITE_PASSWORD, service_office_code),
        "again": setting,
        "may_end": contract.state not in OVER and request.may(Right.END_SERVICE, service_office_code),
    }


def _former_hems(contract: ServiceContract) -> str:
    """Say until when a HEMS with the former password may read, where the contract goes on."""
    until = contract.readable_until
    if until is None or until <= timezone.now() or contract.state in OVER:
        return ""
    words = _("A HEMS with the former password may go on reading until {when}: the meter kept its session open.")
    return words.format(when=date_and_time(until))


def _commands(contract: ServiceContract) -> list[RemoteCommand]:
    found = RemoteCommand.objects.filter(
        supply_point=contract.supply_point,
        kind=CommandKind.REWRITE_PASSWORD,
        credential__contract_number=contract.contract_number,
    )
    return list(found.select_related("outbox", "credential").order_by("id"))


def _path(rewrites: list[RemoteCommand], now: datetime) -> RewritePath | None:
    if not rewrites:
        return None
    last = rewrites[-1]
    return RewritePath(last, in_language(KINDS[last.kind]), journey(last, now), waits(last) and last.expires_at > now)
