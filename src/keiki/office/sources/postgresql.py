"""PostgreSQL, whose driver can send a question and look later whether its answer has come (libpq's asynchronous way).

A question is sent so over a connection that knows it: it is prepared there, which spares the owner's server the
planning, too. Everything else (opening a connection, which may hang; the first question over it; whatever went wrong)
goes the way of all databases, in a thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Error, pq
from psycopg.adapt import Transformer
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL

from keiki.office.sources.asking import MOST_ROWS, Parameters, Rows, blank_duplicate_columns
from keiki.office.sources.engine import EngineConnections, OpenConnection, Statement
from keiki.office.sources.postgresql_cells import load_any_cell

_NUMBERED = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
"""Writes parameters as ``$1``, as the server itself takes them."""


_GAVE_UP = b"57014"
"""What the server says where a question reached the time limit that it was told."""


class NoRowsError(Exception):
    """A server answered a sent question with something else than rows; put in a thread, it will say what."""


@dataclass
class _Sendable:
    """A query as the server prepares it; ``refused`` where it does not (a pooler may stand in between)."""

    name: str
    statement: Statement
    refused: bool = False


class PostgresqlConnections(EngineConnections):
    """Connections to one PostgreSQL database by psycopg; ``limit`` in seconds."""

    def __init__(self, url: URL, statements: Sequence[str], limit: float) -> None:
        super().__init__(url, statements, limit)
        self._sendable: dict[Statement, _Sendable] = {}

    def send(self, query: str, parameters: Parameters) -> SentQuery | None:
        """Send a question without waiting; ``None`` where no idle connection knows it, and a thread has to put it."""
        statement = self._statement(query)
        sendable = self._sendable.get(statement)
        if sendable is None:
            named = _Sendable(f"keiki_{len(self._sendable) + 1}", Statement(_NUMBERED, text(query)))
            sendable = self._sendable.setdefault(statement, named)
        try:
            opened = self._idle.pop()
        except IndexError:
            return None
        if sendable.name not in opened.prepared:
            self.keep(opened)
            return None
        sent = SentQuery(self, opened)
        try:
            server: pq.abc.PGconn = opened.connection.pgconn
            server.send_query_prepared(sendable.name.encode(), _as_texts(sendable.statement.given(parameters)))
            if server.flush() == 0:
                return sent
        except Error:
            pass
        sent.forget()
        return None

    def _open(self) -> OpenConnection:
        opened = super()._open()
        load_any_cell(opened.connection)
        return opened

    def _answer(self, opened: OpenConnection, statement: Statement, parameters: Parameters) -> Rows:
        rows = super()._answer(opened, statement, parameters)
        sendable = self._sendable.get(statement)
        if sendable and not sendable.refused and sendable.name not in opened.prepared:
            try:
                opened.connection.execute(f"PREPARE {sendable.name} AS {sendable.statement.text}".encode())
                opened.prepared.add(sendable.name)
            except Error:
                sendable.refused = True
        return rows

    def _words(self, statement: Statement) -> bytes:
        """The statement in UTF-8: the driver would write it in ASCII for a database in ``SQL_ASCII``."""
        return statement.text.encode()

    def _names(self, cursor: Any) -> list[str]:
        """Return the columns' names without the driver's descriptions of them, which take as long as the answer."""
        return [] if cursor.pgresult is None else _names_of(cursor.pgresult)


class SentQuery:
    """A question that is with the server, over a connection that nobody else uses meanwhile."""

    def __init__(self, connections: PostgresqlConnections, opened: OpenConnection) -> None:
        self._connections, self._opened = connections, opened
        self._server: pq.abc.PGconn = opened.connection.pgconn
        self._result: pq.abc.PGresult | None = None

    def fileno(self) -> int:
        """Return the connection's socket."""
        return self._server.socket

    def rows(self) -> Rows | None:
        """Take what has come: at most :data:`MOST_ROWS` rows, or ``None`` while there is more to come.

        Raises :class:`TimeoutError` where the server gave up, :class:`NoRowsError` where it refused, and psycopg's
        errors where the connection is lost.
        """
        self._server.consume_input()
        while not self._server.is_busy():
            result = self._server.get_result()
            if result is None:
                return self._read()
            self._result = result
        return None

    def _read(self) -> Rows:
        result = self._result
        if result is None or result.status != pq.ExecStatus.TUPLES_OK:
            gave_up = result is not None and result.error_field(pq.DiagnosticField.SQLSTATE) == _GAVE_UP
            raise TimeoutError if gave_up else NoRowsError
        names, values = _names_of(result), Transformer(self._opened.connection)
        values.set_pgresult(result)
        rows: Rows = values.load_rows(0, min(result.ntuples, MOST_ROWS), lambda row: dict(zip(names, row, strict=True)))
        self._connections.keep(self._opened)
        return rows

    def forget(self) -> None:
        """Give up: the connection is closed, since its answer may still come."""
        self._opened.connection.close()


def _names_of(result: pq.abc.PGresult) -> list[str]:
    return blank_duplicate_columns(
        (result.fname(place) or b"").decode("utf-8", "replace") for place in range(result.nfields)
    )


def _as_texts(values: Iterable[object]) -> list[pq.abc.Buffer | None]:
    return [str(value).encode() for value in values]
