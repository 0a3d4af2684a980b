"""One owner's database: read-only connections, and questions that never keep anybody waiting beyond their limit.

Every question runs in a thread of its own, so that a driver that hangs in the network holds up nobody. While
:data:`MOST_OVERDUE` questions are overdue, nobody waiting for them any more, the source is *busy* and not asked again.
The database itself is told the limit too, so that an overdue question ends there. Text of drivers' errors
is never passed on: it may repeat the question's values.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, NullPool, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from keiki.domain.linkage.terms import Text
from keiki.office.sources.configuration import SourceConfiguration
from keiki.office.sources.errors import ConfigurationError, SourceUnavailableError

MOST_OVERDUE = 8
CONNECTIONS = 16
MOST_ROWS = 10_000
Rows = list[Mapping[str, object]]
_READ_ONLY = {
    "postgresql": ("SET default_transaction_read_only = on", "SET statement_timeout = {milliseconds}"),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION max_execution_time = {milliseconds}"),
}


class Database:
    """A configured source's database; ``limit`` is how long a question may take, in seconds.

    Raises :class:`ConfigurationError` when it cannot be used as it is configured.
    """

    def __init__(self, configuration: SourceConfiguration, limit: float) -> None:
        self.source, self.limit = configuration.card.id, limit
        self._engine = _engine(configuration, limit)
        self._overdue: set[Future[Rows]] = set()

    def ask(self, query: str, parameters: Mapping[str, str]) -> Future[Rows]:
        """Start a question. The future holds the rows or :class:`SourceUnavailableError`; :meth:`wait` for it."""
        future: Future[Rows] = Future()
        if len(self._overdue) >= MOST_OVERDUE:
            future.set_exception(SourceUnavailableError(self.source, _busy()))
            return future
        threading.Thread(
            target=self._run, args=(future, query, parameters), name=f"source-{self.source}", daemon=True
        ).start()
        return future

    def wait(self, future: Future[Rows], started: float) -> Rows:
        """Return the rows, at the latest when the limit since ``started`` (``time.monotonic``) is over.

        Raises :class:`SourceUnavailableError`.
        """
        try:
            return future.result(max(0.0, started + self.limit - time.monotonic()))
        except TimeoutError:
            self._overdue.add(future)
            future.add_done_callback(self._overdue.discard)
            raise SourceUnavailableError(self.source, _too_slow(self.limit)) from None

    def rows(self, query: str, parameters: Mapping[str, str]) -> Rows:
        """Ask and wait; raises :class:`SourceUnavailableError`."""
        started = time.monotonic()
        return self.wait(self.ask(query, parameters), started)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._engine.dispose()

    def _run(self, future: Future[Rows], query: str, parameters: Mapping[str, str]) -> None:
        try:
            future.set_result(self._fetch(query, parameters))
        except Exception as error:  # noqa: BLE001 - a driver may raise anything, and no source may stop another
            cause = getattr(error, "orig", None) or error
            reason = _too_slow(self.limit) if _is_timeout(cause) else _failed(type(cause).__name__)
            future.set_exception(SourceUnavailableError(self.source, reason))

    def _fetch(self, query: str, parameters: Mapping[str, str]) -> Rows:
        with self._engine.connect() as connection:
            result = connection.execute(text(query), dict(parameters))
            rows: Sequence[Any] = result.mappings().fetchmany(MOST_ROWS)
            return [dict(row) for row in rows]


def _engine(configuration: SourceConfiguration, limit: float) -> Engine:
    source = configuration.card.id
    try:
        parsed = make_url(configuration.url)
        if parsed.password is not None:
            raise ConfigurationError(
                f"source {source}: its url holds a password: put it into a file of its own and name that password_file"
            )
        if configuration.password_file:
            parsed = parsed.set(password=_password(source, configuration.password_file))
        dialect = parsed.get_backend_name()
        if dialect == "sqlite":
            return _sqlite(parsed.database or "", limit)
        engine = create_engine(
            parsed, pool_pre_ping=True, pool_size=CONNECTIONS, pool_timeout=limit, hide_parameters=True
        )
    except ConfigurationError:
        raise
    except (ArgumentError, SQLAlchemyError, ImportError, ValueError) as error:
        raise ConfigurationError(
            f"source {source}: its url cannot be used ({type(error).__name__}):"
            " check its form and the installed drivers"
        ) from None
    statements = _READ_ONLY.get(dialect)
    if statements is None and not configuration.read_only_account:
        raise ConfigurationError(
            f"source {source}: Keiki cannot make {dialect} connections read-only itself: use an account that may only"
            " read, and say so with read_only_account = true"
        )

    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for statement in statements or ():
            cursor.execute(statement.format(milliseconds=int(limit * 1000)))
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", prepare)
    return engine


def _password(source: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(
            f"source {source}: its password_file cannot be read ({type(error).__name__}): check path and rights"
        ) from None


def _sqlite(path: str, limit: float) -> Engine:
    """Open the file anew for each question, so that a file that was taken away or replaced is noticed.

    Bytes that are not UTF-8 come as U+FFFD, which the reader of the row rejects; they do not cost the whole answer.
    """

    def connect() -> sqlite3.Connection:
        uri = f"file:{quote(path)}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=limit, check_same_thread=False)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        deadline = time.monotonic() + limit
        connection.set_progress_handler(lambda: int(time.monotonic() > deadline), 10_000)
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _is_timeout(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        waited = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT}
        return getattr(cause, "sqlite_errorcode", None) in waited
    return isinstance(cause, TimeoutError)


def _too_slow(limit: float) -> Text:
    return (
        f"{limit:g}秒以内に応答がありません。所有部署に確認してください。",
        f"no answer within {limit:g} s: ask its owner",
    )


def _busy() -> Text:
    return (
        "先の問い合わせが戻らないため、新たに問い合わせません。所有部署に確認してください。",
        "earlier questions have not come back, so it is not asked again yet: ask its owner",
    )


def _failed(kind: str) -> Text:
    return (
        f"問い合わせできません({kind})。サーバーの稼働と sources.toml の接続先・query を確認してください。",
        f"it could not be asked ({kind}): is the server up, are url and query in sources.toml right?",
    )
