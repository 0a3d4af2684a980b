"""A throw-away MariaDB of Debian's in a temporary folder; it also speaks for MySQL, whose protocol it keeps."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
from pathlib import Path
from typing import Any

import pymysql

from engines import Engine, installed

SERVER = Path("/usr/sbin/mariadbd")
TABLES = ("system_tables", "system_tables_data")
"""What Debian's ``mariadb-install-db`` makes first of all; its helpers are in another package."""


def server() -> Path | None:
    """Return the server's program."""
    return SERVER if SERVER.exists() else None


def _shared(name: str) -> list[Path]:
    found = [*Path("/usr/share/mysql").glob(f"*_{name}.sql"), *Path("/usr/share/mariadb").glob(f"*_{name}.sql")]
    return found[:1]


class MariaDB(Engine):
    """The server; ``admin`` may do everything, with ``password``."""

    def __init__(self) -> None:
        """Make and start it. Raises :class:`engines.Absent`."""
        found = installed(server, "mariadb-server-core")
        user = "nobody" if os.geteuid() == 0 else None
        super().__init__("mariadb", user, signal.SIGTERM)
        self.admin, self.password = "admin", secrets.token_hex(12)
        data = self.folder / "data"
        data.mkdir()
        if user:
            shutil.chown(data, user)
        small = ["--no-defaults", f"--datadir={data}", "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M"]
        tables = "".join(path.read_text(encoding="utf-8") for name in TABLES for path in _shared(name))
        self.prepare([str(found), *small, "--bootstrap"], f"CREATE DATABASE mysql;\nUSE mysql;\n{tables}\n")
        given = self.folder / "given.sql"
        given.write_text(
            f"CREATE USER IF NOT EXISTS '{self.admin}'@'127.0.0.1' IDENTIFIED BY '{self.password}';\n"
            f"GRANT ALL ON *.* TO '{self.admin}'@'127.0.0.1' WITH GRANT OPTION;\n"
        )
        given.chmod(0o644)  # in a folder of mode 0700
        options = ["--bind-address=127.0.0.1", f"--port={self.port}", f"--socket={self.folder / 'socket'}"]
        options += [f"--init-file={given}", "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve"]
        self.keep([str(found), *small, *options])
        self.start()

    def connect(self, database: str | None = None) -> pymysql.Connection[Any]:
        """Log in as the administrator; every statement is its own transaction."""
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.admin,
            password=self.password,
            database=database,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=5,
        )

    def say(self, *statements: str, database: str | None = None) -> None:
        """Run statements as the administrator."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def answers(self) -> bool:
        """Whether the administrator can log in."""
        try:
            self.connect().close()
        except pymysql.err.OperationalError:
            return False
        return True
