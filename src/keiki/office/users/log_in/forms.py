"""The forms of logging in, in the office's words. What is typed full-width is taken as its plain form."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .limits import note_lock_out, seconds_left, too_many


def plain(text: str) -> str:
    """Return what was meant by ``text`` typed full-width or with spaces around it."""
    return unicodedata.normalize("NFKC", text).strip()


def _code_field() -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
    return forms.CharField(label=_("Code"), max_length=40, widget=forms.TextInput(attrs=attributes))


def _checked(form: Any, check: Callable[[], str]) -> str:
    """Check a typed code; too many wrong ones are answered with the time when to try again."""
    form.cleaned_data["code"] = plain(form.cleaned_data["code"]).replace(" ", "")
    try:
        return check()
    except ValidationError as error:
        if error.code not in ("too_many_login_attempts", "rate_limited"):
            raise
        request = context.request
        note_lock_out(request, form.user, "second factor")
        left = seconds_left(request, "login_failed", key=f"mfa-auth-user-{form.user.pk}")
        raise ImmediateHttpResponse(too_many(request, left)) from None


class LogInForm(LoginForm):  # type: ignore[misc] # untyped library
    """Log-in name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label = _("Log-in name"), _("Password")
        password.help_text = ""
        name.widget.attrs.update({"autofocus": True, "spellcheck": "false", "autocapitalize": "none"})
        for each in (name, password):
            each.widget.attrs.pop("placeholder", None)

    def clean_login(self) -> str:
        """Take a full-width name as its plain form."""
        return plain(self.cleaned_data["login"])


class ProofForm(ReauthenticateForm):  # type: ignore[misc] # untyped library
    """One's password again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs["autofocus"] = True


class PasswordForm(ChangePasswordForm):  # type: ignore[misc] # untyped library
    """The present password, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Present password"),
            "password1": _("New password"),
            "password2": _("New password once more"),
        }
        for name, label in labels.items():
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = _(
            "At least 15 characters, or 12 with a second factor; not a common password, not your name. A sentence is "
            "easy to remember."
        )

    def clean(self) -> Any:
        """Refuse the present password as the new one."""
        cleaned = super().clean()
        new = self.cleaned_data.get("password1")
        if new and new == self.cleaned_data.get("oldpassword"):
            self.add_error("password1", _("This is the present password. Choose another one."))
        return cleaned


class CodeForm(AuthenticateForm):  # type: ignore[misc] # untyped library
    """The second factor's code at log-in; a recovery code does as well."""

    code = _code_field()

    def clean_code(self) -> str:
        """Check the code."""
        return _checked(self, super().clean_code)


class CodeProofForm(CodeAgainForm):  # type: ignore[misc] # untyped library
    """The second factor's code again."""

    code = _code_field()

    def clean_code(self) -> str:
        """Check the code."""
        return _checked(self, super().clean_code)


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc] # untyped library
    """The first code of an authenticator app that is being set up."""

    code = _code_field()

    def clean_code(self) -> str:
        """Check the code."""
        return _checked(self, super().clean_code)


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc] # untyped library
    """A passkey or security key that is being added."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=60,
        required=False,
        help_text=_("By which you recognise it, for example “notebook”."),
    )
    passwordless = forms.BooleanField(
        label=_("Log in with it alone, without a password"),
        required=False,
        initial=True,
        help_text=_("The device then asks for its PIN, fingerprint or face."),
    )


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc] # untyped library
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=60)
