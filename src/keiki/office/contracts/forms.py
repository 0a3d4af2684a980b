"""What the desk fills in: the application for route B, and a decision about a contradicting result."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keiki.domain.remote.contradiction import CONTRADICTION, WORDS, ContradictionDecision, ContradictionState
from keiki.domain.remote.lifecycle import CommandState
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.office.screens.languages import in_language

from .services import Applicant
from .words import MEDIA

OPEN = ContradictionState.OPEN


class SupplyPointField(forms.CharField):
    """A supply point number as people write it; its value is a :class:`SupplyPoint`."""

    def __init__(self, **more: Any) -> None:
        attributes = {"autocomplete": "off", "inputmode": "numeric", "class": "code", "size": "30"}
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=80, **more)

    def clean(self, value: Any) -> SupplyPoint:
        """Return the supply point, or say what is wrong with the number."""
        try:
            return SupplyPoint.parse(str(super().clean(value)))
        except SupplyPointError as error:
            raise ValidationError(in_language(error.sentence)) from None


class ApplicationForm(forms.Form):
    """An application. The name is compared with the contract's and kept nowhere."""

    supply_point = SupplyPointField(label=_("Supply point number"), help_text=_("22 digits, as on the bill"))
    name = forms.CharField(
        label=_("Applicant's name"),
        max_length=80,
        help_text=_("As written on the application. It is compared with the contract; the record has no name."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    medium = forms.ChoiceField(
        label=_("Route-B medium"),
        choices=lambda: [(code, in_language(words)) for code, words in MEDIA.items()],
        widget=forms.RadioSelect,
        initial="wireless",
    )
    by_agent = forms.BooleanField(
        label=_("Applied for by an agent with a power of attorney"),
        required=False,
        help_text=_(
            "The applicant's name above is the customer's. Nothing is sent before the customer confirmed it to you."
        ),
    )

    def applicant(self) -> Applicant:
        """Return the applicant of a valid form."""
        given = self.cleaned_data
        return Applicant(given["name"], given["medium"], by_agent=given["by_agent"])


class DecisionForm(forms.Form):
    """What is decided about a contradicting result, and why. ``seen`` is the command's state that the page showed."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=lambda: [
            (each.value, in_language(WORDS.states[CONTRADICTION.after(OPEN, each)])) for each in ContradictionDecision
        ],
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Whom you asked and what was found at the meter. Kept in the audit; no names of customers."),
    )
    seen = forms.ChoiceField(choices=[(each.value, each.value) for each in CommandState], widget=forms.HiddenInput)
