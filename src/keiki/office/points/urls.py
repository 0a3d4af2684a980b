"""Addresses of the search, of a supply point's page, and of the data servers' health."""

from __future__ import annotations

from django.urls import register_converter

from keiki.domain.access import Right
from keiki.office.screens.routes import ACT, READ, screen

from . import end_contract, health, views


class SupplyPointNumber:
    """22 digits in an address."""

    regex = "[0-9]{22}"

    @staticmethod
    def to_python(value: str) -> str:
        """Return the digits as they are."""
        return value

    @staticmethod
    def to_url(value: str) -> str:
        """Return the digits as they are."""
        return value


register_converter(SupplyPointNumber, "supply_point")

app_name = "points"
urlpatterns = [
    screen("", views.search, "search", Right.SEE_POINTS, methods=READ + ACT, query=("s", "q", "why")),
    screen("sources/", health.sources, "sources", Right.SEE_SOURCES),
    screen("sources/check", health.check, "check", Right.SEE_SOURCES, methods=ACT),
    screen("contracts/<int:pk>/end", end_contract.end, "end", Right.END_SERVICE, methods=READ + ACT, sensitive=True),
    screen("<supply_point:number>/", views.detail, "detail", Right.SEE_POINTS, query=("why", "ask")),
    screen("<supply_point:number>/record", views.record, "record", Right.SEE_POINTS, query=("why",)),
    screen("<supply_point:number>/customer", views.customer, "customer", Right.SEE_CUSTOMER, methods=ACT),
]
