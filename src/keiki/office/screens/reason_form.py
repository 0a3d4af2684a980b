"""The one form that asks why: every act that needs a reason shows it, and the audit keeps what is typed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """A reason that is kept."""

    because = forms.CharField(label=_("Why"), max_length=200, help_text=_("Kept in the audit."))
