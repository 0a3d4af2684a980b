"""Ask about deliveries."""

from __future__ import annotations

from typing import Any

from .models import Delivery


def deliveries(supply_point: str) -> list[dict[str, Any]]:
    """Return the deliveries of a supply point, oldest first, as plain values."""
    return [describe(each) for each in Delivery.objects.filter(credential__supply_point=supply_point)]


def describe(delivery: Delivery) -> dict[str, Any]:
    """Return one delivery as plain values."""
    return {
        "id": delivery.pk,
        "channel": delivery.channel,
        "generation": delivery.credential.generation,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "sent_at": delivery.sent_at.isoformat() if delivery.sent_at else None,
        "trouble": delivery.trouble,
        "trouble_ja": delivery.trouble_ja,
    }
