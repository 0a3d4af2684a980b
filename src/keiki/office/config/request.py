"""Middleware that gives every request the office's parts and the place it comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponseBase

from keiki.office.config import settings
from keiki.office.config.folder import BadSettings, DataFolder
from keiki.office.config.wiring import OfficeServices


@cache
def office_of(data: DataFolder) -> OfficeServices:
    """Return the one office of this process: its sources and its compiled catalogue are shared by all requests."""
    return OfficeServices(data)


class OfficeParts:
    """Sets ``request.office_services`` and ``request.origin``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if settings.DATA is None:
            raise BadSettings(
                "画面にはデータフォルダーが必要です。--data DIR で指定してください", "the screens need --data DIR"
            )
        self._get_response, self._data = get_response, settings.DATA
        self._proxied = settings.KEIKI.web.proxied

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on with its parts."""
        request.office_services = office_of(self._data)  # type: ignore[attr-defined]
        request.origin = origin_of(request, proxied=self._proxied)  # type: ignore[attr-defined]
        return self._get_response(request)


def origin_of(request: HttpRequest, *, proxied: bool) -> str:
    """Return the address a request comes from; what the server in front noted last counts only where there is one."""
    if proxied:
        return request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()[:200] or "unknown"
    return str(request.META.get("REMOTE_ADDR", ""))[:200] or "unknown"
