"""What a security officer fills in about keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import FilterForm

from .models import DeviceRole, EnrolledDevice
from .words import ROLES

CARD_BYTES = 10_000


def _roles() -> list[tuple[str, str]]:
    return [(role.value, in_language(ROLES[role])) for role in DeviceRole]


class AskToEnrol(forms.Form):
    """A card to be enrolled: as a file or pasted, in which role, and why."""

    role = forms.ChoiceField(label=_("What the device is for"), choices=_roles)
    card_file = forms.FileField(
        label=_("Identity card (file)"), required=False, help_text=_("The JSON file that the device's init printed.")
    )
    card = forms.CharField(
        label=_("or its text"), required=False, max_length=CARD_BYTES, widget=forms.Textarea(attrs={"rows": 4})
    )
    because = forms.CharField(label=_("Why"), max_length=200, help_text=_("Kept in the audit."))

    def clean(self) -> dict[str, Any]:
        """Take the card from the file, or from the text."""
        given: dict[str, Any] = super().clean() or {}
        file = given.get("card_file")
        if file is not None:
            if file.size > CARD_BYTES:
                raise forms.ValidationError({"card_file": _("This is not an identity card: it is too large.")})
            given["card"] = file.read().decode("utf-8", errors="replace")
        if not given.get("card", "").strip():
            raise forms.ValidationError({"card": _("Choose the card's file or paste its text.")})
        return given


class Approve(forms.Form):
    """The proof that the fingerprint was compared with the device's own."""

    compared = forms.CharField(
        label=_("Last group of the fingerprint, as the device shows it"),
        max_length=8,
        help_text=_(
            "Read the whole fingerprint aloud with whoever has the device, then type its last four characters."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )


class DeviceFilters(FilterForm[EnrolledDevice]):
    """Devices by role, state and name."""

    role = forms.ChoiceField(label=_("Role"), required=False, choices=lambda: [("", _("all")), *_roles()])
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), ("enrolled", _("enrolled")), ("revoked", _("revoked"))],
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=100)

    def rows(self, found: QuerySet[EnrolledDevice]) -> QuerySet[EnrolledDevice]:
        """Narrow the devices."""
        wanted = self.cleaned_data
        if wanted["role"]:
            found = found.filter(role=wanted["role"])
        if wanted["state"]:
            found = found.filter(revoked_at__isnull=wanted["state"] == "enrolled")
        return found.filter(name__icontains=wanted["name"]) if wanted["name"] else found
