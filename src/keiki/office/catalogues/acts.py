"""The catalogue's screens that act: bring a version in, propose, publish, reject and withdraw it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from keiki.domain.catalogues.lifecycle import CATALOGUE_VERSION, CatalogueEvent, CatalogueState
from keiki.office.audit.acting import act_of
from keiki.office.screens.languages import in_language
from keiki.office.screens.reason_form import ReasonForm
from keiki.office.screens.request import OfficeRequest

from . import jobs, queries, services, verification_report
from .files import files_of
from .forms import PASTED, BringIn
from .history import history
from .jobviews import to_job
from .models import CatalogueJob, CatalogueVersion
from .views import state_pill, version_or_404


def bring_in(request: OfficeRequest) -> HttpResponse:
    """Take a version's files and have them proved; the job's page says how far that is and what was wrong."""
    sent = request.method == "POST"
    form = BringIn(request.POST, request.FILES) if sent else BringIn(initial=_pasted_before(request))
    if sent and form.is_valid():
        try:
            return to_job(jobs.ask_bring_in(act_of(request), form.cleaned_data["texts"]))
        except services.CatalogueRefused as error:
            form.add_error(None, in_language(error.sentence))
    return render(request, "catalogues/bring_in.html", {"form": form}, status=422 if form.errors else 200)


def _pasted_before(request: OfficeRequest) -> dict[str, str]:
    """The pasted text of a job that was refused (``?job=``), to be mended in its place."""
    number = request.GET.get("job", "")
    known = number.isascii() and number.isdecimal() and len(number) < 12
    job = CatalogueJob.objects.filter(pk=number).first() if known else None
    return {"text": job.files.get(PASTED, "")} if job else {}


def bring_in_folder(request: OfficeRequest) -> HttpResponse:
    """Bring in what the settings' folder has, as it is gone by until a version is published."""
    folder = request.office_services.catalogue_folder
    if folder is None:
        raise Http404(_("The settings name no folder of a catalogue."))
    return to_job(jobs.ask_bring_in(act_of(request), files_of(folder)))


def propose(request: OfficeRequest, number: int) -> HttpResponse:
    """Propose a draft, with the reason."""
    found = version_or_404(number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was done: say why, so that the second person and the audit know."))
        return _redirect_to_version(found)
    services.propose(act_of(request), found, form.cleaned_data["because"])
    messages.success(request, _("%(version)s waits for a second person to publish it.") % {"version": found.reference})
    return _redirect_to_version(found)


def publish(request: OfficeRequest, number: int) -> HttpResponse:
    """Say what publishing will do, and ask for it as the second person."""
    found, today = version_or_404(number), request.office_services.today
    if request.method == "POST":
        return to_job(jobs.ask_publish(act_of(request), found))
    current = queries.in_force(today)
    told_by = history(found)
    context = {
        **_about(found),
        "mine": found.state == CatalogueState.PROPOSED and services.proposed_by(request.user.get_username(), found),
        "possible": _may_follow(found, CatalogueEvent.PUBLISH),
        "proposer": told_by.name(found.proposed_by),
        "proposed_because": told_by.proposed_because,
        "at_once": found.effective_from <= today,
        "current": current,
        "misfits": verification_report.misfits(found),
    }
    return render(request, "catalogues/publish.html", context)


def reject(request: OfficeRequest, number: int) -> HttpResponse:
    """Decide against a proposed version, with the reason."""
    found = version_or_404(number)
    services.reject(act_of(request), found, request.POST.get("reject-because", ""))
    messages.info(
        request, _("%(version)s was rejected. A mended one comes in as another version.") % {"version": found.reference}
    )
    return _redirect_to_version(found)


def withdraw(request: OfficeRequest, number: int) -> HttpResponse:
    """Say what withdrawing will do, and do it with the reason."""
    found, today = version_or_404(number), request.office_services.today
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    if request.method == "POST" and form.is_valid():
        back = services.withdraw(act_of(request), found, form.cleaned_data["because"], today)
        messages.info(request, _("%(version)s was withdrawn.") % {"version": found.reference})
        if back:
            messages.success(request, _("%(version)s is in force again.") % {"version": back.reference})
        return _redirect_to_version(found)
    current = queries.in_force(today)
    context = {
        **_about(found),
        "form": form,
        "possible": _may_follow(found, CatalogueEvent.WITHDRAW),
        "in_force": current is not None and current.pk == found.pk,
        "back": _comes_back(found, today),
        "draft": found.state == CatalogueState.DRAFT,
    }
    return render(request, "catalogues/withdraw.html", context, status=422 if form.errors else 200)


def _about(found: CatalogueVersion) -> dict[str, Any]:
    return {"version_": found, "state_pill": state_pill(found)}


def _comes_back(found: CatalogueVersion, today: date) -> CatalogueVersion | None:
    """What is in force once ``found`` is withdrawn: another published version, else the last superseded one."""
    published = queries.published(today).exclude(pk=found.pk).defer("files", "report").first()
    return published or services.held_before(today)


def _may_follow(found: CatalogueVersion, event: CatalogueEvent) -> bool:
    return event in CATALOGUE_VERSION.allowed(CatalogueState(found.state))


def _redirect_to_version(found: CatalogueVersion) -> HttpResponse:
    return HttpResponseRedirect(reverse("catalogues:version", args=[found.pk]))
