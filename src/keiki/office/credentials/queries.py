"""Ask about credentials: states and generations, never values."""

from __future__ import annotations

from typing import Any

from .models import RouteBCredential


def generations(supply_point: str) -> list[dict[str, Any]]:
    """Return every generation of a supply point, oldest first, as plain values."""
    return [
        {
            "generation": each.generation,
            "state": each.state,
            "nobody_holds": each.nobody_holds,
            "communication_unit": each.communication_unit,
            "issued_at": each.issued_at.isoformat() if each.issued_at else None,
            "proved_at": each.proved_at.isoformat() if each.proved_at else None,
            "delivered_at": each.delivered_at.isoformat() if each.delivered_at else None,
        }
        for each in RouteBCredential.objects.filter(supply_point=supply_point)
    ]


def newest(supply_point: str) -> RouteBCredential | None:
    """Return the newest generation of a supply point."""
    return RouteBCredential.objects.filter(supply_point=supply_point).order_by("-generation").first()
