"""Ask about remote commands and what waits in the outbox."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from keiki.domain.remote.lifecycle import CommandState

from .models import OutboxMessage, RemoteCommand


def unsent() -> QuerySet[OutboxMessage]:
    """Return what is to be put on the relay, in order; what expired in the meantime is not."""
    return (
        OutboxMessage.objects.filter(sent_at=None, body__isnull=False, command__state=CommandState.QUEUED)
        .select_related("command")
        .order_by("id")
    )


def is_open(supply_point: str, kind: str) -> bool:
    """Whether a command of that kind still waits for its answer."""
    waiting = [CommandState.QUEUED, CommandState.SENT]
    return RemoteCommand.objects.filter(supply_point=supply_point, kind=kind, state__in=waiting).exists()


def describe(command: RemoteCommand) -> dict[str, Any]:
    """Return a command as plain values."""
    return {
        "id": command.reference,
        "kind": command.kind,
        "supply_point": command.supply_point,
        "office": command.office,
        "communication_unit": command.communication_unit,
        "generation": command.credential.generation if command.credential else None,
        "state": command.state,
        "reason": command.reason,
        "created_at": command.created_at.isoformat(),
        "expires_at": command.expires_at.isoformat(),
        "answered_at": command.answered_at.isoformat() if command.answered_at else None,
    }
