"""Two of the town's owners on a real server: distribution, and construction, whose names and texts are Japanese."""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from keiki.bench.servers.servers import Servers
from mariadb_engine import MariaDB
from postgresql_engine import PostgreSQL

OWNERS = ("distribution", "construction")
NAME = "髙﨑　①郎ｱ"
"""Characters that EUC-JP and cp932 have from makers of machines, and Python's own EUC-JP has not."""


@dataclass
class Moved:
    """The owners' server, the account that Keiki is given there, and how its dialect says things."""

    server: PostgreSQL | MariaDB
    url: str
    password: str
    sleep: str
    writes: str
    running: str
    lock: str

    def text(self, servers: Servers, folder: Path) -> str:
        """The town's configuration, with the two owners on this server and a tight limit for all."""
        file = folder / "password"
        file.touch(mode=0o600)
        file.write_text(self.password + "\n")
        text = servers.sources_file.read_text(encoding="utf-8")
        for name in OWNERS:
            here = f'url = "sqlite:///{servers.folder.resolve().as_posix()}/{name}.db"'
            assert here in text
            text = text.replace(here, f'url = "{self.url}{name}"\npassword_file = "{file}"')
        return text.replace('timeout = "2s"', 'timeout = "1500ms"')


def tables(folder: Path, name: str) -> dict[str, tuple[Sequence[str], list[tuple[object, ...]]]]:
    """Every table of an owner's SQLite file: its columns and rows."""
    with closing(sqlite3.connect(folder / f"{name}.db")) as file:
        names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {}
        for table in names:
            cursor = file.execute(f'SELECT * FROM "{table}"')
            found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
        return found


def on_postgresql(server: PostgreSQL, folder: Path) -> Moved:
    """Construction keeps its texts in EUC-JP; the account may write, so that what holds it back is Keiki."""
    password = secrets.token_hex(8)
    databases = (*OWNERS, "plain_bytes")  # which a test of one of them adds
    server.say(
        *(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in databases), "DROP ROLE IF EXISTS keiki_reads"
    )
    server.say(f"CREATE ROLE keiki_reads LOGIN PASSWORD '{password}'")
    for name, encoding in zip(OWNERS, ("UTF8", "EUC_JP"), strict=True):
        server.say(f"CREATE DATABASE {name} OWNER keiki_reads TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")
        with server.connect(name, user="keiki_reads", password=password, client_encoding="utf8") as connection:
            for table, (columns, rows) in tables(folder, name).items():
                kinds = ", ".join(f'"{column}" {_kind(rows, at)}' for at, column in enumerate(columns))
                connection.execute(f'CREATE TABLE "{table}" ({kinds})')
                marks = ", ".join(["%s"] * len(columns))
                connection.cursor().executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
            connection.execute("CREATE TABLE names (name varchar(40))")
            connection.execute("INSERT INTO names VALUES (%s)", [NAME if name == "construction" else "x"])
    return Moved(
        server,
        f"postgresql+psycopg://keiki_reads@127.0.0.1:{server.port}/",
        password,
        "pg_sleep(20)",
        "WITH gone AS (DELETE FROM names) SELECT * FROM haiden_point WHERE spid = :key",
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'keiki_reads' AND state = 'active'",
        "LOCK TABLE haiden_point",
    )


def on_mariadb(server: MariaDB, folder: Path) -> Moved:
    """Construction keeps its texts in cp932."""
    password = secrets.token_hex(8)
    server.say(*(f"DROP DATABASE IF EXISTS {name}" for name in OWNERS), "DROP USER IF EXISTS keiki_reads@'127.0.0.1'")
    server.say(f"CREATE USER keiki_reads@'127.0.0.1' IDENTIFIED BY '{password}'")
    for name, charset in zip(OWNERS, ("utf8mb4", "cp932"), strict=True):
        server.say(f"CREATE DATABASE {name} CHARACTER SET {charset}")
        server.say(f"GRANT ALL ON {name}.* TO keiki_reads@'127.0.0.1'")
        with server.connect(name) as connection, connection.cursor() as cursor:
            for table, (columns, rows) in tables(folder, name).items():
                kinds = ", ".join(f"`{column}` {_kind(rows, at)}" for at, column in enumerate(columns))
                cursor.execute(f"CREATE TABLE `{table}` ({kinds})")
                cursor.executemany(f"INSERT INTO `{table}` VALUES ({', '.join(['%s'] * len(columns))})", rows)
            cursor.execute("CREATE TABLE names (name varchar(40))")
            cursor.execute("INSERT INTO names VALUES (%s)", [NAME])
    server.say(
        "CREATE FUNCTION empties() RETURNS int MODIFIES SQL DATA BEGIN DELETE FROM names; RETURN 1; END",
        database="distribution",
    )
    return Moved(
        server,
        f"mysql+pymysql://keiki_reads@127.0.0.1:{server.port}/",
        password,
        "sleep(20)",
        "SELECT haiden_point.*, empties() FROM haiden_point WHERE spid = :key",
        "SELECT count(*) FROM information_schema.processlist WHERE user = 'keiki_reads' AND command = 'Query'",
        "LOCK TABLE haiden_point WRITE",
    )


def query_of(text: str, owner: str) -> str:
    """The line of an owner's query in the configuration."""
    section = text[text.index(f'id = "{owner}"') :]
    found = re.search(r'^query = "(.*)"$', section, re.M)
    assert found
    return found[1]


def _kind(rows: Sequence[Sequence[object]], at: int) -> str:
    numbers = all(isinstance(row[at], int) for row in rows)
    return "decimal(22)" if numbers else "varchar(100)"
