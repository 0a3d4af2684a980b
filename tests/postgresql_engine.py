"""A throw-away PostgreSQL of Debian's, from version 15 on: one cluster in a temporary folder, without fsync."""

from __future__ import annotations

import os
import secrets
import signal
from pathlib import Path
from typing import Any

import psycopg

from engines import Engine, installed

OLDEST = 15


def programs() -> Path | None:
    """Return the folder of the newest server programs of a version that the office runs on."""
    folders = {
        int(path.parent.name): path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if path.parent.name.isdigit() and (path / "initdb").exists() and (path / "postgres").exists()
    }
    newest = max(folders, default=0)
    return folders[newest] if newest >= OLDEST else None


class PostgreSQL(Engine):
    """The cluster; ``admin`` is its superuser, whose password is ``password``."""

    def __init__(self) -> None:
        """Make and start it. Raises :class:`engines.Absent`."""
        found = installed(programs, "postgresql")
        super().__init__("postgresql", "postgres" if os.geteuid() == 0 else None, signal.SIGQUIT)
        self.admin, self.password = "admin", secrets.token_hex(12)
        given = self.folder / "given"
        given.write_text(self.password)
        given.chmod(0o644)  # in a folder of mode 0700
        data = str(self.folder / "data")
        make = [str(found / "initdb"), "-D", data, "-U", self.admin, "-A", "scram-sha-256", "--pwfile", str(given)]
        self.prepare([*make, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "shared_buffers": "32MB",
            "max_connections": 60,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.keep([str(found / "postgres"), "-D", data, *settings])
        self.start()

    def connect(self, database: str = "postgres", **given: Any) -> psycopg.Connection[tuple[Any, ...]]:
        """Log in as the superuser, or as ``given`` says; every statement is its own transaction."""
        login = {"user": self.admin, "password": self.password, **given}
        return psycopg.connect(host="127.0.0.1", port=self.port, dbname=database, autocommit=True, **login)

    def say(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the superuser."""
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def answers(self) -> bool:
        """Whether the superuser can log in."""
        try:
            self.connect(connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True
