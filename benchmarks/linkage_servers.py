"""Five throw-away PostgreSQL servers, one for each owner, with the rows of the five SQLite files.

Debian's server programs are looked for in ``/usr/lib/postgresql``; root starts them as the user ``postgres``. Each
server listens on a free port of this machine and is gone, with its data, at the end.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from keiki.bench.snapshots.databases import TABLES

_SETTINGS = (
    "fsync=off",
    "shared_buffers=128MB",
    "max_wal_size=4GB",
    "max_connections=60",
    "listen_addresses=127.0.0.1",
)
_TYPES = {"text": "TEXT", "integer": "BIGINT"}


def programs() -> Path:
    """Return the folder of the newest server's programs."""
    found = [each for each in Path("/usr/lib/postgresql").glob("*/bin") if (each / "initdb").exists()]
    if not found:
        raise SystemExit("no PostgreSQL server is installed: the package postgresql has it")
    return max(found, key=lambda each: float(each.parent.name))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One owner's server."""

    def __init__(self, owner: str, folder: Path) -> None:
        self.owner, self.port = owner, free_port()
        self._user = "postgres" if os.geteuid() == 0 else None
        self._data, self._programs = folder / owner, programs()
        make = [str(self._programs / "initdb"), "-D", str(self._data), "-U", "keiki", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*make, "--no-locale", "--no-sync"], check=True, capture_output=True, user=self._user)
        self.start()

    @property
    def url(self) -> str:
        """The address as ``sources.toml`` has it."""
        return f"postgresql+psycopg://keiki@127.0.0.1:{self.port}/postgres"

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """Log in; every statement is a transaction of its own."""
        return psycopg.connect(f"host=127.0.0.1 port={self.port} user=keiki dbname=postgres", autocommit=True)

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port), "-k", ""]
        command += [part for setting in _SETTINGS for part in ("-c", setting)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet, user=self._user)
        for _ in range(300):
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise SystemExit(f"the server of {self.owner} does not start")

    def stop(self) -> None:
        """End it at once: from now on connections are refused."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it hang: connections are taken, and nothing is ever answered."""
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
        everyone = [parent, *map(int, children)]
        for each in everyone:
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in reversed(everyone):
                os.kill(each, signal.SIGCONT)

    def load(self, file: Path) -> None:
        """Take over the tables of a SQLite file, with an index on the owner's key."""
        table, key = TABLES[self.owner]
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source, self.connect() as target:
            for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if name.startswith("sqlite_"):
                    continue
                rows = source.execute(f'SELECT * FROM "{name}"')
                columns = [column[0] for column in rows.description]
                kinds = ", ".join(f'typeof(max("{column}"))' for column in columns)
                types = source.execute(f'SELECT {kinds} FROM (SELECT * FROM "{name}" LIMIT 1000)').fetchone()
                pairs = zip(columns, types, strict=True)
                shown = ", ".join(f'"{column}" {_TYPES[kind]}' for column, kind in pairs)
                target.execute(f'CREATE UNLOGGED TABLE "{name}" ({shown})'.encode())
                with target.cursor().copy(f'COPY "{name}" FROM STDIN'.encode()) as copy:
                    for row in rows:
                        copy.write_row(row)
            target.execute(f'CREATE INDEX ON "{table}" ("{key}")'.encode())
            target.execute("VACUUM ANALYZE")


@contextmanager
def servers(folder: Path, text: str) -> Iterator[tuple[dict[str, Server], str]]:
    """Yield the five servers, loaded from ``folder``, and ``sources.toml`` with their addresses.

    PostgreSQL folds names to small letters, so those with capitals stand in double quotes there.
    """
    home = Path(tempfile.mkdtemp(prefix="linkage-servers-"))
    running: dict[str, Server] = {}
    try:
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        for owner in TABLES:
            running[owner] = Server(owner, home)
            running[owner].load(folder / f"{owner}.db")
            text = text.replace(f"sqlite:///{folder / owner}.db", running[owner].url)
        if "sqlite:" in text:
            raise SystemExit("sources.toml names other files than those of its folder")
        yield running, re.sub(r'"""\n.*?"""', lambda query: _quoted(query[0]), text, flags=re.DOTALL)
    finally:
        for server in running.values():
            server.stop()
        shutil.rmtree(home)


def _quoted(query: str) -> str:
    """Put quotes around the customer system's names in a query of the town's ``sources.toml``."""
    return re.sub(r"\b([A-Z]+_[A-Z_]+)\b", r'"\1"', query)
