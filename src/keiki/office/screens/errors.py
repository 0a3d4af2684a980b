"""What is shown when a page cannot be: each says what happened, why, and what to do next."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.http import require_safe


@require_safe
def alive(_: HttpRequest) -> HttpResponse:
    """Say that the process answers; nothing else."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that no page of ours sends."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not among the person's rights."""
    return render(request, "errors/403.html", {"why": str(exception)}, status=403)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that is not from a page of ours, or from before a log-in."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page or entry."""
    said = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    return render(request, "errors/404.html", {"why": said if isinstance(said, str) else ""}, status=404)


def broken(_: HttpRequest) -> HttpResponse:
    """500: our fault. Needs no database and no context."""
    return HttpResponse(get_template("errors/500.html").render(), status=500)


def refused(request: HttpRequest, sentence: str, status: int = 409, **more: Any) -> HttpResponse:
    """409: the office's rules say no; ``sentence`` says what, why and what to do, in the person's language."""
    htmx = getattr(request, "htmx", False)
    template = "errors/notice.html" if htmx else "errors/409.html"
    return render(request, template, {"what": sentence, **more}, status=status)
