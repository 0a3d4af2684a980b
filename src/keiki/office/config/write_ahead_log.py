"""SQLite's write-ahead log beside the office's database: it holds what was erased until it is cut."""

from __future__ import annotations

from django.db import connection

from keiki.office.config.database import WAIT_SECONDS

READERS_MILLISECONDS = 200


def cut_write_ahead_log() -> bool:
    """Cut SQLite's write-ahead log to nothing, so that it holds nothing that was erased; return whether it was done.

    Waits a moment only for those who read: where somebody reads on, the next round tries again. PostgreSQL has no such
    file beside what its backups hold.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {READERS_MILLISECONDS}")
        try:
            (blocked, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    return not blocked
