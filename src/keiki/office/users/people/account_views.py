"""My account: language, password, second factor, the browsers in which I am logged in, my roles."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from keiki.office.audit.acting import act_of
from keiki.office.screens.request import OfficeRequest
from keiki.office.users.log_in.rules import remember_language
from keiki.office.users.log_in.second_factor import has_second_factor
from keiki.office.users.models import LogInEndReason, OfficeSession, User
from keiki.office.users.sessions import services as sessions

from . import queries


def session(request: OfficeRequest) -> JsonResponse:
    """Say who is logged in in this browser, for a page that is about to send what was typed; nobody: an empty text.

    ``token`` lets the page's forms be sent under a log-in that began after the page was made.
    """
    person = str(request.user.pk) if request.user.is_authenticated else ""
    return JsonResponse({"person": person, "token": get_token(request) if person else ""})


def account(request: OfficeRequest) -> HttpResponse:
    """Show what is mine."""
    user = _own_user(request)
    here = sessions.current(request)
    context: dict[str, Any] = {
        "person_": user,
        "roles": queries.roles_in_words(user),
        "second_factor": has_second_factor(user),
        "sessions": [{"of": each, "here": here is not None and each.pk == here.pk} for each in sessions.running(user)],
        "past": OfficeSession.objects.filter(user=user).exclude(ended_at=None)[:5],
        "languages": settings.LANGUAGES,
        "web": settings.KEIKI.web,
    }
    return render(request, "users/account.html", context)


def set_language(request: OfficeRequest) -> HttpResponse:
    """Keep the language that the office speaks with me, here and at the next log-in."""
    language = request.POST.get("language", "")
    response = HttpResponseRedirect(reverse("users:account"))
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=_own_user(request).pk).update(language=language)
        remember_language(response, language)
    return response


def end_session(request: OfficeRequest, pk: int) -> HttpResponse:
    """End one of my log-ins elsewhere."""
    session = get_object_or_404(OfficeSession, pk=pk, user=_own_user(request))
    sessions.end(act_of(request), session, LogInEndReason.ELSEWHERE)
    messages.success(request, _("That log-in is ended."))
    return HttpResponseRedirect(reverse("users:account"))


def _own_user(request: OfficeRequest) -> User:
    return get_object_or_404(User, username=request.user.get_username())
