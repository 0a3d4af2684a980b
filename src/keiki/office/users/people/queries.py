"""Ask about people and service offices, in plain values."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from keiki.domain.access import ALL_OFFICES, ROLES, Role
from keiki.office.refusal import Refusal
from keiki.office.screens.languages import in_language
from keiki.office.users.models import ServiceOffice, User


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


class NoSuchUser(Refusal):
    """Nobody has this log-in name."""

    code = "no_such_user"


def user_named(username: str) -> User:
    """Return the user of this log-in name; raise :class:`NoSuchUser` where there is none."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NoSuchUser(f"ログイン名 {username} の利用者はいません。", f"there is no user {username}")
    return user


def security_officers() -> list[str]:
    """Return the log-in names of the active security officers."""
    found = User.objects.filter(is_active=True, grants__role=Role.SECURITY_OFFICER.value)
    return list(found.distinct().values_list("username", flat=True))


def roles_in_words(user: User) -> list[dict[str, str]]:
    """Return a person's roles with where they hold, in the reader's language, and as they are kept."""
    names = offices()
    return [
        {
            "role": in_language(ROLES[Role(held.role)].words),
            "office": _where(held.office, names),
            "kept_role": held.role,
            "kept_office": held.office,
            "granted_by": held.granted_by,
        }
        for held in user.grants.all()
    ]


def in_words(user: User, names: dict[str, tuple[str, str]]) -> list[str]:
    """Return a person's roles, each in a few words; ``names`` are those of :func:`offices`."""
    return [f"{in_language(ROLES[Role(held.role)].words)} · {_where(held.office, names)}" for held in user.grants.all()]


def _where(service_office_code: str, names: dict[str, tuple[str, str]]) -> str:
    return (
        _("all offices")
        if service_office_code == ALL_OFFICES
        else in_language(names.get(service_office_code, (service_office_code, service_office_code)))
    )
