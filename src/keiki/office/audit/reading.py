"""Read the chain from the database as it stands, row by row: values as text, so that no damage stops the reading.

In batches, each a short read of its own. One long read would hold back SQLite's write-ahead log for as long as it
takes, and its connection could write nothing beside it once somebody else had written. Rows are only added, at the
end, so batches read one after another are the whole chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from keiki.domain.audit.event import ChainLink, RecordedEvent, UnreadableEvent
from keiki.domain.audit.lines import BadLine, write_time

from .models import AuditEvent

CHUNK = 2000
COLUMNS = ("position", "at", "by", "origin", "happened", "subject", "supply_point", "details", "previous", "hash")


def links(after: int = 0, up_to: int | None = None) -> Iterator[ChainLink | UnreadableEvent]:
    """Yield what is kept behind position ``after`` (0: everything, even what has no position), in constant memory."""
    where = [f"position > {int(after)}"] if after else []
    where += [f"position <= {int(up_to)}"] if up_to is not None else []
    for row in _in_batches("audit_auditevent", "position", [_value(name) for name in COLUMNS], where):
        yield _link(dict(zip(COLUMNS, row, strict=True)))


def link_of(row: AuditEvent) -> ChainLink:
    """Return one event as the database gave it; whether it is whole is for the link to say."""
    event = RecordedEvent(
        row.position, row.at, row.by, row.origin, row.happened, row.subject, row.supply_point, row.details
    )
    return ChainLink(event, row.previous, row.hash)


def checkpoint_lines() -> Iterator[str]:
    """Yield the lines of the checkpoints that the database keeps, by number."""
    for (line,) in _in_batches("audit_auditcheckpoint", "number", ["line"], []):
        yield line or ""


def _in_batches(table: str, order: str, values: list[str], where: list[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the texts of ``values`` by ``order`` and id; rows without an ``order``, which is damage, come last."""
    columns = f"{table}.{order}, {table}.id"
    texts = ", ".join(f"CAST({value} AS TEXT)" for value in values)
    query = f"SELECT {columns}, {texts} FROM {table} WHERE %s ORDER BY {columns} LIMIT {CHUNK}"  # noqa: S608 - our names
    yield from _batches(query, [*where, f"{order} IS NOT NULL"], f"({columns}) > (%s, %s)", slice(0, 2))
    if not where:
        yield from _batches(query, [f"{order} IS NULL"], "id > %s", slice(1, 2))


def _batches(query: str, where: list[str], behind: str, key: slice) -> Iterator[tuple[Any, ...]]:
    """Yield rows batch after batch, each from ``behind`` the last one's ``key``."""
    conditions, last = where, ()
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query.replace("%s", " AND ".join(conditions), 1), last)
            rows = cursor.fetchall()
        yield from (row[2:] for row in rows)
        if len(rows) < CHUNK:
            return
        conditions, last = [*where, behind], rows[-1][key]


def _value(name: str) -> str:
    if name == "at" and connection.vendor == "postgresql":
        return "\"at\" AT TIME ZONE 'UTC'"
    return f'"{name}"'


def _link(row: dict[str, Any]) -> ChainLink | UnreadableEvent:
    """Make a link of a row's texts; what cannot be one is said, not raised."""
    try:
        position = int(row["position"])
    except (TypeError, ValueError):
        return UnreadableEvent(None, "no position")
    try:
        at = datetime.fromisoformat(row["at"])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        members = {**row, "position": position, "at": write_time(at), "details": json.loads(row["details"])}
        return ChainLink.from_members(members)
    except (BadLine, TypeError, ValueError, OverflowError, RecursionError) as error:
        return UnreadableEvent(position, str(error))
