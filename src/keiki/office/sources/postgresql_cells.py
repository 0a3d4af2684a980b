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
    """Have a psycopg connection give every cell: as the driver reads it, or as its text.

    A database in ``SQL_ASCII`` knows no encoding of its texts. Asked for UTF-8 its server refuses a whole answer for
    one byte that is none, so it is asked for what it has.
    """
    if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
        connection.execute("SET client_encoding TO SQL_ASCII")
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
                found = self._usual.load(data)
                return _utf8_or_bytes(found) if isinstance(found, bytes) else found
            except Exception:  # noqa: BLE001 - whatever the driver says of it, the cell is read as its text
                return bytes(data).decode("utf-8", "replace")

    return ValueOrText


def _utf8_or_bytes(found: bytes) -> str | bytes:
    """A text of a database in ``SQL_ASCII``, which the driver gives as bytes; what is no UTF-8 is rejected later."""
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError:
        return found
