"""Read the chain from the database as it stands, row by row: values as text, so that no damage stops the reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from keiki.domain.audit.event import Event, Link, Unreadable
from keiki.domain.audit.lines import BadLine, write_time

from .models import AuditEvent

CHUNK = 2000
COLUMNS = ("position", "at", "by", "origin", "happened", "subject", "supply_point", "details", "previous", "hash")


def links(after: int = 0, up_to: int | None = None) -> Iterator[Link | Unreadable]:
    """Yield what is kept behind position ``after`` (0: everything, even what has no position), in constant memory."""
    where = f"WHERE position > {int(after)}" if after else ""
    if up_to is not None:
        where += f" {'AND' if where else 'WHERE'} position <= {int(up_to)}"
    texts = ", ".join(f"CAST({_value(name)} AS TEXT)" for name in COLUMNS)
    order = "ORDER BY audit_auditevent.position, audit_auditevent.id"  # the columns, not their texts
    query = f"SELECT {texts} FROM audit_auditevent {where} {order}"  # noqa: S608 - whole numbers only
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield _link(dict(zip(COLUMNS, row, strict=True)))


def link_of(row: AuditEvent) -> Link:
    """Return one event as the database gave it; whether it is whole is for the link to say."""
    event = Event(row.position, row.at, row.by, row.origin, row.happened, row.subject, row.supply_point, row.details)
    return Link(event, row.previous, row.hash)


def checkpoint_lines() -> Iterator[str]:
    """Yield the lines of the checkpoints that the database keeps, by number."""
    with connection.chunked_cursor() as cursor:
        cursor.execute("SELECT CAST(line AS TEXT) FROM audit_auditcheckpoint ORDER BY number, id")
        while rows := cursor.fetchmany(CHUNK):
            for (line,) in rows:
                yield line or ""


def _value(name: str) -> str:
    if name == "at" and connection.vendor == "postgresql":
        return "\"at\" AT TIME ZONE 'UTC'"
    return f'"{name}"'


def _link(row: dict[str, Any]) -> Link | Unreadable:
    """Make a link of a row's texts; what cannot be one is said, not raised."""
    try:
        position = int(row["position"])
    except (TypeError, ValueError):
        return Unreadable(None, "no position")
    try:
        at = datetime.fromisoformat(row["at"])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        members = {**row, "position": position, "at": write_time(at), "details": json.loads(row["details"])}
        return Link.from_members(members)
    except (BadLine, TypeError, ValueError, OverflowError, RecursionError) as error:
        return Unreadable(position, str(error))
