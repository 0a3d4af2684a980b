"""The sections of the office in the order of the header, each with the right that shows it, and the frame of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keiki import __version__
from keiki.domain.access import ROLES, Right, Rights
from keiki.office.screens.languages import in_language
from keiki.office.screens.unsaved_entries import UnsavedEntries, take
from keiki.office.users.log_in.second_factor import needed_by
from keiki.office.users.people import queries as user_queries


@dataclass(frozen=True)
class HeaderSection:
    """One section: the key after "g", the name of its address, and the right to see it (``None``: everybody)."""

    key: str
    url_name: str
    label: str | Promise
    right: Right | None


SECTIONS = (
    HeaderSection("t", "today", _("Today"), None),
    HeaderSection("p", "points:search", _("Supply points"), Right.SEE_POINTS),
    HeaderSection("d", "designs:list", _("Designs"), Right.SEE_DESIGNS),
    HeaderSection("w", "workorders:list", _("Work orders"), Right.SEE_ORDERS),
    HeaderSection("b", "contracts:list", _("Contracts"), Right.SEE_CONTRACTS),
    HeaderSection("c", "catalogues:list", _("Catalogue"), Right.SEE_CATALOGUE),
    HeaderSection("k", "keys:list", _("Keys"), Right.SEE_KEYS),
    HeaderSection("u", "users:people", _("Users"), Right.SEE_PEOPLE),
    HeaderSection("a", "audit:list", _("Audit"), Right.SEE_AUDIT),
)
ACCOUNT = "users:account"
"""One's own account: of no section."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what every page shows around its content: the sections this person may see, and the version."""
    rights: Rights = getattr(request, "rights", Rights())
    match = request.resolver_match
    here = match.view_name if match else ""
    return {
        "navigation": [
            {"key": each.key, "label": each.label, "url": url, "current": _same_section(each.url_name, here)}
            for each in SECTIONS
            if (each.right is None or rights.may(each.right)) and (url := _address(each.url_name))
        ],
        "rights": rights,
        "may_search": rights.may(Right.SEE_POINTS),
        "person": _person(rights),
        "kept": _unsaved_entries(request),
        "version": __version__,
    }


def _unsaved_entries(request: HttpRequest) -> UnsavedEntries | None:
    """Return what was typed here before and not accepted; once, but for the whole of this answer."""
    if not hasattr(request, "kept_entries"):
        request.kept_entries = take(request)  # type: ignore[attr-defined]
    found: UnsavedEntries | None = request.kept_entries  # type: ignore[attr-defined]
    return found


def _person(rights: Rights) -> dict[str, Any]:
    """Return the roles and service offices of the person in words."""
    names = user_queries.offices()
    offices = {grant.office for grant in rights.grants if ROLES[grant.role].local}
    return {
        "roles": [in_language(ROLES[role].words) for role in ROLES if role in rights.roles],
        "office": "" if len(offices) != 1 else in_language(names.get(next(iter(offices)), ("", ""))),
        "account_url": _address(ACCOUNT),
        "needs_second_factor": needed_by(rights.roles),
    }


def _same_section(section: str, here: str) -> bool:
    if here == ACCOUNT:
        return False
    return section == here or (":" in section and section.partition(":")[0] == here.partition(":")[0])


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
