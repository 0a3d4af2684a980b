"""A screen's address together with the right it needs: one table that enforcement, tests and documents read.

A view that was not declared here is refused to everybody: forgetting a right closes a door and never opens one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from keiki.domain.access import Right

View = Callable[..., HttpResponseBase]
READ, ACT = ("GET", "HEAD"), ("POST",)
BY_LIST = None
"""The ``query`` of a screen that shows a list: its filters and columns say which names it knows."""


@dataclass(frozen=True)
class RouteDeclaration:
    """What a screen needs: ``right`` (``None``: to be logged in is enough) and whether the person must prove again
    that it is them (``sensitive``). ``query``: the names it reads from its address; ``None``: its list says."""

    right: Right | None
    methods: tuple[str, ...]
    sensitive: bool
    query: tuple[str, ...] | None = ()


class Screen:
    """A view with its declaration; callable as Django wants it."""

    def __init__(self, view: View, declared: RouteDeclaration) -> None:
        update_wrapper(self, view)
        self.declared = declared
        self._view = require_http_methods(list(declared.methods))(view)

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the screen or do its act."""
        return self._view(request, *args, **kwargs)


def screen(
    route: str,
    view: View,
    name: str,
    right: Right | None,
    *,
    methods: tuple[str, ...] = READ,
    sensitive: bool = False,
    query: tuple[str, ...] | None = (),
) -> URLPattern:
    """Return the address of a screen. ``methods``: :data:`READ` shows, :data:`ACT` changes something, both together
    a form that is shown and sent to the same address."""
    return path(route, Screen(view, RouteDeclaration(right, methods, sensitive, query)), name=name)


def declared_by(view: Any) -> RouteDeclaration | None:
    """Return what a resolved view declared."""
    return view.declared if isinstance(view, Screen) else None
