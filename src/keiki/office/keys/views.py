"""Keys: which devices the office trusts, and the requests by which two people change that."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.domain.access import Right
from keiki.domain.keys.lifecycle import KEY_REQUEST, KeyRequestState
from keiki.office.audit.acting import act_of
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import Column, Listing, show
from keiki.office.screens.reason_form import ReasonForm
from keiki.office.screens.request import OfficeRequest
from keiki.office.sentences import sentence_of
from keiki.protocols.sealing.errors import SealingError

from . import queries, requests
from .enrolled_cards import CardChanged, fingerprint_of, is_changed
from .forms import Approve, AskToEnrol, DeviceFilters
from .models import DeviceRole, EnrolledDevice, KeyRequest, RequestKind
from .services import NotEnrolled
from .words import ROLES

KINDS = {RequestKind.ENROL: gettext_lazy("enrol"), RequestKind.REVOKE: gettext_lazy("revoke")}


def _role(role: str) -> str:
    return in_language(ROLES[DeviceRole(role)])


DEVICES = Listing[EnrolledDevice](
    name="devices",
    columns=(
        Column("name", gettext_lazy("Name"), lambda row: row.name, sort="name"),
        Column("role", gettext_lazy("Role"), lambda row: _role(row.role), sort="role"),
        Column("key", gettext_lazy("Key id"), lambda row: row.key_id),
        Column("enrolled", gettext_lazy("Enrolled"), lambda row: row.enrolled_at, sort="enrolled_at"),
        Column("revoked", gettext_lazy("Revoked"), lambda row: row.revoked_at, sort="revoked_at"),
    ),
    order="name",
    address=lambda row: reverse("keys:device", args=[row.key_id]),
    filters=DeviceFilters,
    tone=lambda row: "quiet" if row.revoked_at else "",
)


def devices(request: OfficeRequest) -> HttpResponseBase:
    """Show the enrolled devices, and what waits for a second person above them."""
    waiting = [_shown(each) for each in queries.waiting()]
    return show(request, DEVICES, EnrolledDevice.objects.all(), "keys/list.html", {"waiting": waiting, **_may(request)})


def device(request: OfficeRequest, key_id: str) -> HttpResponse:
    """Show one device's card, and ask that it be revoked."""
    found = get_object_or_404(EnrolledDevice, key_id=key_id)
    past = [_shown(each) for each in KeyRequest.objects.filter(key_id=key_id)]
    context = {
        "device": found,
        "role": _role(found.role),
        "fingerprint": fingerprint_of(found),
        "changed": in_language(CardChanged(found).sentence) if is_changed(found) else "",
        "past": past,
        "form": ReasonForm(),
        **_may(request),
    }
    return render(request, "keys/device.html", context)


def ask_to_enrol(request: OfficeRequest) -> HttpResponse:
    """Ask that a card be enrolled."""
    form = AskToEnrol(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            asked = requests.ask_to_enrol(act_of(request), given["card"], given["role"], given["because"])
        except (NotEnrolled, SealingError) as error:
            form.add_error("card", in_language(sentence_of(error)))
        except requests.KeyRefused as error:
            form.add_error(None, in_language(error.sentence))
        else:
            return _to_request(request, asked)
    return render(request, "keys/ask.html", {"form": form}, status=400 if form.errors else 200)


def ask_to_revoke(request: OfficeRequest, key_id: str) -> HttpResponse:
    """Ask that an enrolled card be revoked."""
    found = get_object_or_404(EnrolledDevice, key_id=key_id)
    asked = requests.ask_to_revoke(act_of(request), found, request.POST.get("because", ""))
    return _to_request(request, asked)


def key_request(request: OfficeRequest, number: int) -> HttpResponse:
    """Show one request with the card it is about, and let the second person decide."""
    found = get_object_or_404(KeyRequest, pk=number)
    asked = found.state == KeyRequestState.ASKED
    own = found.asked_by == request.user.get_username()
    context = {
        **_shown(found),
        "fingerprint": requests.fingerprint(found),
        "approve": Approve() if asked and not own and request.may(Right.APPROVE_KEYS) else None,
        "reject": ReasonForm(prefix="reject"),
        "own": own and asked,
        "waits": asked,
    }
    return render(request, "keys/request.html", context)


def approve(request: OfficeRequest, number: int) -> HttpResponse:
    """Do what was asked, as the second person."""
    found = get_object_or_404(KeyRequest, pk=number)
    changed = requests.approve(act_of(request), found, request.POST.get("compared", ""))
    messages.success(
        request, _("%(name)s: done as %(request)s asked.") % {"name": changed.name, "request": found.reference}
    )
    return HttpResponseRedirect(reverse("keys:device", args=[changed.key_id]))


def reject(request: OfficeRequest, number: int) -> HttpResponse:
    """Decide against a request."""
    found = get_object_or_404(KeyRequest, pk=number)
    requests.reject(act_of(request), found, request.POST.get("reject-because", ""))
    messages.info(request, _("%(request)s was rejected.") % {"request": found.reference})
    return HttpResponseRedirect(reverse("keys:list"))


def withdraw(request: OfficeRequest, number: int) -> HttpResponse:
    """Take one's own request back."""
    found = get_object_or_404(KeyRequest, pk=number)
    requests.withdraw(act_of(request), found)
    messages.info(request, _("%(request)s was withdrawn.") % {"request": found.reference})
    return HttpResponseRedirect(reverse("keys:list"))


def _to_request(request: OfficeRequest, asked: KeyRequest) -> HttpResponse:
    messages.success(request, _("%(request)s waits for another security officer.") % {"request": asked.reference})
    return HttpResponseRedirect(reverse("keys:request", args=[asked.pk]))


def _may(request: OfficeRequest) -> dict[str, bool]:
    return {"may_ask": request.may(Right.REQUEST_KEYS)}


def _shown(found: KeyRequest) -> dict[str, object]:
    state = KeyRequestState(found.state)
    tones = {KeyRequestState.ASKED: "warn", KeyRequestState.APPROVED: "ok", KeyRequestState.REJECTED: "bad"}
    return {
        "request_": found,
        "kind": KINDS[RequestKind(found.kind)],
        "role": _role(found.role),
        "state": in_language(KEY_REQUEST.words.states[state]),
        "tone": tones.get(state, "quiet"),
        "url": reverse("keys:request", args=[found.pk]),
    }
