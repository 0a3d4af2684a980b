"""The forms of the point's page: the purpose of a look-up, and the reason for seeing a customer's data whole."""

from __future__ import annotations

import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from keiki.office.screens.languages import in_language

from .purposes import LookUpPurpose


class PurposeForm(forms.Form):
    """Why a supply point is looked up."""

    why = forms.ChoiceField(
        required=False,
        label=_("Purpose of the look-up"),
        choices=lambda: [(each.value, in_language(each.words)) for each in LookUpPurpose],
    )


class CustomerForm(forms.Form):
    """The reason for seeing a customer's data whole, kept in the audit."""

    reason = forms.CharField(
        label=_("Why you need to see it"),
        min_length=4,
        max_length=120,
        help_text=_("Kept in the audit. Do not write the customer's name or address here."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_reason(self) -> str:
        """Return the reason in one spelling."""
        return unicodedata.normalize("NFKC", str(self.cleaned_data["reason"])).strip()


class EndForm(forms.Form):
    """Why a contract ends, chosen; what is kept in the audit is of these words alone."""

    MOVED, CANCELLED, MISTAKEN = "the customer moves out", "the customer cancels", "applied for by mistake"

    because = forms.ChoiceField(
        label=_("Why the service ends"),
        choices=[
            (MOVED, _("The customer moves out")),
            (CANCELLED, _("The customer cancels")),
            (MISTAKEN, _("It was applied for by mistake")),
        ],
        widget=forms.RadioSelect,
    )
