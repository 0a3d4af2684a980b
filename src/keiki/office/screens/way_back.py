"""The page of the office that a person comes from, and the nearest one that answers where an address only takes forms.

An error leads back there, and never to another site.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from .routes import READ, declared_by


def page_of(request: HttpRequest) -> str:
    """Return the page that a person is at: this one, or for what a page sent, that page; unknown: the first page."""
    if request.method in READ and "HX-Request" not in request.headers:
        return request.get_full_path()
    return came_from(request) or "/"


def came_from(request: HttpRequest) -> str:
    """Return the path of the office's own page that the request came from; empty where it is not known."""
    address = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def way_back(request: HttpRequest) -> str:
    """Return a page that can be shown and is nearest to where the person was, but not this very one."""
    before = came_from(request)
    if before and urlsplit(before).path != request.path and _shows(urlsplit(before).path):
        return before
    if request.method not in READ and _shows(request.path):
        return request.get_full_path()
    return nearest_page(request.path)


def nearest_page(path: str) -> str:
    """Return the nearest page above an address: ``/contracts/5/`` for ``/contracts/5/rewrite``."""
    while path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if _shows(path):
            return path
    return "/"


def _shows(path: str) -> bool:
    """Whether the address is a page: declared, and shown when asked for."""
    try:
        declared = declared_by(resolve(path).func)
    except Resolver404:
        return False
    return declared is not None and bool(set(READ) & set(declared.methods))
