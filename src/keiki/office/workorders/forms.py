"""What is filled in about work orders and what follows them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keiki.domain.workorders.lifecycle import WORDS, WorkOrderState
from keiki.foundation.text.spellings import comparable
from keiki.office.keys.queries import handhelds
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import FilterForm

from .models import FollowUp, WorkOrder
from .words import TASKS

OPEN = (WorkOrderState.ISSUED, WorkOrderState.PRINTED)
LATE, TODAY = "late", "today"
RESULT_BYTES = 100_000
MOST_RESULTS = 100


def _day(**more: Any) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **more}, format="%Y-%m-%d")


def _states() -> list[tuple[str, Any]]:
    each = [(state.value, in_language(WORDS.states[state])) for state in WorkOrderState]
    return [("open", _("to be carried out")), *each, ("all", _("all"))]


class OrderFilters(FilterForm[WorkOrder]):
    """Orders by state, day of the visit, device, and number or supply point."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=_states)
    due = forms.ChoiceField(
        label=_("Visit"),
        required=False,
        choices=[("", _("any day")), (TODAY, _("today")), (LATE, _("over, without a result"))],
    )
    device = forms.CharField(label=_("Device"), required=False, max_length=100)
    text = forms.CharField(label=_("Number or supply point"), required=False, max_length=60)

    def rows(self, found: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
        """Narrow the orders; without a choice, to those to be carried out."""
        wanted = self.cleaned_data
        today = timezone.localdate()
        state = wanted["state"] or ("all" if wanted["text"] else "open")
        if state == "open" or wanted["due"] == LATE:
            found = found.filter(state__in=OPEN)
        elif state != "all":
            found = found.filter(state=state)
        if wanted["due"]:
            found = found.filter(visit_date=today) if wanted["due"] == TODAY else found.filter(visit_date__lt=today)
        if wanted["device"]:
            found = found.filter(device__name=wanted["device"].strip())
        return found.filter(_named(wanted["text"])) if wanted["text"] else found


def _named(text: str) -> Q:
    written = comparable(text).upper()
    digits = written.replace("-", "")
    if written.startswith("W") or not digits.isdecimal():
        return Q(number__startswith=written)
    return Q(supply_point__gte=digits, supply_point__lt=f"{digits}:")


class IssueOrderForm(forms.Form):
    """Who goes when: the device that the password is sealed to, and the day of the visit."""

    device = forms.ChoiceField(
        label=_("Hand-held device"),
        choices=lambda: [(name, name) for name in handhelds()],
        help_text=_("Only this device will be able to open the barcode."),
    )
    visit_date = forms.DateField(label=_("Day of the visit"), widget=_day())

    def clean_visit_date(self) -> Any:
        """Refuse a day that is over."""
        day = self.cleaned_data["visit_date"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose today or later."))
        return day


class ManyFiles(forms.ClearableFileInput):
    """A field for several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, each cleaned by itself."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; at least one."""
        given = data if isinstance(data, list) else [data]
        return [super(ManyFilesField, self).clean(each, initial) for each in given or [None]]


class Results(forms.Form):
    """The files that hand-held devices sealed to the office after their visits."""

    results = ManyFilesField(
        label=_("Result files"),
        widget=ManyFiles(attrs={"multiple": True}),
        help_text=_("As the device wrote them. A file that was taken already changes nothing."),
    )


class FollowUpFilters(FilterForm[FollowUp]):
    """What follows visits, by task and whether it is done."""

    task = forms.ChoiceField(
        label=_("Task"),
        required=False,
        choices=lambda: [("", _("all")), *((task, in_language(words)) for task, words in TASKS.items())],
    )
    done = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("to do")), ("done", _("done")), ("all", _("all"))]
    )

    def rows(self, found: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
        """Narrow them; without a choice, to those that are to be done."""
        wanted = self.cleaned_data
        if wanted["task"]:
            found = found.filter(task=wanted["task"])
        return found if wanted["done"] == "all" else found.filter(done_at__isnull=wanted["done"] != "done")
