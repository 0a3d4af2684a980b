"""Single sign-on: the identity provider vouches for somebody whom an administrator added here, and for nobody else.

The first time, the provider's own name for the person (``sub``) is tied to the user whose log-in name the claim holds;
from then on that tie counts, so that a name given to somebody else later opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.userkit import get_user_by_username
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from requests import RequestException

from keiki.office.audit.services import record
from keiki.office.users.models import User

from .limits import act_here

LOG_IN = "login"


class SignOn(DefaultSocialAccountAdapter):  # type: ignore[misc] # untyped library
    """What the office wants otherwise than the library does it."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up by the provider."""
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        """Return the provider of the settings; none that was written into the database."""
        return [app for app in super().list_apps(request, provider, client_id) if app.pk is None]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie the provider's person to the office's user, or refuse."""
        said = sociallogin.account.extra_data
        info, token = said.get("userinfo") or {}, said.get("id_token") or {}
        if not token or info.get("sub") != token.get("sub") or sociallogin.state.get("process") != LOG_IN:
            _refuse(request, None)
        if sociallogin.is_existing:
            return
        user = get_user_by_username(str(info.get(settings.KEIKI.sso.username_claim) or ""))
        if user is None or SocialAccount.objects.filter(user=user).exists():
            _refuse(request, user)
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_more: Any) -> None:
        """Say that the provider did not vouch for anybody."""
        _refuse(request, None)


def send_to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider."""
    return _answer_or_turn_away(views.login, request, provider_id)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the browser back from the provider."""
    return _answer_or_turn_away(views.callback, request, provider_id)


def _answer_or_turn_away(view: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return view(request, provider_id)
    except (RequestException, ValueError):
        return _turned_away(request, None)


def _refuse(request: HttpRequest, user: User | None) -> None:
    raise ImmediateHttpResponse(_turned_away(request, user))


def _turned_away(request: HttpRequest, user: User | None) -> HttpResponse:
    with transaction.atomic():
        record(act_here(request), "LogInFailed", user.reference if user else "unknown user", step="single sign-on")
    messages.error(
        request,
        _("Single sign-on did not let you in. Try again; if it stays so, ask an administrator to add you here."),
    )
    return HttpResponseRedirect(reverse("account_login"))
