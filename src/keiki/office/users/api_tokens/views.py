"""Tokens of the API: which systems may use it, and the acts of two people about that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.domain.access import ALL_OFFICES, Right
from keiki.domain.keys.tokens import API_TOKEN, ApiTokenEvent, ApiTokenState
from keiki.office.audit.acting import act_of
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import Column, Listing, show
from keiki.office.screens.reason_form import ReasonForm
from keiki.office.screens.request import OfficeRequest
from keiki.office.users.models import ApiToken
from keiki.office.users.people import queries

from . import recorded_tokens, services
from .forms import AskForToken, TokenFilters

TONES = {ApiTokenState.ASKED: "warn", ApiTokenState.ACTIVE: "ok", ApiTokenState.REJECTED: "bad"}

LISTING = Listing[ApiToken](
    name="api-tokens",
    columns=(
        Column("number", gettext_lazy("Token"), lambda row: row.reference, sort="pk"),
        Column("system", gettext_lazy("System"), lambda row: row.system, sort="system"),
        Column("state", gettext_lazy("State"), lambda row: state_of(row)[1], sort="state"),
        Column("expires", gettext_lazy("Expires"), lambda row: row.expires_at, sort="expires_at"),
        Column("used", gettext_lazy("Last used"), lambda row: row.used_at, sort="used_at"),
        Column("asked_by", gettext_lazy("Asked by"), lambda row: row.asked_by, sort="asked_by"),
    ),
    order="-pk",
    address=lambda row: reverse("users:token", args=[row.pk]),
    filters=TokenFilters,
    tone=lambda row: "warn" if row.state == ApiTokenState.ASKED else "",
)


def state_of(token: ApiToken) -> tuple[str, str]:
    """Return tone and word of a token's state; one whose time is over is expired, whatever it was."""
    if token.state not in set(ApiTokenState):
        return "bad", token.state
    state = ApiTokenState(token.state)
    if state in (ApiTokenState.ASKED, ApiTokenState.ACTIVE) and token.expires_at and token.expires_at <= timezone.now():
        return "quiet", _("expired")
    return TONES.get(state, "quiet"), in_language(API_TOKEN.words.states[state])


def listed(request: OfficeRequest) -> HttpResponseBase:
    """Show every token."""
    changed = [in_language(recorded_tokens.changed_words(each)) for each in recorded_tokens.changed_tokens()]
    context = {"may_ask": request.may(Right.MANAGE_TOKENS), "changed": changed}
    return show(request, LISTING, ApiToken.objects.all(), "users/tokens.html", context)


def token(request: OfficeRequest, number: int) -> HttpResponse:
    """Show one token: what it may do, who asked and decided, when it was used last."""
    found = get_object_or_404(ApiToken, pk=number)
    changed, names = recorded_tokens.is_changed(found), queries.offices()
    allowed = API_TOKEN.allowed(ApiTokenState(found.state)) if found.state in set(ApiTokenState) else frozenset()
    own, tone_word = found.asked_by == request.user.get_username(), state_of(found)
    approves = request.may(Right.APPROVE_KEYS)
    context: dict[str, Any] = {
        "token": found,
        "tone": tone_word[0],
        "state": tone_word[1],
        "changed": in_language(recorded_tokens.changed_words(found)) if changed else "",
        "rights": [in_language(Right(each).words) if each in set(Right) else each for each in _listed(found.rights)],
        "offices": [
            _("all offices") if code == ALL_OFFICES else in_language(names.get(code, (code, code)))
            for code in _listed(found.offices)
        ],
        "own": own and ApiTokenEvent.APPROVE in allowed,
        "may_approve": approves and not own and not changed and ApiTokenEvent.APPROVE in allowed,
        "may_reject": approves and bool(allowed),
        "may_revoke": request.may(Right.MANAGE_TOKENS) and not approves and ApiTokenEvent.REVOKE in allowed,
        "reason": ReasonForm(),
    }
    return render(request, "users/token.html", context)


def ask(request: OfficeRequest) -> HttpResponse:
    """Ask for a token, and show its text this once."""
    form = AskForToken(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, act = form.cleaned_data, act_of(request)
        until = act.at + timedelta(days=given["days"])
        try:
            fresh = services.ask(act, services.TokenRequest(given["system"], form.scope(), until, given["because"]))
        except services.TokenRefused as error:
            form.add_error(None, in_language(error.sentence))
        else:
            return render(request, "users/token_text.html", {"token": fresh.token, "text": fresh.text})
    return render(request, "users/token_ask.html", {"form": form}, status=400 if form.errors else 200)


def approve(request: OfficeRequest, number: int) -> HttpResponse:
    """Let a token work, as the second person."""
    found = get_object_or_404(ApiToken, pk=number)
    services.approve(act_of(request), found)
    messages.success(request, _("%(token)s works from now on.") % {"token": found.reference})
    return _back(found)


def reject(request: OfficeRequest, number: int) -> HttpResponse:
    """Decide against a token, as a security officer."""
    found = get_object_or_404(ApiToken, pk=number)
    services.reject(act_of(request), found, request.POST.get("because", ""))
    messages.info(request, _("%(token)s opens nothing any more.") % {"token": found.reference})
    return _back(found)


def revoke(request: OfficeRequest, number: int) -> HttpResponse:
    """End a token, as an administrator."""
    found = get_object_or_404(ApiToken, pk=number)
    services.revoke(act_of(request), found, request.POST.get("because", ""))
    messages.info(request, _("%(token)s opens nothing any more.") % {"token": found.reference})
    return _back(found)


def _listed(kept: object) -> list[str]:
    """Return a column's names; a row changed in the database may have anything there."""
    return [str(each) for each in kept] if isinstance(kept, list) else [str(kept)]


def _back(found: ApiToken) -> HttpResponse:
    return HttpResponseRedirect(reverse("users:token", args=[found.pk]))
