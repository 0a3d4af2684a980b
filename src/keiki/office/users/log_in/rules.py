"""Who may log in, and how the log-in library asks and answers: no sign-up, no e-mail, limits that say when they end."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import get_user_by_username
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.office.audit.services import record
from keiki.office.users.models import User

from .limits import act_here, note_lock_out, seconds_left, too_many
from .passwords import too_short
from .proof import proved_lately

UNKNOWN = "unknown user"


def may_log_in(user: Any) -> bool:
    """Say whether a user may log in and stay logged in: active, and not made up unless this is a demonstration."""
    return bool(user.is_active and (not user.is_demo or settings.KEIKI.demo.people))


def name_of(user: User) -> str:
    """Return what a person is called."""
    return user.name


class Employees(AuthenticationBackend):  # type: ignore[misc] # untyped library
    """Knows users by name and password; asked again at every request, so that who was let go is out at once."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Say whether the user may be logged in."""
        return may_log_in(user)


class LogInRules(DefaultAccountAdapter):  # type: ignore[misc] # untyped library
    """What the office wants otherwise than the library does it."""

    error_messages = {  # noqa: RUF012 - the library's own attribute
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy(
            "This log-in name and password do not go together, or the account is not active. Check both and try again."
        ),
        "incorrect_password": gettext_lazy("This is not your password."),
        "enter_current_password": gettext_lazy("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: an administrator adds people."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as the office found it."""
        return str(getattr(request, "origin", "")) or "unknown"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again only where the last proof, the log-in included, is too old."""
        return not proved_lately(self.request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse guesses beyond the limit, with the time when it ends."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_lock_out(request, get_user_by_username(credentials.get("username", "")), "password")
            key = self._get_login_attempts_cache_key(request, **credentials)
            left = seconds_left(request, "login_failed", key=key)
            raise ImmediateHttpResponse(too_many(request, left)) from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the user of these credentials; one who may not log in is as unknown as a wrong password.

        A password that became too short, because the rule or the person's second factor is another, is changed first.
        """
        user = super().authenticate(request, **credentials)
        if user is not None and not may_log_in(user):
            self.authentication_failed(request, **credentials)
            return None
        if user is not None and too_short(credentials.get("password", ""), user):
            User.objects.filter(pk=user.pk).update(must_change_password=True)
            user.must_change_password = True
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the attempt. A name that nobody has is not kept: it may be a password typed in the wrong place."""
        user = get_user_by_username(credentials.get("username", ""))
        with transaction.atomic():
            record(act_here(request), "LogInFailed", user.reference if user else UNKNOWN, step="password")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Stop whoever came by passkey or single sign-on and may not log in."""
        if may_log_in(user):
            return None
        with transaction.atomic():
            record(act_here(request), "LogInFailed", user.reference, step="not active")
        messages.error(request, _("This account is not active. Ask an administrator if you need it for your work."))
        return HttpResponseRedirect(reverse("account_login"))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go on in the person's language, unless another was chosen in this browser."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(response, user.language)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to today's work."""
        return str(self.get_login_redirect_url(request))


def remember_language(response: HttpResponse, language: str) -> None:
    """Set the language of this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
