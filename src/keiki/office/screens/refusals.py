"""What the office refuses becomes a page, or a notice where htmx asked: what, why and what to do, in the person's
language, with status 409. Nothing of the refused act was kept: services refuse before or inside their transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.selection import NeedsError
from keiki.domain.supply_point import SupplyPointError
from keiki.domain.units import CatalogueError
from keiki.office.refusal import Refusal
from keiki.office.screens.errors import refused
from keiki.office.screens.languages import in_language
from keiki.office.sentences import sentence_of
from keiki.office.sources import SourceUnavailableError
from keiki.protocols.sealing.errors import SealingError

REFUSALS = (
    CatalogueError,
    IllegalTransition,
    NeedsError,
    Refusal,
    SealingError,
    SourceUnavailableError,
    SupplyPointError,
)


class Refusals:
    """Middleware: answers for views that let a refusal through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say what was refused; anything else is our fault and goes on to the 500 page."""
        return refused(request, in_language(sentence_of(error))) if isinstance(error, REFUSALS) else None
