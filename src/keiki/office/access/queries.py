"""Ask about people and service offices, in plain values."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from keiki.domain.access import ALL_OFFICES, ROLES, Role
from keiki.office.screens.languages import said

from .models import ServiceOffice, User


def offices() -> dict[str, tuple[str, str]]:
    """Return the names (ja, en) of all service offices by their codes."""
    return {each.code: (each.name_ja, each.name_en) for each in ServiceOffice.objects.all()}


def people() -> list[dict[str, Any]]:
    """Return everybody with their roles, as plain values."""
    return [
        {
            "username": user.username,
            "name": user.name,
            "active": user.is_active,
            "roles": [{"role": held.role, "office": held.office} for held in user.grants.all()],
        }
        for user in User.objects.prefetch_related("grants")
    ]


def security_officers() -> list[str]:
    """Return the log-in names of the active security officers."""
    found = User.objects.filter(is_active=True, grants__role=Role.SECURITY_OFFICER.value)
    return list(found.distinct().values_list("username", flat=True))


def roles_in_words(user: User) -> list[dict[str, str]]:
    """Return a person's roles with where they hold, in the reader's language."""
    names = offices()
    return [
        {
            "role": said(ROLES[Role(held.role)].words),
            "office": _("all offices")
            if held.office == ALL_OFFICES
            else said(names.get(held.office, (held.office,) * 2)),
        }
        for held in user.grants.all()
    ]
