"""Nobody sees a screen that they have no right to: enforced once, for every address, from what the address declares.

What an address does not declare is closed to everybody. Without a log-in only :data:`OPEN` answers. A log-in that is
over ends here, and says why. Whoever must choose a password, or set up a second factor, gets no further than to that.
A sensitive act waits until the person has lately proved who they are; what they sent is not repeated for them, and
what they typed is in the form again when they come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext as _

from keiki.domain.access import NOWHERE, Rights
from keiki.office.audit.acting import act_of
from keiki.office.audit.services import record
from keiki.office.screens.address_query import note_strange
from keiki.office.screens.errors import log_in_ended, not_so
from keiki.office.screens.routes import READ, RouteDeclaration, declared_by
from keiki.office.screens.unsaved_entries import keep
from keiki.office.screens.way_back import nearest_page, page_of
from keiki.office.users.log_in.proof import proved_lately, signed_on_elsewhere
from keiki.office.users.log_in.second_factor import has_second_factor, needed_by
from keiki.office.users.sessions.services import log_in_end_of
from keiki.office.users.sessions.words import ENDINGS

from .models import User

ALWAYS = frozenset({"alive", "readyz"})
"""What answers without even looking who asks."""
OPEN = ALWAYS | {
    "account_login",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "set_language",
    "session",
}
"""What answers without a log-in."""
OWN_RULES = frozenset({"api"})
"""Namespaces whose addresses enforce rights of their own: the API by its tokens."""
OWN_ACCOUNT = frozenset(
    {
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
"""What anybody who is logged in does with their own account."""
SENSITIVE_OWN = frozenset(
    {
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
    }
)
"""What of it needs a fresh proof. Asked here: the log-in library repeats what was sent before its own question."""
FIRST_PASSWORD = frozenset({"account_logout", "account_change_password"})
"""What somebody with a first password does before anything else."""


@dataclass(frozen=True)
class LogInEnded:
    """A log-in that was found over by this request: whose it was, and why it ended."""

    person: str
    why: str


class Enforcement:
    """Middleware: after authentication and before every view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Give the request no rights until its view is known."""
        _attach_rights(request, Rights())
        request.reach = NOWHERE  # type: ignore[attr-defined]
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Let the request through to its view, send it to log in, or refuse it."""
        match = request.resolver_match
        if match is None or match.url_name in ALWAYS or OWN_RULES.intersection(match.namespaces):
            return None
        over = self._end_what_is_over(request)
        if match.url_name in OPEN:
            return None
        if not isinstance(request.user, User):
            return self._log_in_first(request, over)
        _attach_rights(request, Rights(request.user.grants_held()))
        return self._before_anything_else(request, request.user, match) or self._with_rights(
            request, match, declared_by(view)
        )

    def _end_what_is_over(self, request: HttpRequest) -> LogInEnded | None:
        user = request.user
        if not isinstance(user, User) or not (because := log_in_end_of(request)):
            return None
        logout(request)
        messages.warning(request, str(ENDINGS[because]))
        return LogInEnded(str(user.pk), str(ENDINGS[because]))

    def _log_in_first(self, request: HttpRequest, over: LogInEnded | None) -> HttpResponseBase:
        """Send the person to log in. A page that sent something by itself stays, with what was typed in it."""
        if request.method not in READ and "HX-Request" in request.headers:
            return log_in_ended(request, over.why if over else "")
        page = page_of(request)
        if over:
            keep(request, page, over.person)
        return _redirect_whole_page(request, "account_login", page)

    def _before_anything_else(self, request: HttpRequest, user: User, match: ResolverMatch) -> HttpResponseBase | None:
        if user.must_change_password and match.url_name not in FIRST_PASSWORD and not signed_on_elsewhere(request):
            return _redirect_whole_page(request, "account_change_password", None)
        needs_two = needed_by(request.rights.roles)  # type: ignore[attr-defined]
        if match.url_name not in OWN_ACCOUNT and needs_two and not has_second_factor(user):
            return _redirect_whole_page(request, "mfa_index", None)
        return None

    def _with_rights(
        self, request: HttpRequest, match: ResolverMatch, declared: RouteDeclaration | None
    ) -> HttpResponseBase | None:
        if declared is None:
            if match.url_name in SENSITIVE_OWN and not proved_lately(request):
                return self._prove(request, request.get_full_path())
            if match.url_name in OWN_ACCOUNT:
                return None
            raise PermissionDenied(_("This address is open to nobody."))
        if declared.right is not None:
            request.reach = request.rights.reach(declared.right)  # type: ignore[attr-defined]
            if not request.reach:  # type: ignore[attr-defined]
                self._refuse(request, match, declared)
        if request.method not in declared.methods:
            return not_so(request, declared.methods)
        if request.method in READ and declared.query is not None:
            note_strange(request, declared.query)
        if declared.sensitive and not proved_lately(request):
            shown = set(READ) & set(declared.methods)
            page = page_of(request)
            return self._prove(
                request, request.get_full_path() if shown else nearest_page(request.path) if page == "/" else page
            )
        return None

    def _refuse(self, request: HttpRequest, match: ResolverMatch, declared: RouteDeclaration) -> None:
        with transaction.atomic():
            record(act_of(request), "AccessRefused", match.view_name, right=declared.right)
        raise PermissionDenied(_("Your roles do not include this. Ask an administrator if you need it for your work."))

    def _prove(self, request: HttpRequest, page: str) -> HttpResponseBase:
        """Send the person to prove who they are; then to ``page``, where they press again what they wanted to."""
        if request.method not in READ:
            keep(request, page)
            messages.warning(request, _("Nothing was done yet: prove that it is you, then press the button again."))
        methods = get_adapter(request).get_reauthentication_methods(request.user)
        if not methods:
            raise PermissionDenied(_("You have neither a password nor a second factor to prove that it is you."))
        return _redirect_whole_page(request, methods[0]["url"], page)


def _attach_rights(request: HttpRequest, rights: Rights) -> None:
    request.rights, request.may = rights, rights.may  # type: ignore[attr-defined]
    request.exported = partial(_exported, request)  # type: ignore[attr-defined]


def _exported(request: HttpRequest, name: str, rows: int, query: list[str]) -> None:
    with transaction.atomic():
        record(act_of(request), "ListExported", name, rows=rows, query=query)


def _redirect_whole_page(request: HttpRequest, place: str, then: str | None) -> HttpResponseBase:
    """Lead to a named address or a path, the whole page even where only a part of it was asked for."""
    address = place if place.startswith("/") else reverse(place)
    if then is not None:
        address = f"{address}?{urlencode({'next': then})}"
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
