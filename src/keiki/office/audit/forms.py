"""What the audit is searched by."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keiki.domain.audit.words import HAPPENED
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import FilterForm

from .models import AuditEvent

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _happened() -> list[tuple[str, str]]:
    return sorted(((name, in_language(words)) for name, words in HAPPENED.items()), key=lambda each: each[1])


class LiftForm(forms.Form):
    """Why somebody may go on who came to the limit of look-ups."""

    because = forms.CharField(label=_("Why"), max_length=200, help_text=_("Kept in the audit."))


class EventFilters(FilterForm[AuditEvent]):
    """Events by what happened, by whom, to what, and on which days (of the office's own time zone)."""

    happened = forms.ChoiceField(label=_("What"), required=False, choices=lambda: [("", _("all")), *_happened()])
    by = forms.CharField(label=_("Who"), required=False, max_length=100)
    about = forms.CharField(
        label=_("About"),
        required=False,
        max_length=80,
        help_text=_("A supply point, D-1, W-000001-1, C-1, user name …"),
    )
    first = forms.DateField(label=_("From"), required=False, widget=DAY)
    last = forms.DateField(label=_("To"), required=False, widget=DAY)

    def rows(self, found: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Narrow the events, each way through an index."""
        wanted = self.cleaned_data
        if wanted["happened"]:
            found = found.filter(happened=wanted["happened"])
        if wanted["by"]:
            found = found.filter(by=wanted["by"].strip())
        if wanted["about"]:
            found = found.filter(_about(wanted["about"]))
        if wanted["first"]:
            found = found.filter(at__gte=_midnight(wanted["first"]))
        return found.filter(at__lt=_midnight(wanted["last"] + timedelta(days=1))) if wanted["last"] else found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _about(text: str) -> Q:
    text = unicodedata.normalize("NFKC", text).strip()
    try:
        return Q(supply_point=SupplyPoint.parse(text).number)
    except SupplyPointError:
        return Q(subject=text) | Q(subject=f"user {text}") | Q(subject=f"device {text}")
