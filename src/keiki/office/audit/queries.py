"""Ask what happened."""

from __future__ import annotations

from typing import Any

from .models import AuditEvent


def events(supply_point: str = "", happened: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """Return the newest ``limit`` events, oldest first, as plain values."""
    found = AuditEvent.objects.all()
    if supply_point:
        found = found.filter(supply_point=supply_point)
    if happened:
        found = found.filter(happened=happened)
    return [
        {
            "id": event.pk,
            "at": event.at.isoformat(),
            "by": event.by,
            "happened": event.happened,
            "subject": event.subject,
            "supply_point": event.supply_point,
            "details": event.details,
        }
        for event in reversed(found.order_by("-id")[:limit])
    ]
