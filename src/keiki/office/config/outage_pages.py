"""What is answered while the office cannot work, and what a machine is told of its health.

``/alive``: the process answers. ``/readyz``: it can do its work; otherwise 503 with what is wrong. An outage is a 503
with ``Retry-After`` on every screen and in the API, and named in the log; what remains is a fault of ours, a 500.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import structlog
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from keiki.office.api.problems import BROKEN, problem
from keiki.office.config import schema
from keiki.office.config.health import health
from keiki.office.outages import DATABASE_AWAY, SCHEMA, Outage, outage_of
from keiki.office.screens import errors
from keiki.office.screens.languages import in_language
from keiki.office.screens.way_back import way_back

KEEP_SECONDS = 1.0
"""How long an answer of ``/readyz`` is given again: whoever asks often must not make work."""
log = structlog.get_logger("keiki.office.outages")


def broken(request: HttpRequest) -> HttpResponse:
    """503 for an outage, 500 for a fault of ours. Needs no database."""
    outage, machine = _outage(sys.exc_info()[1]), request.path.startswith("/api/")
    if outage is None:
        return problem(500, "broken", BROKEN) if machine else errors.broken(request)
    log.error("outage", code=outage.code)
    headers = {"Retry-After": str(outage.retry_seconds)}
    sentence = outage.sentence
    if machine:
        return problem(503, outage.code, (sentence.ja, sentence.en), headers)
    told = in_language((sentence.ja, sentence.en))
    notice = getattr(request, "htmx", False)
    template, values = (
        ("errors/notice.html", {"what": told})
        if notice
        else ("errors/503.html", {"why": told, "back": way_back(request)})
    )
    return HttpResponse(get_template(template).render(values), status=503, headers=headers)


@require_safe
def readyz(_: HttpRequest) -> HttpResponse:
    """Say whether the office can do its work, and what is wrong where it cannot."""
    state = _HEALTH.state()
    response = JsonResponse(state, status=200 if state["ready"] else 503)
    if not state["ready"]:
        response["Retry-After"] = str(DATABASE_AWAY.retry_seconds)
    return response


class _Health:
    """The state as it was at most :data:`KEEP_SECONDS` ago."""

    def __init__(self) -> None:
        self._turn, self._at, self._state = threading.Lock(), -KEEP_SECONDS, dict[str, Any]()

    def state(self) -> dict[str, Any]:
        """Return it, looked up anew where it is too old."""
        with self._turn:
            if time.monotonic() - self._at >= KEEP_SECONDS:
                self._state, self._at = health(), time.monotonic()
            return self._state


_HEALTH = _Health()


def _outage(error: BaseException | None) -> Outage | None:
    """Return the outage; an error that a database of another version would explain makes the version looked at."""
    found = outage_of(error)
    if found is None and isinstance(error, Error):
        try:
            schema.check()
        except schema.SchemaRefused:
            return SCHEMA
        except Error:
            return None
    return found
