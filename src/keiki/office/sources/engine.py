"""Any database that SQLAlchemy reaches: it knows dialect, driver and address; the questions go to the driver itself.

A look-up has to cost little more than the server's answer. So connections stay open and belong to nobody between two
questions, each question is a transaction of its own (one way to the server and back), and a statement is compiled for
the driver once. A connection that turns out dead (the server was started anew, a firewall forgot it) is replaced and
the question put once more: it only reads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from keiki.office.sources.asking import MOST_ROWS, Parameters, Rows

MOST_IDLE = 16


class EngineConnections:
    """Connections to one database, each told ``statements`` and the limit (in seconds) when it is opened."""

    def __init__(self, url: URL, statements: Sequence[str], limit: float) -> None:
        self._engine = create_engine(url, poolclass=NullPool, hide_parameters=True, isolation_level="AUTOCOMMIT")
        self._statements = [each.format(milliseconds=int(limit * 1000)) for each in statements]
        self._idle: deque[Any] = deque()
        self._compiled: dict[str, _Statement] = {}

    def rows(self, query: str, parameters: Parameters) -> Rows:
        """Return at most :data:`MOST_ROWS` rows. Blocks, and raises what the driver raises."""
        statement = self._compiled.get(query)
        if statement is None:
            statement = self._compiled[query] = _Statement(self._engine, query)
        try:
            connection = self._idle.pop()
        except IndexError:
            return self._ask(self._open(), statement, parameters)
        try:
            return self._ask(connection, statement, parameters)
        except Exception as error:
            if not self._engine.dialect.is_disconnect(error, connection, None):  # type: ignore[arg-type] # any driver's
                raise
        self.close()
        return self._ask(self._open(), statement, parameters)

    def _ask(self, connection: Any, statement: _Statement, parameters: Parameters) -> Rows:
        """Ask over ``connection``, which is kept if there was an answer."""
        try:
            found = statement.rows(connection, parameters)
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()
        return found

    def _open(self) -> Any:
        borrowed = self._engine.raw_connection()
        borrowed.detach()
        connection: Any = borrowed.dbapi_connection
        cursor = connection.cursor()
        for statement in self._statements:
            cursor.execute(statement)
        cursor.close()
        return connection

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            connection.close()


class _Statement:
    """A query with ``:name`` parameters, as the driver takes it."""

    def __init__(self, engine: Engine, query: str) -> None:
        compiled: Any = text(query).compile(dialect=engine.dialect)
        self._text: str = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None

    def rows(self, connection: Any, parameters: Parameters) -> Rows:
        given = dict(parameters) if self._order is None else tuple(parameters[name] for name in self._order)
        cursor = connection.cursor()
        try:
            cursor.execute(self._text, given)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(MOST_ROWS)]
        finally:
            cursor.close()
