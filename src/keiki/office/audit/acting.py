"""The act that a request of a logged-in person is."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest

from .services import Act


def act_of(request: HttpRequest) -> Act:
    """Return who acts (the log-in name), now, and from where (the address, as the middleware found it)."""
    return Act(request.user.get_username(), datetime.now(UTC), getattr(request, "origin", ""))
