"""One owner's database: read-only connections by any SQLAlchemy URL, told the time limit themselves.

SQLite files are opened by their own driver: each thread keeps its connection, and opens anew when another file stands
in the old one's place.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.access import DatabaseAccess
from keiki.office.sources.asking import MOST_ROWS, Changes, Parameters, Rows, Survey, blank_duplicate_columns
from keiki.office.sources.configuration import SourceConfiguration
from keiki.office.sources.engine import EngineConnections
from keiki.office.sources.errors import ConfigurationError
from keiki.office.sources.feed import read_feed
from keiki.office.sources.postgresql import PostgresqlConnections
from keiki.office.sources.sending import SentQuestion
from keiki.office.sources.sessions import has_secret, statements


class _Connections(Protocol):
    def rows(self, query: str, parameters: Parameters) -> Rows: ...

    def first(self, query: str) -> Rows: ...

    def close(self) -> None: ...


class DatabaseSource:
    """A configured source's database; ``limit`` is how long a question may take, in seconds.

    Raises :class:`ConfigurationError` when it cannot be used as it is configured.
    """

    def __init__(self, configuration: SourceConfiguration, access: DatabaseAccess, limit: float) -> None:
        self._configuration, self._access = configuration, access
        self._connections = _connections(configuration.card.id, access, limit)
        self.here = isinstance(self._connections, _SqliteFile)

    def rows(self, query: str, parameters: Parameters) -> Rows:
        """Return at most :data:`MOST_ROWS` rows. Blocks, and raises what the driver raises."""
        return self._connections.rows(query, parameters)

    def look_up(self, point: SupplyPoint) -> Rows:
        """Return the rows about a supply point."""
        return self.rows(self._access.query, {"key": self._configuration.key.write(point)})

    def send(self, point: SupplyPoint) -> SentQuestion | None:
        """Send the question about a supply point without waiting; ``None`` where only a thread can put it."""
        if not isinstance(self._connections, PostgresqlConnections):
            return None
        return self._connections.send(self._access.query, {"key": self._configuration.key.write(point)})

    def survey(self) -> Survey | None:
        """Count all rows and read the first; only reach the server where the owner allows no more."""
        if not self._access.survey:
            self.rows("SELECT 1", {})
            return None
        (counted,) = self.rows(f"SELECT count(*) AS pieces FROM ({self._access.survey}) AS survey", {})  # noqa: S608
        return Survey(int(str(counted["pieces"])), self._connections.first(self._access.survey))

    def is_empty(self) -> bool | None:
        """Ask whether the survey has any row."""
        if not self._access.survey:
            return None
        anything = f"SELECT CASE WHEN EXISTS ({self._access.survey}) THEN 1 ELSE 0 END AS anything"
        (found,) = self.rows(anything, {})
        return not found["anything"]

    def changes(self, cursor: str) -> Changes:
        """Ask the owner's change feed; without one any point may have changed."""
        if not self._access.changes:
            return Changes("", None)
        rows = self.rows(self._access.changes, {"cursor": cursor or self._access.first})
        return read_feed(self._configuration, cursor, rows)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        self._connections.close()


def _connections(source: str, access: DatabaseAccess, limit: float) -> _Connections:
    try:
        parsed = make_url(access.url)
        if has_secret(parsed):
            raise ConfigurationError(
                f"source {source}: url にパスワードがあります。別のファイルに置いて password_file で指定してください",
                f"source {source}: its url holds a password: put it into a file of its own and name that password_file",
            )
        if access.password_file:
            parsed = parsed.set(password=_password(source, access.password_file))
        if parsed.get_backend_name() == "sqlite":
            return _SqliteFile(parsed.database or "", limit)
        dialect = parsed.get_dialect()
        kind = PostgresqlConnections if dialect is PGDialect_psycopg else EngineConnections
        return kind(parsed, _opening_statements(source, access, dialect.name, limit), limit)
    except ConfigurationError:
        raise
    except (ArgumentError, SQLAlchemyError, ImportError, ValueError) as error:
        raise ConfigurationError(
            f"source {source}: url を使えません({type(error).__name__})。書き方と、ドライバーの導入を確かめてください",
            f"source {source}: its url cannot be used ({type(error).__name__}):"
            " check its form and the installed drivers",
        ) from None


def _password(source: str, path: str) -> str:
    try:
        if Path(path).stat().st_mode & 0o077:
            raise ConfigurationError(
                f"source {source}: password_file を他の人が読める状態です。chmod 600 で権限を直してください",
                f"source {source}: its password_file may be read by others: chmod 600 it",
            )
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationError(
            f"source {source}: password_file を読めません({type(error).__name__})。パスと権限を確かめてください",
            f"source {source}: its password_file cannot be read ({type(error).__name__}): check path and rights",
        ) from None


def _opening_statements(source: str, access: DatabaseAccess, dialect: str, limit: float) -> Sequence[str]:
    told = statements(dialect, limit)
    if told is None and not access.read_only_account:
        raise ConfigurationError(
            f"source {source}: {dialect} の接続は、Keikiからは読み取り専用にできません。"
            "読み取りだけを許された利用者で接続し、"
            "read_only_account = true と書いてください",
            f"source {source}: Keiki cannot make {dialect} connections read-only itself: use an account that may"
            " only read, and say so with read_only_account = true",
        )
    return told or ()


class _Opened:
    """One thread's connection to one file, with the moment at which its question must end."""

    def __init__(self, path: str, limit: float) -> None:
        found = os.stat(path)
        self.file = (found.st_dev, found.st_ino)
        self.deadline = time.monotonic() + limit
        uri = f"file:{quote(path)}?mode=ro"
        self.connection = sqlite3.connect(
            uri, uri=True, timeout=limit, check_same_thread=False, isolation_level=None, cached_statements=32
        )
        # Bytes that are not UTF-8 come as U+FFFD, which the reader of the row rejects; they do not cost the whole row.
        self.connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        self.connection.set_progress_handler(lambda: int(time.monotonic() > self.deadline), 10_000)


class _SqliteFile:
    """A SQLite file; a thread's connection is used again while the same file is there."""

    def __init__(self, path: str, limit: float) -> None:
        self._path, self._limit = path, limit
        self._mine = threading.local()

    def rows(self, query: str, parameters: Parameters) -> Rows:
        cursor = self._opened().connection.execute(query.replace("\\:", ":"), dict(parameters))
        names = blank_duplicate_columns(column[0] for column in cursor.description or ())
        found: Rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(MOST_ROWS)]
        cursor.close()
        return found

    def first(self, query: str) -> Rows:
        """Return the first rows; SQLite makes them one by one."""
        return self.rows(query, {})

    def _opened(self) -> _Opened:
        opened: _Opened | None = getattr(self._mine, "opened", None)
        if opened is not None:
            found = os.stat(self._path)
            if (found.st_dev, found.st_ino) == opened.file:
                opened.deadline = time.monotonic() + self._limit
                return opened
            opened.connection.close()
        self._mine.opened = opened = _Opened(self._path, self._limit)
        return opened

    def close(self) -> None:
        """Each thread's connection is closed with the thread."""
