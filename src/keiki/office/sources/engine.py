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

from sqlalchemy import ClauseElement, Engine, create_engine, literal_column, select, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from keiki.office.sources.asking import MOST_ROWS, Parameters, Rows
from keiki.office.sources.sessions import driver_options

MOST_IDLE = 16


class EngineConnections:
    """Connections to one database, each told ``statements`` when it is opened; ``limit`` in seconds."""

    def __init__(self, url: URL, statements: Sequence[str], limit: float) -> None:
        self._engine = create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            connect_args=driver_options(url, limit),
        )
        self._statements = statements
        self._idle: deque[Any] = deque()
        self._compiled: dict[str, _Statement] = {}

    def rows(self, query: str, parameters: Parameters) -> Rows:
        """Return at most :data:`MOST_ROWS` rows. Blocks, and raises what the driver raises."""
        statement = self._compiled.get(query)
        if statement is None:
            statement = self._compiled[query] = _Statement(self._engine, text(query))
        return self._put(statement, parameters)

    def first(self, query: str) -> Rows:
        """Return the first rows alone: most drivers fetch all that the server gives, however few are read."""
        few = select(text("*")).select_from(text(f"({query}) AS survey")).limit(literal_column(str(MOST_ROWS)))
        return self._put(_Statement(self._engine, few), {})

    def _put(self, statement: _Statement, parameters: Parameters) -> Rows:
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
        try:
            cursor = connection.cursor()
            for statement in self._statements:
                cursor.execute(statement)
            cursor.close()
        except BaseException:
            connection.close()
            raise
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

    def __init__(self, engine: Engine, query: ClauseElement) -> None:
        compiled: Any = query.compile(dialect=engine.dialect)
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
