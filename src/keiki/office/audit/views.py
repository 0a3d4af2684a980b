"""The audit: search what happened, look at one event, verify, and take it away for an auditor."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keiki.domain.access import Right
from keiki.domain.audit.details import label_in_words
from keiki.domain.audit.parties import actor_in_words
from keiki.domain.audit.words import happened_in_words
from keiki.office.screens.languages import in_language, japanese
from keiki.office.screens.lists import Column, Listing, show
from keiki.office.screens.request import OfficeRequest

from . import verifications
from .acting import act_of
from .export import export
from .forms import EventFilters, LiftForm
from .lookup_limit import REACHED, lift, stopped
from .models import AuditCheckpoint, AuditEvent, AuditVerification
from .shown import IN_JAPANESE, about, detail, reason


def _who(row: AuditEvent) -> str:
    """The person's name and log-in name with the roles of that moment; a process or system by its own name."""
    person = getattr(row, "person", None)
    who = f"{person} ({row.by})" if person and person != row.by else in_language(actor_in_words(row.by))
    roles = row.details.get("roles")
    return f"{who} · {detail('roles', roles, row.details)}" if roles else who


def _with_person(rows: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Read with each event what its person is called now; the log-in name is what the audit keeps."""
    people = get_user_model().objects.filter(username=OuterRef("by")).values("name")[:1]
    return rows.annotate(person=Subquery(people))


def _exactly(moment: datetime) -> str:
    """A moment with its date, seconds and zone: what an auditor compares with other records."""
    return timezone.localtime(moment).isoformat(sep=" ", timespec="seconds")


ALARMING = frozenset(
    {"AccessRefused", "ResultContradicted", "StrangeMessageReceived", "LogInFailed", "LockedOut", "LookUpLimitReached"}
)
"""What an auditor looks at first."""


EVENTS = Listing[AuditEvent](
    name="audit",
    columns=(
        Column("position", _("No."), lambda row: row.position, sort="position", numeric=True),
        Column("at", _("When"), lambda row: _exactly(row.at), sort="at", plain=lambda row: row.at),
        Column("happened", _("What"), lambda row: in_language(happened_in_words(row.happened))),
        Column("by", _("Who"), _who),
        Column("subject", _("About"), about),
        Column("point", _("Supply point"), lambda row: row.supply_point),
        Column("why", _("Why"), reason),
    ),
    order="-position",
    address=lambda row: reverse("audit:event", args=[row.position]),
    filters=EventFilters,
    tone=lambda row: "warn" if row.happened in ALARMING else "",
)


def events(request: OfficeRequest) -> HttpResponseBase:
    """Search what happened; as CSV the rows that were searched, which is kept itself."""
    context = {
        "may_export": request.may(Right.EXPORT_AUDIT),
        "last_verification": AuditVerification.objects.first(),
        "last_checkpoint": AuditCheckpoint.objects.order_by("-number").first(),
    }
    return show(request, EVENTS, _with_person(AuditEvent.objects.all()), "audit/list.html", context)


def lift_limit(request: OfficeRequest, position: int) -> HttpResponse:
    """Let the person of an event go on who came to the limit of look-ups."""
    found, form = get_object_or_404(AuditEvent, position=position, happened=REACHED), LiftForm(request.POST)
    if form.is_valid():
        lift(act_of(request), found, form.cleaned_data["because"])
        messages.success(request, _("The person may go on looking things up. It is kept that you allowed it, and why."))
    else:
        messages.error(request, _("Say why: it is kept in the audit."))
    return HttpResponseRedirect(reverse("audit:event", args=[position]))


def event(request: OfficeRequest, position: int) -> HttpResponse:
    """Show one event with everything that is kept of it."""
    found = get_object_or_404(_with_person(AuditEvent.objects.all()), position=position)
    context = {
        "event": found,
        "who": _who(found),
        "words": in_language(happened_in_words(found.happened)),
        "about": about(found),
        "at": timezone.localtime(found.at).isoformat(timespec="microseconds"),
        "details": [
            (in_language(label_in_words(name)), detail(name, value, found.details))
            for name, value in sorted(found.details.items())
            if name != "roles" and not name.endswith(IN_JAPANESE)
        ],
        "lift": LiftForm() if _may_lift(request, found) else None,
        "around": list(AuditEvent.objects.filter(position__in=[position - 1, position + 1]).order_by("position")),
    }
    return render(request, "audit/event.html", context)


def _may_lift(request: OfficeRequest, found: AuditEvent) -> bool:
    mine = found.by == request.user.get_username()
    return not mine and request.may(Right.LIFT_LIMITS) and stopped(found, timezone.now())


def verify(request: OfficeRequest) -> HttpResponse:
    """Ask for a verification; the worker does it."""
    asked = verifications.ask(act_of(request))
    return HttpResponseRedirect(reverse("audit:verification", args=[asked.pk]))


def verification(request: OfficeRequest, number: int) -> HttpResponse:
    """Show how far a verification is, and what it came to; the page asks again by itself until it is done."""
    found = get_object_or_404(AuditVerification, pk=number)
    findings = [
        {**each, "words": each["sentence_ja" if japanese() else "sentence"]}
        for each in found.verdict.get("findings", [])
    ]
    context = {
        "verification": found,
        "verdict": found.verdict,
        "damage": [each for each in findings if not each["note"]],
        "notes": [each for each in findings if each["note"]],
        "waits_long": found.taken_at is None and timezone.now() - found.asked_at > verifications.IN_HAND / 4,
    }
    part = "audit/verification_part.html" if request.htmx else "audit/verification.html"
    return render(request, part, context)


def take_away(request: OfficeRequest) -> HttpResponseBase:
    """Give the whole audit as the signed ZIP that an auditor verifies without the office."""
    act, office_services = act_of(request), request.office_services
    with tempfile.TemporaryDirectory(dir=office_services.folder, prefix="export-") as folder:
        out = Path(folder) / f"keiki-audit-{timezone.localtime(act.at):%Y%m%d-%H%M%S}.zip"
        export(act, office_services.identity, office_services.checkpoint_file, out)
        file = out.open("rb")  # it stays readable when its folder goes; the answer closes it
    return FileResponse(file, as_attachment=True, filename=out.name, content_type="application/zip")
