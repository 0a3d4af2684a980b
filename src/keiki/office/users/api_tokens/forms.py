"""What an administrator fills in to ask for a token of the API."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keiki.domain.access import ALL_OFFICES, TOKEN_RIGHTS, Scope
from keiki.domain.keys.tokens import WORDS, ApiTokenState
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import FilterForm
from keiki.office.users.log_in.forms import plain
from keiki.office.users.models import ApiToken
from keiki.office.users.people.forms import offices_to_choose

DAYS = [(30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("one year"))]


class AskForToken(forms.Form):
    """Which system, what it may do, where, and until when."""

    system = forms.CharField(
        label=_("System"),
        max_length=40,
        help_text=_("Small letters, digits and hyphens, such as call-centre. The audit names the system by it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    rights = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=lambda: [(right.value, in_language(right.words)) for right in TOKEN_RIGHTS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the system needs."),
    )
    offices = forms.MultipleChoiceField(
        label=_("Where"),
        choices=lambda: [(ALL_OFFICES, _("all offices")), *offices_to_choose()],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(label=_("Expires in"), choices=DAYS, coerce=int, initial=90)
    because = forms.CharField(label=_("Why"), max_length=200, help_text=_("Kept in the audit."))

    def clean_system(self) -> str:
        """Take a full-width name as its plain form."""
        system = plain(self.cleaned_data["system"])
        RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Small letters, digits and hyphens only."))(system)
        return system

    def scope(self) -> Scope:
        """Return what was chosen."""
        return Scope.of(self.cleaned_data["rights"], self.cleaned_data["offices"])


class TokenFilters(FilterForm[ApiToken]):
    """Tokens by system and state."""

    system = forms.CharField(label=_("System"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=lambda: [("", _("all")), *((each.value, in_language(WORDS.states[each])) for each in ApiTokenState)],
    )

    def rows(self, found: QuerySet[ApiToken]) -> QuerySet[ApiToken]:
        """Narrow the tokens."""
        wanted = self.cleaned_data
        if wanted["system"]:
            found = found.filter(system__icontains=plain(wanted["system"]))
        return found.filter(state=wanted["state"]) if wanted["state"] else found
