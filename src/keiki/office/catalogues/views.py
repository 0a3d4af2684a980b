"""The catalogue's screens that show: the versions, one of them, what it says, what it changes, its files."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Value, When
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.domain.access import Right
from keiki.domain.catalogues.lifecycle import WORDS, CatalogueState
from keiki.domain.units import Catalogue, CatalogueError
from keiki.office.audit.acting import act_of
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import Column, Listing, show
from keiki.office.screens.moments import day
from keiki.office.screens.parts import NextStep, Tone
from keiki.office.screens.reason_form import ReasonForm
from keiki.office.screens.request import OfficeRequest
from keiki.office.screens.templatetags.keiki import pill

from . import changes as changed
from . import contents as said_by
from . import jobs, services, verification_report
from .files import archive
from .forms import VersionFilters
from .history import History, history
from .in_force import ComparisonBase, base_by_id, base_of, catalogue_on
from .jobviews import job_parts, refusal_of
from .models import CatalogueJob, CatalogueVersion

S = CatalogueState
TONES = {S.PROPOSED: "warn", S.PUBLISHED: "ok", S.REJECTED: "bad", S.WITHDRAWN: "bad"}
TO_COMPARE = 30


def state_pill(version: CatalogueVersion) -> SafeString:
    """The state with its sign and word."""
    state = CatalogueState(version.state)
    return pill(TONES.get(state, "quiet"), in_language(WORDS.states[state]))


def _state(row: CatalogueVersion) -> SafeString:
    if not getattr(row, "current", False):
        return state_pill(row)
    return format_html("{} {}", state_pill(row), pill("info", _("in force")))


def _until(row: CatalogueVersion) -> str | None:
    return day(row.effective_until) if row.effective_until else None


VERSIONS = Listing[CatalogueVersion](
    name="catalogue-versions",
    columns=(
        Column("version", gettext_lazy("Version"), lambda row: row.reference, sort="name"),
        Column(
            "state",
            gettext_lazy("State"),
            _state,
            sort="state",
            plain=lambda row: in_language(WORDS.states[CatalogueState(row.state)]),
        ),
        Column(
            "from",
            gettext_lazy("Takes effect"),
            lambda row: day(row.effective_from),
            sort="effective_from",
            plain=lambda row: row.effective_from.isoformat(),
        ),
        Column("until", gettext_lazy("Ends"), _until),
        Column("brought_in", gettext_lazy("Brought in"), lambda row: row.brought_in_at, sort="brought_in_at"),
        Column("proposed_by", gettext_lazy("Proposed by"), lambda row: row.proposed_by or None),
        Column("published_by", gettext_lazy("Published by"), lambda row: row.published_by or None),
    ),
    order="-id",
    address=lambda row: reverse("catalogues:version", args=[row.pk]),
    filters=VersionFilters,
    tone=lambda row: "warn" if row.state == S.PROPOSED else "",
)


def versions(request: OfficeRequest) -> HttpResponseBase:
    """List the versions, with what is in force and what waits for a second person above them."""
    now = catalogue_on(request.office_services.today, request.office_services.catalogue_folder)
    current = now.version.pk if now.version else 0
    here = Case(When(pk=current, then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = CatalogueVersion.objects.defer("files", "report").annotate(current=here)
    step = None
    if request.may(Right.PUBLISH_CATALOGUE):
        me = request.user.get_username()
        waiting = CatalogueVersion.objects.filter(state=S.PROPOSED).defer("files", "report").order_by("id")[:TO_COMPARE]
        step = next((_to_decide(each) for each in waiting if not services.proposed_by(me, each)), None)
    may_propose = request.may(Right.PROPOSE_CATALOGUE)
    context = {
        "now": now,
        "step": step,
        "may_propose": may_propose,
        "may_bring_folder": may_propose and now.kept is not None and not now.kept.trouble,
        "empty": {"what": _("No version was brought in yet.")},
    }
    return show(request, VERSIONS, rows, "catalogues/list.html", context)


def _to_decide(version: CatalogueVersion) -> NextStep:
    words = _("{version} waits for a second person").format(version=version.reference)
    why = _("{who} proposed it. Read through what it changes, then publish or reject it.")
    url = reverse("catalogues:version", args=[version.pk])
    return NextStep(words, why.format(who=version.proposed_by), _("Look at it"), url, Tone.WARN)


def version(request: OfficeRequest, number: int) -> HttpResponse:
    """Show one version: what it is, what was proved, what happened to it, and what may be done with it."""
    found = version_or_404(number)
    catalogue, trouble = _read(found, request.office_services.today)
    told = history(found)
    mine = services.proposed_by(request.user.get_username(), found)
    fits = not verification_report.misfits(found)
    state = CatalogueState(found.state)
    may_propose = state == S.DRAFT and fits and request.may(Right.PROPOSE_CATALOGUE)
    decides = state == S.PROPOSED and request.may(Right.PUBLISH_CATALOGUE)
    context = {
        **_frame(request, found, "version"),
        "trouble": trouble,
        "told": told,
        "people": {
            "brought_in": told.name(found.brought_in_by),
            "proposed": told.name(found.proposed_by),
            "published": told.name(found.published_by),
            "ended": told.name(found.ended_by),
        },
        "since": _since(found, told),
        "misfits": verification_report.misfits(found),
        "periods": verification_report.periods(found, catalogue) if catalogue else [],
        "propose_form": ReasonForm() if may_propose else None,
        "reject_form": ReasonForm(prefix="reject") if decides else None,
        "mine": mine and state == S.PROPOSED,
        "step": _publish_step(found, told) if decides and not mine else None,
        "may_withdraw": state in (S.DRAFT, S.PUBLISHED) and request.may(Right.PUBLISH_CATALOGUE),
        "compare_at_once": state in (S.DRAFT, S.PROPOSED) and not trouble,
    }
    return render(request, "catalogues/version.html", context)


def _since(found: CatalogueVersion, told: History) -> dict[str, Any]:
    """Since when a version in force is so: its first day, or the moment of its publication or return if later."""
    moment = told.restored_at or found.published_at
    begun = moment is not None and localtime(moment).date() >= found.effective_from
    return {"moment": moment} if begun else {"day": found.effective_from}


def _publish_step(found: CatalogueVersion, told: History) -> NextStep:
    why = _("{who} proposed it: {because}").format(
        who=told.name(found.proposed_by), because=told.proposed_because or "—"
    )
    url = reverse("catalogues:publish", args=[found.pk])
    return NextStep(_("Read it through, then publish it as the second person"), why, _("Publish…"), url, Tone.WARN)


def contents(request: OfficeRequest, number: int) -> HttpResponse:
    """Show what a version says: needs, units, rules with their messages, weights."""
    found = version_or_404(number)
    catalogue, trouble = _read(found, request.office_services.today)
    told = said_by.contents(catalogue, verification_report.declared(found)) if catalogue else {}
    return render(
        request, "catalogues/contents.html", {**_frame(request, found, "contents"), "trouble": trouble, **told}
    )


def changes(request: OfficeRequest, number: int) -> HttpResponse:
    """Show what a version changes against what is in force, or against another one (``?against=``)."""
    found = version_or_404(number)
    against = request.GET.get("against", "")
    chosen = against.isascii() and against.isdecimal() and len(against) < 12
    try:
        base = (
            base_by_id(int(against))
            if chosen
            else base_of(found, request.office_services.today, request.office_services.catalogue_folder)
        )
        told, job = _changes_or_job(request, base, found)
        trouble, refused = "", refusal_of(job) if job else ""
    except CatalogueError as error:
        base, told, job, trouble, refused = None, {}, None, _unreadable(error), ""
    others = CatalogueVersion.objects.exclude(pk=found.pk).order_by("-id").only("pk", "name", "version")[:TO_COMPARE]
    context = {
        **_frame(request, found, "changes"),
        "base": base,
        "trouble": trouble,
        "others": others,
        "job": job_parts(job) if job and not refused else None,
        "refused": refused,
        "again": request.get_full_path(),
        "whole_page": not request.htmx,
        **told,
    }
    part = "catalogues/changes_part.html" if request.htmx else "catalogues/changes.html"
    return render(request, part, context)


def _changes_or_job(
    request: OfficeRequest, base: ComparisonBase | None, found: CatalogueVersion
) -> tuple[dict[str, Any], CatalogueJob | None]:
    """Return what the page says of the changes, or the job that is finding them out."""
    if base is None:
        return {}, None
    job = jobs.compared(act_of(request), base.files, found)
    if "difference" not in job.outcome:
        return {}, job
    return changed.changes(base, found, job.outcome["difference"], every="all" in request.GET), None


def files(request: OfficeRequest, number: int) -> HttpResponse:
    """Give the version's files as a ZIP, or one of them as text (``?name=``)."""
    found = version_or_404(number)
    name = request.GET.get("name", "")
    if name:
        if name not in found.files:
            raise Http404(_("The version has no such file."))
        answer = HttpResponse(found.files[name], content_type="text/plain; charset=utf-8")
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer
    answer = HttpResponse(archive(found.files), content_type="application/zip")
    stem = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-.") else "_" for sign in found.reference)
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}.zip"'
    return answer


def version_or_404(number: int) -> CatalogueVersion:
    """Return the version of this number."""
    found = CatalogueVersion.objects.filter(pk=number).first()
    if found is None:
        raise Http404(_("There is no such version of the catalogue. Choose one of the list."))
    return found


def _frame(request: OfficeRequest, found: CatalogueVersion, tab: str) -> dict[str, Any]:
    """What every page of a version shows."""
    today = request.office_services.today
    now = catalogue_on(today, None).version
    in_force = now is not None and now.pk == found.pk
    return {
        "version_": found,
        "state_pill": state_pill(found),
        "in_force": in_force,
        "comes": found.state == S.PUBLISHED and found.effective_from > today,
        "tab": tab,
        "today": today,
    }


def _read(found: CatalogueVersion, today: date) -> tuple[Catalogue | None, str]:
    """The catalogue, or why the program cannot read what it once proved."""
    try:
        return said_by.read(found, today), ""
    except CatalogueError as error:
        return None, _unreadable(error)


def _unreadable(error: CatalogueError) -> str:
    return "\n".join(in_language((problem.text("ja"), problem.text("en"))) for problem in error.problems)
