"""What is shown when a page cannot be: each says what happened, why, and what to do next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .unsaved_entries import keep
from .way_back import nearest_page, way_back

LOG_IN = "Keiki-Log-In"
"""Header that tells a page's script (``session.js``) of its log-in: it has *ended*, or the page is *older* than it."""
READ = ("GET", "HEAD")


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; nothing else."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that no page of ours sends."""
    return _error(request, "errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not among the person's rights."""
    return _error(request, "errors/403.html", 403, why=str(exception))


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that is not from a page of ours, of a log-in that ended, or from before the present one."""
    if reason.startswith(("Origin checking failed", "Referer checking failed")):
        return _error(request, "errors/csrf.html", 403, case="elsewhere")
    if not request.COOKIES:
        return _not_logged_in(request, case="cookies")
    if not request.user.is_authenticated:
        return _not_logged_in(request, case="ended")
    back = way_back(request)
    kept = keep(request, back)
    return _error(request, "errors/csrf.html", 403, {LOG_IN: "older"}, case="older", kept=kept, back=back)


def log_in_ended(request: HttpRequest, why: str = "") -> HttpResponse:
    """403: something was sent by a page whose log-in has ended; ``why`` it did. The page keeps what was typed."""
    return _not_logged_in(request, case="ended", why=why)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page or entry."""
    said = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    return _error(request, "errors/404.html", 404, why=said if isinstance(said, str) else "")


def not_so(request: HttpRequest, allowed: tuple[str, ...]) -> HttpResponseBase:
    """An address that only takes forms was asked for as a page, as a reload does: lead to the page that has the form.

    Anything else that the address does not take is a 405 with words.
    """
    if request.method in READ and "HX-Request" not in request.headers:
        messages.info(request, _("Nothing was done now: that address only takes what a form sends. This is its page."))
        return HttpResponseRedirect(nearest_page(request.path))
    return _error(request, "errors/400.html", 405, {"Allow": ", ".join(allowed)})


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Needs no database and no context."""
    return HttpResponse(get_template("errors/500.html").render({"back": way_back(request)}), status=500)


def refused(request: HttpRequest, sentence: str, status: int = 409, **more: Any) -> HttpResponse:
    """409: the office's rules say no; ``sentence`` says what, why and what to do, in the person's language.

    What was typed is in the form again when the person goes back.
    """
    back = way_back(request)
    kept = not _by_htmx(request) and keep(request, back)
    return _error(request, "errors/409.html", status, what=sentence, kept=kept, back=back, **more)


def _not_logged_in(request: HttpRequest, **more: Any) -> HttpResponse:
    return _error(request, "errors/csrf.html", 403, {LOG_IN: "ended"}, log_in=True, **more)


def _error(
    request: HttpRequest, page: str, status: int, headers: dict[str, str] | None = None, **more: Any
) -> HttpResponse:
    """Return the page, or where htmx asked the same words as one notice; with the way back to where the person was."""
    by_htmx = _by_htmx(request)
    context = {
        "back": way_back(request),
        "by_htmx": by_htmx,
        **({"frame": "errors/part.html"} if by_htmx else {}),
        **more,
    }
    response = render(request, page, context, status=status)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _by_htmx(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers
