"""Nobody sees a screen that they have no right to: enforced once, for every address, from what the address declares.

What an address does not declare is closed to everybody. Without a log-in only :data:`OPEN` answers; a person of a role
that needs a second factor and has none yet gets no further than to setting one up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext as _

from keiki.domain.access import NOWHERE, SECOND_FACTOR, Rights
from keiki.office.access.models import User
from keiki.office.audit.acting import act_of
from keiki.office.audit.services import record
from keiki.office.screens.routes import Declared, declared_by

OPEN = frozenset({"account_login", "account_reauthenticate", "mfa_authenticate", "set_language", "alive"})
"""What answers without a log-in."""
OWN_RULES = frozenset({"api"})
"""Namespaces whose addresses enforce rights of their own: the API by its tokens."""


class Enforcement:
    """Middleware: after authentication and before every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the request no rights until its view is known."""
        _give(request, Rights())
        request.reach = NOWHERE  # type: ignore[attr-defined]
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Let the request through to its view, send it to log in, or refuse it."""
        match = request.resolver_match
        if match is None or match.url_name in OPEN or OWN_RULES.intersection(match.namespaces):
            return None
        if not isinstance(request.user, User):
            return _to(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        _give(request, Rights(request.user.grants_held()))
        return self._with_rights(request, match, declared_by(view))

    def _with_rights(
        self, request: HttpRequest, match: ResolverMatch, declared: Declared | None
    ) -> HttpResponseBase | None:
        rights: Rights = request.rights  # type: ignore[attr-defined]
        if declared is None:
            if match.url_name in OWN_ACCOUNT:
                return None
            raise PermissionDenied(_("This address is open to nobody."))
        if rights.roles & SECOND_FACTOR and not has_second_factor(request.user):  # type: ignore[arg-type]
            return _to(reverse("mfa_index"))
        if declared.right is not None:
            request.reach = rights.reach(declared.right)  # type: ignore[attr-defined]
            if not request.reach:  # type: ignore[attr-defined]
                self._refuse(request, match, declared)
        return None

    def _refuse(self, request: HttpRequest, match: ResolverMatch, declared: Declared) -> None:
        with transaction.atomic():
            record(act_of(request), "AccessRefused", match.view_name, right=declared.right)
        raise PermissionDenied(_("Your roles do not include this. Ask an administrator if you need it for your work."))


def has_second_factor(user: User) -> bool:
    """Say whether the user has set up TOTP or a passkey."""
    from allauth.mfa.utils import is_mfa_enabled  # noqa: PLC0415 - needs the apps to be loaded

    return bool(is_mfa_enabled(user))


OWN_ACCOUNT = frozenset(
    {
        "account_logout",
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
"""What anybody who is logged in does with their own account."""


def _give(request: HttpRequest, rights: Rights) -> None:
    request.rights, request.may = rights, rights.may  # type: ignore[attr-defined]


def _to(address: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(address)
