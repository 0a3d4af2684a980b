"""The list of designs: first of all what waits for its designer."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from django import forms
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keiki.domain.designs.lifecycle import WORDS, DesignState
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import Column, FilterForm, Listing
from keiki.office.screens.request import OfficeRequest
from keiki.office.screens.templatetags.keiki import pill, point, when

from .desk import TONES, UNFINISHED
from .models import Design

WAITING, EVERY = "", "all"
LEAST_DIGITS = 6
"""Of a supply point number, from the left; fewer digits are taken for the number of a design."""


def _states() -> list[tuple[str, object]]:
    named = [(state.value, in_language(WORDS.states[state])) for state in DesignState]
    return [(WAITING, _("waiting for a designer")), (EVERY, _("all")), *named]


class DesignFilter(FilterForm[Design]):
    """By state, number or supply point, depot, and reopened."""

    state = forms.ChoiceField(label=_("State"), choices=_states, required=False)
    q = forms.CharField(label=_("D-number or supply point"), required=False, max_length=60)
    depot = forms.CharField(label=_("Depot"), required=False, max_length=40)
    reopened = forms.BooleanField(label=_("Reopened only"), required=False)

    def rows(self, found: QuerySet[Design]) -> QuerySet[Design]:
        """Narrow ``found``. Whoever searches by number wants it in whatever state it is."""
        filled = self.cleaned_data
        text = unicodedata.normalize("NFKC", filled["q"]).strip()
        if filled["state"] not in (WAITING, EVERY):
            found = found.filter(state=filled["state"])
        elif filled["state"] == WAITING and not text:
            found = found.filter(state__in=UNFINISHED)
        if text:
            found = found.filter(_numbered(text))
        if filled["depot"]:
            found = found.filter(depot__icontains=unicodedata.normalize("NFKC", filled["depot"]).strip())
        if filled["reopened"]:
            found = found.filter(reopened_at__isnull=False)
        return found


def _numbered(text: str) -> Q:
    digits = "".join(char for char in text.upper().removeprefix("D-") if char.isdecimal())
    if not digits or text.upper().strip("D-0123456789 ‐−ー"):
        return Q(pk__in=[])
    named = Q(pk=int(digits)) if len(digits) < 19 else Q(pk__in=[])
    if text.upper().startswith("D") or len(digits) < LEAST_DIGITS:
        return named
    return named | Q(supply_point__gte=digits, supply_point__lt=f"{digits}:")


def with_urgency(rows: QuerySet[Design]) -> QuerySet[Design]:
    """Say of each row how soon its designer should look at it: reopened, refused, open, anything else."""
    return rows.annotate(
        urgency=Case(
            When(reopened_at__isnull=False, state__in=UNFINISHED, then=Value(0)),
            When(state=DesignState.REFUSED, then=Value(1)),
            When(state=DesignState.OPEN, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        )
    )


def _state_cell(design: Design) -> object:
    state = DesignState(design.state)
    words = in_language(WORDS.states[state])
    if design.reopened_because and state in UNFINISHED:
        words = str(_("{state} · reopened")).format(state=words)
    return pill(TONES[state], words)


LISTING = Listing[Design](
    name="designs",
    columns=(
        Column("number", _("Design"), lambda each: each.reference, "pk"),
        Column(
            "state",
            _("State"),
            _state_cell,
            "state",
            plain=lambda each: in_language(WORDS.states[DesignState(each.state)]),
        ),
        Column(
            "point",
            _("Supply point"),
            lambda each: point(each.supply_point),
            "supply_point",
            plain=lambda each: each.supply_point,
        ),
        Column("contract", _("Contract"), lambda each: f"B-{each.contract_id}"),
        Column("depot", _("Depot"), lambda each: each.depot, "depot"),
        Column(
            "opened", _("Opened"), lambda each: when(each.opened_at), "opened_at", plain=lambda each: each.opened_at
        ),
        Column(
            "finished",
            _("Finished"),
            lambda each: when(each.finished_at),
            "finished_at",
            plain=lambda each: each.finished_at,
        ),
    ),
    order="urgency",
    address=lambda each: reverse("designs:detail", args=[each.pk]),
    filters=DesignFilter,
    tone=lambda each: "warn" if each.reopened_because and each.state in UNFINISHED else "",
)


def listing(request: OfficeRequest) -> Listing[Design]:
    """Return the list as asked for: what waits comes by urgency, everything else newest first."""
    waiting = request.GET.get("state", WAITING) == WAITING and not request.GET.get("q")
    return LISTING if waiting else replace(LISTING, order="-pk")
