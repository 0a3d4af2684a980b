"""SQLite's write-ahead log beside the office's database: it holds what was erased until it is cut, and it grows."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from keiki.office.config.database import WAIT_SECONDS, WAL_BYTES

READERS_MILLISECONDS = 200


def cut_write_ahead_log() -> bool:
    """Take the log over into the database and cut it to nothing; return whether it was done.

    SQLite does so by itself only in a moment when nobody reads, which on a busy office hardly comes. This one waits a
    moment for those who read, and as long as a writer waits for its turn where the log has grown past four times
    :data:`~keiki.office.config.database.WAL_BYTES`; else the next round tries again. PostgreSQL has no such file beside
    what its backups hold.
    """
    if connection.vendor != "sqlite":
        return True
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    large = log.exists() and log.stat().st_size > 4 * WAL_BYTES
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000 if large else READERS_MILLISECONDS}")
        try:
            (blocked, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    return not blocked
