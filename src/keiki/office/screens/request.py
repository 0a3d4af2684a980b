"""A request as a screen gets it: who asks, how far the screen's right reaches for them, and the act it would be.

Middleware makes it so before the screen runs; a screen never looks at roles itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from keiki.domain.access import Reach, Rights
from keiki.office.screens.office_parts import ScreenServices

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

Row = TypeVar("Row", bound=models.Model)


class OfficeRequest(HttpRequest):
    """What screens are given. ``reach`` is how far the screen's own right reaches; ``rights`` answers for others."""

    reach: Reach
    rights: Rights
    office_services: ScreenServices
    htmx: HtmxDetails
    origin: str
    """From where, as the audit keeps it."""

    exported: Callable[[str, int, list[str]], None]
    """Keeps that the person takes a list away: its name, how many rows, and which filters were used."""

    may: Callable[..., bool]
    """``may(right, office=None)``: whether the person has another right, for a button or a part of the screen."""


def within(request: OfficeRequest, rows: models.QuerySet[Row], column: str = "office") -> models.QuerySet[Row]:
    """Return the rows of the service offices that the screen's right reaches; ``column`` says whose row it is."""
    reach = request.reach
    return rows if reach.everywhere else rows.filter(**{f"{column}__in": sorted(reach.offices)})


def row_or_404(request: OfficeRequest, rows: models.QuerySet[Row], *, column: str = "office", **wanted: Any) -> Row:
    """Return the one row wanted, if it is within reach. A row of another office is as absent as one that never was."""
    found = within(request, rows, column).filter(**wanted).first()
    if found is None:
        raise Http404(_("There is no such entry, or it belongs to another service office."))
    return found
