"""The page of a proof that somebody asked for: how far it is, then the version, or what was wrong and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keiki.domain.access import Right
from keiki.office.screens.languages import in_language
from keiki.office.screens.moments import day
from keiki.office.screens.request import OfficeRequest

from .models import CatalogueJob, CatalogueVersion, JobKind

LONG = timedelta(seconds=30)
"""A job that nobody has taken after so long perhaps has no worker."""


@dataclass(frozen=True)
class ShownJob:
    """A job as pages show it; ``problems`` stand beside the lines of the files they are in."""

    row: CatalogueJob
    problems: tuple[dict[str, Any], ...]
    waits_long: bool


def job_parts(row: CatalogueJob) -> ShownJob:
    """Return what the templates show of a job."""
    problems = tuple(_located(each, row.files) for each in row.outcome.get("problems", ()))
    return ShownJob(row, problems, row.taken_at is None and timezone.now() - row.asked_at > LONG)


def refusal_of(row: CatalogueJob) -> str:
    """Return why the job was refused, in the reader's words; empty where it was not."""
    refused = row.outcome.get("refused")
    return in_language(dict(refused)) if refused else ""


def to_job(row: CatalogueJob) -> HttpResponse:
    """Lead to the job's page."""
    return HttpResponseRedirect(reverse("catalogues:job", args=[row.pk]))


def job(request: OfficeRequest, number: int) -> HttpResponse:
    """Show how far a job is; the page asks again by itself, and leads to the version when it is done."""
    row = CatalogueJob.objects.select_related("version").filter(pk=number).first()
    if row is None:
        raise Http404(_("There is no such proof, or it is no longer kept. Look at the list of versions."))
    refused = refusal_of(row)
    if row.finished_at and row.version and not refused:
        if row.asked_by == request.user.get_username():
            messages.success(request, _done(row, row.version, request))
        return _lead(request, _result(row, row.version))
    context = {
        "title": _title(row),
        "job": job_parts(row),
        "refused": refused,
        "may_propose": request.may(Right.PROPOSE_CATALOGUE),
    }
    return render(request, "catalogues/job_part.html" if request.htmx else "catalogues/job.html", context)


def _title(row: CatalogueJob) -> str:
    if row.kind == JobKind.PUBLISH and row.version:
        return _("Publishing {version}").format(version=row.version.reference)
    return _("Proving a catalogue") if row.kind == JobKind.BRING_IN else _("Comparing catalogues")


def _done(row: CatalogueJob, version: CatalogueVersion, request: OfficeRequest) -> str:
    told = {"version": version.reference, "day": day(version.effective_from)}
    if row.kind == JobKind.COMPARE:
        return _("%(version)s was compared.") % told
    if row.kind == JobKind.BRING_IN:
        known = row.outcome.get("known")
        words = _("%(version)s with this content is here already.") if known else _("%(version)s was brought in.")
        return words % told
    if version.effective_from <= request.office_services.today:
        return _("%(version)s is published and in force.") % told
    return _("%(version)s is published and takes effect on %(day)s.") % told


def _result(row: CatalogueJob, version: CatalogueVersion) -> str:
    return reverse("catalogues:changes" if row.kind == JobKind.COMPARE else "catalogues:version", args=[version.pk])


def _lead(request: OfficeRequest, address: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _located(problem: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """A problem with the line of the file it is in."""
    lines = texts.get(str(problem["file"]), "").splitlines()
    line = int(problem["line"])
    shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
    return {"file": problem["file"], "line": line, "text": shown[:300], "sentence": in_language(dict(problem))}
