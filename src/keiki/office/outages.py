"""What is no fault of the program: the database does not answer, a disk is full, the schema is of another version.

An outage ends by itself or by an operator's hand; whoever asks comes again later. Everything else that a database
raises is a fault of ours.
"""

from __future__ import annotations

import errno
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

from keiki.foundation.text.bilingual import Bilingual

_SQLITE_FULL = 13
_SQLITE_AWAY = {3, 5, 6, 8, 10, 14, 15, 26}
"""Result codes of SQLite that speak of the file or of others who use it: permission, busy, locked, read-only,
I/O error, cannot open, lock protocol, not a database (sqlite.org/rescode.html)."""
_PG_FULL = "53100"
PROBE_BYTES = 65536


@dataclass(frozen=True)
class Outage:
    """What is out of order: a code for programs and logs, a sentence for people, and when to come again."""

    code: str
    sentence: Bilingual
    retry_seconds: int


DISK_FULL = Outage(
    "disk_full",
    Bilingual(
        ja="Keikiのディスクに空きがないため、保存できません。何も変更されていません。"
        "管理者に空きを作るよう知らせてください。",
        en="The disk of Keiki is full, so nothing can be saved. Nothing was changed. "
        "Tell the administrator to make room.",
    ),
    120,
)
DATABASE_AWAY = Outage(
    "database_unavailable",
    Bilingual(
        ja="データベースが応答しないため、いま処理できません。何も変更されていません。"
        "少し待ってからもう一度お試しください。",
        en="The database does not answer, so this cannot be done now. Nothing was changed. "
        "Wait a little, then try again.",
    ),
    30,
)
SCHEMA = Outage(
    "database_outdated",
    Bilingual(
        ja="データベースの版がプログラムと合いません。管理者が業務システムの upgrade を実行するまで使えません。",
        en="The database is not of this program's version. It works again once the administrator has run "
        "the office's upgrade.",
    ),
    300,
)


def outage_of(error: BaseException | None) -> Outage | None:
    """Return the outage that ``error`` tells of, or None where it is something else.

    A full disk shows as many an error (SQLite cannot grow its shared memory, for one), so it is tried.
    """
    found = _outage_by_code(error)
    if found is DATABASE_AWAY and settings.DATA and disk_is_full(settings.DATA.path):
        return DISK_FULL
    return found


def _outage_by_code(error: BaseException | None) -> Outage | None:
    if isinstance(error, OSError):
        return DISK_FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else None
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return DISK_FULL if code == _SQLITE_FULL else DATABASE_AWAY if code in _SQLITE_AWAY else None
    if getattr(cause, "sqlstate", None) == _PG_FULL:
        return DISK_FULL
    return DATABASE_AWAY if isinstance(error, OperationalError | InterfaceError) else None


def disk_is_full(folder: Path) -> bool:
    """Whether nothing more can be written into ``folder``: tried, because free space is not always one's own."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
    except OSError as error:
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return False


def name_of(error: BaseException) -> str:
    """Return what a log calls an error: the outage's code, else the kind of error. Never its text: it may hold data."""
    outage = outage_of(error)
    return outage.code if outage else type(error).__name__
