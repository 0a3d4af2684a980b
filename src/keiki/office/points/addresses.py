"""Where the page of a contract, a design, a work order is: empty where the office has no such page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from keiki.office.contracts.models import ServiceContract
from keiki.office.designs.models import Design
from keiki.office.workorders.models import WorkOrder


def address(name: str, *values: object, **query: str) -> str:
    """Return the address of that name; empty where there is none."""
    try:
        found = reverse(name, args=values)
    except NoReverseMatch:
        return ""
    return f"{found}?{urlencode(query)}" if query else found


def contract(row: ServiceContract) -> str:
    """Return where a contract is shown."""
    return address("contracts:detail", row.pk)


def design(row: Design) -> str:
    """Return where a design is worked on."""
    return address("designs:detail", row.pk)


def order(row: WorkOrder) -> str:
    """Return where a work order is shown."""
    return address("workorders:detail", row.number)
