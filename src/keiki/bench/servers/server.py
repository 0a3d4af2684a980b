"""One data server: a database file that can be down (its file is away) or slow (its file is locked by someone else)."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


class DataServer:
    """A data server in a folder. Its own writes go through :meth:`transaction`, whatever state it shows to others."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._up = folder / f"{name}.db"
        self._away = folder / f"{name}.db.down"
        self._lock = threading.RLock()
        self._holder: sqlite3.Connection | None = None

    @property
    def is_down(self) -> bool:
        """Whether nobody can reach the server."""
        return self._away.exists()

    @property
    def is_slow(self) -> bool:
        """Whether whoever asks now has to wait."""
        return self._holder is not None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes are committed together, or not at all when the block raises."""
        with self._lock:
            slow = self.is_slow
            self.quick()
            path = self._away if self.is_down else self._up
            try:
                with closing(sqlite3.connect(path, timeout=10)) as connection, connection:
                    yield connection
            finally:
                if slow:
                    self.slow()

    def down(self) -> None:
        """Take the server away; nothing happens if it is down already."""
        with self._lock:
            self.quick()
            if not self.is_down:
                self._up.rename(self._away)

    def up(self) -> None:
        """Bring the server back; nothing happens if it is up."""
        with self._lock:
            if self.is_down:
                self._away.rename(self._up)

    def slow(self) -> None:
        """Make everybody wait: hold the file's exclusive lock until :meth:`quick`."""
        with self._lock:
            if self._holder is None and not self.is_down:
                self._holder = sqlite3.connect(self._up, timeout=10, check_same_thread=False, isolation_level=None)
                self._holder.execute("BEGIN EXCLUSIVE")

    def quick(self) -> None:
        """Let the waiting ones in."""
        with self._lock:
            if self._holder is not None:
                self._holder.close()
                self._holder = None
