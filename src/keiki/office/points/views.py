"""The search, and the page of one supply point: the office's own part at once, the owners' as soon as they answer."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from keiki.domain.access import Right
from keiki.domain.contracts.lifecycle import WORDS as SERVICE
from keiki.domain.linkage.masking import masked
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.acting import act_of
from keiki.office.audit.lookups import OutOfReach, read_present_contact
from keiki.office.contracts.services import office_of
from keiki.office.contracts.status import status
from keiki.office.screens.languages import in_language
from keiki.office.screens.naming import Names
from keiki.office.screens.request import OfficeRequest
from keiki.office.sentences import sentence_of
from keiki.office.sources import ContactError, SourceUnavailableError
from keiki.office.sources.contact import PERSONAL
from keiki.office.users.people.queries import offices

from . import linked as linked_part
from .finding import find
from .forms import CustomerForm, PurposeForm
from .history import history
from .next_steps import next_step
from .open_work import open_work
from .purposes import LookUpPurpose, purpose_of
from .queries import Dossier, dossier
from .sealed import seal, unseal
from .services import look_at


def search(request: OfficeRequest) -> HttpResponse:
    """Find supply points by what people know of them; one exact hit is gone to at once.

    What the page's forms send is sealed before it stands in an address.
    """
    if request.method == "POST":
        purpose, typed = _purpose(request, request.POST.get("why", "")), request.POST.get("q", "").strip()
        query = {"s": seal(typed), "why": purpose.value} if typed else {"why": purpose.value}
        return HttpResponseRedirect(f"{reverse('points:search')}?{urlencode(query)}")
    sealed, purpose = request.GET.get("s", ""), _purpose(request, request.GET.get("why", ""))
    if "q" in request.GET:  # typed into an address by hand: it is not looked for, and leaves the browser's bar
        return HttpResponseRedirect(f"{reverse('points:search')}?{urlencode({'why': purpose.value})}")
    typed = unseal(sealed) if sealed else ""
    found = find(request, act_of(request), typed, purpose) if typed else None
    if found and found.to:
        return HttpResponseRedirect(found.to)
    context = {
        "search_text": typed,
        "found": found,
        "lapsed": sealed and not typed,
        "purposes": PurposeForm({"why": purpose}),
        "purpose": purpose,
    }
    return render(request, "points/search.html", {**context, "offices": _office_names()})


def detail(request: OfficeRequest, number: str) -> HttpResponse:
    """Show a supply point. What the owners say comes by itself afterwards, or at once where they must be asked who may
    see it, or with ``?ask=1``."""
    purpose = _purpose(request, request.GET.get("why", ""))
    kept = dossier(number, request.rights)
    context = {
        "number": number,
        "purpose": purpose,
        "purposes": PurposeForm({"why": purpose}),
        "kept": kept,
        "live": kept.live,
        "live_state": in_language(SERVICE.states[kept.live.state]) if kept.live else "",
        "next_step": next_step(kept, number, request.rights, timezone.localdate()),
        "open_work": open_work(kept, timezone.localdate()),
        "history": history(kept),
        "status": status(kept.readings, kept.live, request.rights, timezone.now()),
        "waits": True,
    }
    if "ask" in request.GET or not _known_here(request, kept):
        context |= _record(request, number, purpose, kept) | {"waits": False}
    return render(request, "points/detail.html", context)


def record(request: OfficeRequest, number: str) -> HttpResponse:
    """Show what the owners say of a supply point, as a part of its page."""
    purpose, kept = _purpose(request, request.GET.get("why", "")), dossier(number, request.rights)
    return render(request, "points/record.html", _record(request, number, purpose, kept))


def customer(request: OfficeRequest, number: str) -> HttpResponse:
    """Show the customer's data whole, once, to who says why; a row of another service office is absent."""
    form, point, act = CustomerForm(request.POST), SupplyPoint(number), act_of(request)
    context: dict[str, object] = {"number": number, "form": form}
    try:
        linked = look_at(act, request.office_services.sources, point, LookUpPurpose.QUESTION, request.reach)
    except OutOfReach as error:
        raise Http404(in_language(error.sentence)) from None
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            contact = read_present_contact(act, request.office_services.sources, linked, reason, shown=PERSONAL)
            context |= {"contact": contact, "whole": True}
        except (ContactError, SourceUnavailableError) as error:
            context["contact_trouble"] = in_language(sentence_of(error))
    template = "points/customer.html" if request.htmx else "points/customer_page.html"
    return render(request, template, context, status=200 if form.is_valid() else 422)


def _purpose(request: OfficeRequest, named: str) -> LookUpPurpose:
    return purpose_of(named, request.headers.get("Referer", ""), request.rights.roles)


def _known_here(request: OfficeRequest, kept: Dossier) -> bool:
    """Say whether the office's own rows tell already that the person may see the place."""
    return request.reach.everywhere or any(request.reach.covers(office) for office in kept.offices)


def _record(request: OfficeRequest, number: str, purpose: LookUpPurpose, kept: Dossier) -> dict[str, object]:
    """Ask the owners and return the linked part. A place out of reach is absent, unless its page is shown for rows that
    are within reach: then the part says why it is empty."""
    context: dict[str, object] = {"number": number, "purpose": purpose}
    point, act = SupplyPoint(number), act_of(request)
    known = _known_here(request, kept)
    try:
        linked = look_at(act, request.office_services.sources, point, purpose, request.reach, known=known)
    except OutOfReach as error:
        if not known:
            raise Http404(in_language(error.sentence)) from None
        return context | {"out_of_reach": in_language(error.sentence)}
    names = Names(request.office_services.catalogue, _office_names())
    context |= {"linked": linked_part.shown(linked, names), "may_see_customer": _may_see_customer(request, linked)}
    try:
        contact = read_present_contact(act, request.office_services.sources, linked, purpose.audit_text, shown=())
        context["contact"] = masked({name: getattr(contact, name) for name in PERSONAL})
    except (ContactError, SourceUnavailableError) as error:
        context["contact_trouble"] = in_language(sentence_of(error))
    return context | {"form": CustomerForm()}


def _may_see_customer(request: OfficeRequest, linked: LinkedRecord) -> bool:
    return request.may(Right.SEE_CUSTOMER, office_of(linked))


def _office_names() -> dict[str, str]:
    return {code: in_language(names) for code, names in offices().items()}
