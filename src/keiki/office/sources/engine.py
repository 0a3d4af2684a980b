"""Any database that SQLAlchemy reaches: it knows dialect, driver and address; the questions go to the driver itself.

A look-up has to cost little more than the server's answer. So connections stay open and belong to nobody between two
questions, each question is a transaction of its own (one way to the server and back), and a statement is compiled for
the driver once. A connection that turns out dead (the server was started anew, a firewall forgot it) is replaced and
the question put once more: it only reads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ClauseElement, Dialect, create_engine, literal_column, select, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from keiki.office.sources.asking import MOST_ROWS, Parameters, Rows, blank_duplicate_columns
from keiki.office.sources.sessions import driver_options

MOST_IDLE = 16


@dataclass(frozen=True)
class OpenConnection:
    """A connection, and the names of the statements that its server keeps prepared for it."""

    connection: Any
    prepared: set[str] = field(default_factory=set)


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
        self._idle: deque[OpenConnection] = deque()
        self._closed = False
        self._compiled: dict[str, Statement] = {}

    def rows(self, query: str, parameters: Parameters) -> Rows:
        """Return at most :data:`MOST_ROWS` rows. Blocks, and raises what the driver raises."""
        return self._run_query(self._statement(query), parameters)

    def first(self, query: str) -> Rows:
        """Return the first rows alone: most drivers fetch all that the server gives, however few are read."""
        few = select(text("*")).select_from(text(f"({query}) AS survey")).limit(literal_column(str(MOST_ROWS)))
        return self._run_query(Statement(self._engine.dialect, few), {})

    def _statement(self, query: str) -> Statement:
        statement = self._compiled.get(query)
        if statement is None:
            statement = self._compiled.setdefault(query, Statement(self._engine.dialect, text(query)))
        return statement

    def _run_query(self, statement: Statement, parameters: Parameters) -> Rows:
        try:
            opened = self._idle.pop()
        except IndexError:
            return self._ask(self._open(), statement, parameters)
        try:
            return self._ask(opened, statement, parameters)
        except Exception as error:
            if not self._engine.dialect.is_disconnect(error, opened.connection, None):  # type: ignore[arg-type] # any driver's
                raise
        self._drop()
        return self._ask(self._open(), statement, parameters)

    def _ask(self, opened: OpenConnection, statement: Statement, parameters: Parameters) -> Rows:
        """Ask over a connection, which is kept if there was an answer."""
        try:
            found = self._answer(opened, statement, parameters)
        except BaseException:
            opened.connection.close()
            raise
        self.keep(opened)
        return found

    def _answer(self, opened: OpenConnection, statement: Statement, parameters: Parameters) -> Rows:
        cursor = opened.connection.cursor()
        try:
            cursor.execute(self._words(statement), statement.given(parameters))
            names = self._names(cursor)
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(MOST_ROWS)]
        finally:
            cursor.close()

    def _words(self, statement: Statement) -> Any:
        """Return the statement as the driver takes it."""
        return statement.text

    def _names(self, cursor: Any) -> list[str]:
        """Return the columns' names of the answer that a cursor has."""
        return blank_duplicate_columns(column[0] for column in cursor.description or ())

    def keep(self, opened: OpenConnection) -> None:
        """Take back a connection that waits for nothing."""
        if len(self._idle) < MOST_IDLE and not self._closed:
            self._idle.append(opened)
        else:
            opened.connection.close()

    def _open(self) -> OpenConnection:
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
        return OpenConnection(connection)

    def _drop(self) -> None:
        while self._idle:
            try:
                opened = self._idle.pop()
            except IndexError:
                return
            opened.connection.close()

    def close(self) -> None:
        """Close the connections that nobody uses now, and the others when they come back."""
        self._closed = True
        self._drop()


class Statement:
    """A query with ``:name`` parameters, as a driver takes it."""

    def __init__(self, dialect: Dialect, query: ClauseElement) -> None:
        compiled: Any = query.compile(dialect=dialect)
        self.text: str = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None

    def given(self, parameters: Parameters) -> Mapping[str, str | int] | tuple[str | int, ...]:
        """Return the parameters as the driver takes them: by name, or in the order of their places."""
        return dict(parameters) if self._order is None else tuple(parameters[name] for name in self._order)
