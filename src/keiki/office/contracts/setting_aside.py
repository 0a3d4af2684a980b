"""The screens of answers that could not be applied: their list, one of them, and how it is settled."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.domain.access import Right
from keiki.office.audit.acting import act_of
from keiki.office.remote.models import SetAsideMessage
from keiki.office.remote.services import apply_again
from keiki.office.remote.set_aside import close, in_words
from keiki.office.remote.words import KINDS
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import show
from keiki.office.screens.parts import Tone
from keiki.office.screens.request import OfficeRequest, row_or_404, within

from .listings import SET_ASIDE
from .models import ServiceContract
from .queries import live_contract


class CloseForm(forms.Form):
    """Why a message is put away without being applied."""

    because = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        help_text=gettext_lazy(
            "What was found at the contract and the meter. Kept in the audit; no names of customers."
        ),
    )


def set_aside(request: OfficeRequest) -> HttpResponseBase:
    """List the answers within reach that could not be applied."""
    rows = within(request, SetAsideMessage.objects.select_related("command"))
    return show(request, SET_ASIDE, rows, "contracts/set_aside.html")


def set_aside_message(request: OfficeRequest, pk: int) -> HttpResponse:
    """Show one of them: its command and contract, and why it was not applied."""
    return _page(request, _row(request, pk), CloseForm())


def apply_set_aside(request: OfficeRequest, pk: int) -> HttpResponse:
    """Apply it again; what still stands in the way is said on the page."""
    found = _row(request, pk)
    try:
        apply_again(act_of(request), request.office_services.identity, found, request.office_services.answers)
    except Exception as error:  # noqa: BLE001 - what set it aside may be anything, and is shown as it was before
        return _page(request, found, CloseForm(), in_language(in_words(error)), status=409)
    messages.success(request, _("{message} is applied.").format(message=found.reference))
    return HttpResponseRedirect(reverse("contracts:set_aside_message", args=[pk]))


def close_set_aside(request: OfficeRequest, pk: int) -> HttpResponse:
    """Put it away with a reason; it is not applied."""
    found, form = _row(request, pk), CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    close(act_of(request), found, form.cleaned_data["because"])
    messages.success(request, _("{message} is put away.").format(message=found.reference))
    return HttpResponseRedirect(reverse("contracts:set_aside_message", args=[pk]))


def _row(request: OfficeRequest, pk: int) -> SetAsideMessage:
    return row_or_404(request, SetAsideMessage.objects.select_related("command__credential"), pk=pk)


def _page(
    request: OfficeRequest, found: SetAsideMessage, form: CloseForm, trouble: str = "", status: int = 200
) -> HttpResponse:
    open_ = found.settled_at is None
    context = {
        "message": found,
        "what": in_language(KINDS[found.command.kind]) if found.command else "",
        "contract": _contract(found),
        "trouble": in_language((found.trouble_ja, found.trouble)),
        "still": trouble,
        "tone": Tone.WARN if open_ else Tone.OK,
        "form": form if open_ and request.may(Right.DECIDE_RESULTS, found.office) else None,
    }
    return render(request, "contracts/set_aside_message.html", context, status=status)


def _contract(found: SetAsideMessage) -> ServiceContract | None:
    """The contract that the command was for, else the live one of its supply point."""
    credential = found.command.credential if found.command else None
    if credential is None:
        return live_contract(found.supply_point)
    mine = {"supply_point": credential.supply_point, "contract_number": credential.contract_number}
    return ServiceContract.objects.filter(**mine).order_by("-pk").first()
