"""The addresses of the API: its operations, its description, and a problem for every other one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from keiki.domain.linkage.terms import Text

from .description import OPERATIONS, KeikiAPI
from .problems import NO_ADDRESS, problem

NO_METHOD: Text = (
    "このアドレスにこのメソッドはありません。使えるものは Allow ヘッダーにあります。",
    "this address has no such method: the header Allow says which it has",
)


@csrf_exempt
def unknown(_: HttpRequest) -> HttpResponse:
    """Say that there is no such address."""
    return problem(404, "no_address", NO_ADDRESS)


def _with_method_problem(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have a method that an address does not have answered as a problem like all others."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 405:
            return response
        allowed = ", ".join(sorted(response.headers["Allow"].split(", ")))
        return problem(405, "no_method", NO_METHOD, {"Allow": allowed})

    return answering


def _patterns(api: KeikiAPI) -> list[URLPattern]:
    found = []
    for each in api.urls[0]:
        if isinstance(each, URLPattern) and each.name != "api-root":
            each.callback = _with_method_problem(each.callback)
            found.append(each)
    return found


api = KeikiAPI(OPERATIONS)
app_name = "api"
urlpatterns = [
    path("v1/", include(_patterns(api))),
    re_path("", unknown, name="unknown"),
]
