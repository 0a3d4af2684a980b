"""Which database engine the office's tests run on: SQLite, or PostgreSQL where ``KEIKI_TEST_DATABASE`` says so."""

from __future__ import annotations

import atexit
import os
from pathlib import Path

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from postgresql_engine import PostgreSQL

POSTGRESQL = os.environ.get("KEIKI_TEST_DATABASE", "sqlite") == "postgresql"


def choose(folder: Path) -> None:
    """Write the settings of an office whose data folder is ``folder``; on PostgreSQL start the server first."""
    if POSTGRESQL:
        server = PostgreSQL()
        atexit.register(server.stop)
        (folder / "settings.toml").write_text(database_section(server, folder), encoding="utf-8")


def database_section(server: PostgreSQL, folder: Path, name: str = "keiki") -> str:
    """Make the office's account and return the settings by which it logs in, as an operator would write them."""
    password = folder / "database-password"
    folder.mkdir(exist_ok=True)
    password.touch(mode=0o600)
    password.write_text(server.password)
    server.say(
        f"CREATE ROLE {name} LOGIN CREATEDB PASSWORD '{server.password}'",
        f"CREATE DATABASE {name} OWNER {name}",
    )
    return (
        f'[database]\nengine = "postgresql"\nhost = "127.0.0.1"\nport = {server.port}\n'
        f'name = "{name}"\nuser = "{name}"\npassword_file = "{password.name}"\n'
    )


def everything_kept() -> bytes:
    """Return all that the database holds: SQLite's files as they are, every value of every table of PostgreSQL's."""
    with connection.cursor() as cursor:
        if not POSTGRESQL:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            name = Path(connection.settings_dict["NAME"])
            return b"".join(file.read_bytes() for file in name.parent.glob(f"{name.name}*"))
        kept = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            kept += [_bytes(value) for row in cursor.fetchall() for value in row]
        return b"\n".join(kept)


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def name_test_database(default: BaseDatabaseWrapper, folder: Path) -> None:
    """Keep the tests' SQLite file in ``folder``; PostgreSQL's needs no name."""
    if not POSTGRESQL:
        default.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")
