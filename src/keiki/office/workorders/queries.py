"""Ask about work orders, in plain values. The envelope is for the barcode only and is in none of them."""

from __future__ import annotations

from typing import Any

from keiki.office.refusal import Refusal

from .models import WorkOrder


class NoOrder(Refusal):
    """There is no work order of that number."""

    code = "no_order"


def work_order(number: str) -> WorkOrder:
    """Return the work order ``number``."""
    found = WorkOrder.objects.select_related("design__contract", "device", "credential").filter(number=number).first()
    if found is None:
        raise NoOrder(
            f"作業指示書 {number} はありません。作業指示書の番号を確かめてください",
            f"there is no work order {number}: check the number on the sheet",
        )
    return found


def open_orders(supply_point: str) -> list[WorkOrder]:
    """Return the orders of a supply point that may still be carried out."""
    return list(WorkOrder.objects.filter(supply_point=supply_point, state__in=["issued", "printed"]))


def describe(order: WorkOrder) -> dict[str, Any]:
    """Return an order as plain values."""
    return {
        "number": order.number,
        "design": order.design.reference,
        "supply_point": order.supply_point,
        "office": order.office,
        "state": order.state,
        "device": order.device.name,
        "generation": order.credential.generation,
        "units": order.units,
        "visit_date": order.visit_date.isoformat(),
        "expires_at": order.expires_at.isoformat(),
        "outcome": order.outcome,
    }
