"""What an administrator fills in about people and service offices."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keiki.domain.access import ALL_OFFICES, ROLES, Grant, Role
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import FilterForm
from keiki.office.users.log_in.forms import plain
from keiki.office.users.models import User

from . import queries

STATES = [("active", _("active")), ("gone", _("deactivated"))]


def roles_to_choose() -> list[tuple[str, str]]:
    """Return every role in words."""
    return [(role.value, in_language(ROLES[role].words)) for role in Role]


def offices_to_choose() -> list[tuple[str, str]]:
    """Return the service offices in words."""
    return [(code, in_language(names)) for code, names in queries.offices().items()]


class AddPerson(forms.Form):
    """A new person."""

    username = forms.CharField(
        label=_("Log-in name"),
        max_length=60,
        help_text=_("Letters, digits and . _ - only. It stays for ever, because the audit names people by it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    name = forms.CharField(label=_("Full name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(label=_("Language"), choices=[("ja", "日本語"), ("en", "English")])

    def clean_username(self) -> str:
        """Take a full-width name as its plain form."""
        username = plain(self.cleaned_data["username"])
        RegexValidator(r"^[A-Za-z0-9._-]+\Z", _("Letters, digits and . _ - only."))(username)
        return username


class GiveRole(forms.Form):
    """A role, and where it holds."""

    role = forms.ChoiceField(label=_("Role"), choices=roles_to_choose)
    office = forms.ChoiceField(
        label=_("Service office"),
        choices=lambda: [*offices_to_choose(), (ALL_OFFICES, _("all offices"))],
        help_text=_("Roles of the whole utility hold for all offices."),
    )

    def granted(self) -> Grant:
        """Return what was chosen; a role of the whole utility holds everywhere."""
        role = Role(self.cleaned_data["role"])
        return Grant(role, self.cleaned_data["office"] if ROLES[role].local else ALL_OFFICES)


class NameOffice(forms.Form):
    """A service office, new or named anew."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        validators=[RegexValidator(r"^[a-z0-9_-]+\Z", _("Small letters, digits and _ - only."))],
        help_text=_("As sources.toml maps the offices of the customer system. A known code is named anew."),
    )
    name_ja = forms.CharField(label=_("Name in Japanese"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)


class PeopleFilters(FilterForm[User]):
    """People by name, role and state."""

    name = forms.CharField(label=_("Log-in name or full name"), required=False, max_length=60)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=lambda: [("", _("all")), *roles_to_choose()])
    office = forms.ChoiceField(
        label=_("Service office"), required=False, choices=lambda: [("", _("all")), *offices_to_choose()]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *STATES])

    def rows(self, found: QuerySet[User]) -> QuerySet[User]:
        """Narrow the people."""
        wanted = self.cleaned_data
        if wanted["name"]:
            name = plain(wanted["name"])
            found = found.filter(username__icontains=name) | found.filter(name__icontains=wanted["name"])
        if wanted["role"]:
            found = found.filter(pk__in=User.objects.filter(grants__role=wanted["role"]))
        if wanted["office"]:
            found = found.filter(pk__in=User.objects.filter(grants__office=wanted["office"]))
        if wanted["state"]:
            found = found.filter(is_active=wanted["state"] == "active")
        return found
