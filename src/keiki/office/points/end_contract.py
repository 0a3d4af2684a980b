"""End a route-B contract: its open work orders and designs end with it, and the meter's password is overwritten."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from keiki.office.audit.acting import act_of
from keiki.office.contracts.models import ServiceContract
from keiki.office.screens.request import OfficeRequest, row_or_404
from keiki.office.workorders import end_contract

from .forms import EndForm


def end(request: OfficeRequest, pk: int) -> HttpResponse:
    """Ask for the reason, and end the contract."""
    contract = row_or_404(request, ServiceContract.objects.all(), pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        command = end_contract.end(
            act_of(request), contract, request.office_services.sealer, form.cleaned_data["because"]
        )
        if command:
            done = _("{contract} ends: the meter's password is being overwritten.")
        else:
            done = _("{contract} has ended.")
        messages.success(request, done.format(contract=contract.reference))
        return HttpResponseRedirect(reverse("contracts:detail", args=[contract.pk]))
    status = 422 if form.is_bound else 200
    return render(request, "points/end.html", {"form": form, "contract": contract}, status=status)
