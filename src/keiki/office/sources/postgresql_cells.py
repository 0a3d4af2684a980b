"""Cells that PostgreSQL can hold and Python cannot: each comes as its text, so that it costs its fact and no more.

``infinity`` and years beyond 9999 or before Christ are dates there, 24:00 is a time. The driver raises for such a cell,
and with it for the whole answer. The readers of cells (``keiki.domain.mapping``) reject the text, and say the column.
"""

from __future__ import annotations

from typing import Any

from psycopg.abc import AdaptContext, Buffer
from psycopg.abc import Loader as LoaderProtocol
from psycopg.adapt import Loader
from psycopg.pq import Format

KINDS = (
    *("date", "time", "timetz", "timestamp", "timestamptz", "interval"),
    *("text", "varchar", "bpchar", "name", '"char"', "json", "jsonb", "numeric"),
)
"""The types whose values may be none of Python's."""


def load_any_cell(connection: Any) -> None:
    """Have a psycopg connection give every cell: as the driver reads it, or as its text."""
    for kind in KINDS:
        oid = connection.adapters.types[kind].oid
        usual = connection.adapters.get_loader(oid, Format.TEXT)
        connection.adapters.register_loader(oid, _or_text(usual))


def _or_text(usual: type[LoaderProtocol]) -> type[Loader]:
    class ValueOrText(Loader):
        """Reads a cell as ``usual`` does, or gives its text."""

        def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
            super().__init__(oid, context)
            self._usual = usual(oid, context)

        def load(self, data: Buffer) -> Any:
            try:
                return self._usual.load(data)
            except Exception:  # noqa: BLE001 - whatever the driver says of it, the cell is read as its text
                return bytes(data).decode("utf-8", "replace")

    return ValueOrText
