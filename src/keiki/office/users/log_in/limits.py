"""Guesses are limited per person and per address; who is over the limit is told when to try again."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from keiki.office.audit.services import Act, record
from keiki.office.screens.way_back import way_back
from keiki.office.users.models import User

NOBODY = "not logged in"
"""Who acts where nobody is logged in, as the audit keeps it."""
ACCOUNT, SECOND = "allauth.account", "allauth.mfa"
_LOCKED = 600
"""Seconds in which one lock-out is recorded once, however often it is tried."""


def too_many(request: HttpRequest, seconds: int = 0) -> HttpResponse:
    """429: say when to try again."""
    seconds = seconds or max(_left_here(request), 1)
    again = time_format(timezone.localtime(timezone.now() + timedelta(seconds=seconds + 59)), "H:i")
    said = _("Try again at {time} or later. If it was not you who tried, tell your security officer.").format(
        time=again
    )
    response = render(request, "errors/429.html", {"next": said, "back": way_back(request)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def seconds_left(request: HttpRequest, action: str, *, app: str = ACCOUNT, **whose: Any) -> int:
    """Return in how many seconds the next attempt of this kind is let through; 0 means now."""
    left = 0.0
    for rate in ratelimit.get_rates(app=app, action=action):
        if (rate.per == "user" and not request.user.is_authenticated) or (rate.per == "key" and "key" not in whose):
            continue
        history = cache.get(ratelimit.get_cache_key(request, app=app, action=action, rate=rate, **whose), [])
        if len(history) >= rate.amount:
            left = max(left, history[-1] + rate.duration - time.time())
    return ceil(left)


def note_lock_out(request: HttpRequest, user: User | None, step: str) -> None:
    """Record, once in ten minutes, that further guesses are refused."""
    whose = user.username if user else getattr(request, "origin", "")
    if not cache.add(f"locked out:{step}:{whose}", 1, timeout=_LOCKED):
        return
    with transaction.atomic():
        record(act_here(request), "LockedOut", user.reference if user else "unknown user", step=step)


def act_here(request: HttpRequest) -> Act:
    """Return the act of whoever is at this browser, logged in or not."""
    by = request.user.get_username() if request.user.is_authenticated else NOBODY
    return Act(by, datetime.now(UTC), getattr(request, "origin", ""))


def _left_here(request: HttpRequest) -> int:
    known = [seconds_left(request, action) for action in ("login", "login_failed", "reauthenticate", "change_password")]
    return max(*known, seconds_left(request, "webauthn_login", app=SECOND))
