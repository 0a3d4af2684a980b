"""The act that a request of a logged-in person is."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest

from .services import Act


def act_of(request: HttpRequest) -> Act:
    """Return who acts (the log-in name) in which roles, now, and from where (the address the middleware found)."""
    return Act(request.user.get_username(), datetime.now(UTC), getattr(request, "origin", ""), roles_of(request))


def roles_of(request: HttpRequest) -> tuple[str, ...]:
    """Return the codes of the roles that the logged-in person holds anywhere; none where nobody is logged in."""
    rights = getattr(request, "rights", None)
    return tuple(sorted(role.value for role in rights.roles)) if rights else ()
