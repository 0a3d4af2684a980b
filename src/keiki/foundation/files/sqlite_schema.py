"""The version of a SQLite file that one process owns: brought up to date when it is opened, refused if it is newer.

The version is SQLite's own ``user_version``. Step *n* leads from version *n* - 1 to *n*; all that are missing are done
in one transaction, so a process that dies half-way leaves the file as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from keiki.foundation.text.bilingual import Bilingual


class FileNewer(Exception):  # noqa: N818 - an answer, not a fault
    """A file was written by a newer version of the program; ``text`` says what to do."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        self.text = Bilingual(
            ja=f"{path} はこのプログラムより新しい版(形式 {found}、このプログラムは {known} まで)で書かれています。"
            "新しい版の Keiki を使うか、その前のバックアップを戻してください",
            en=f"{path} was written by a newer version (format {found}, this program knows up to {known}): "
            "use the newer Keiki, or bring back a backup from before",
        )
        super().__init__(self.text.en)


def bring_up_to_date(db: sqlite3.Connection, path: Path, steps: Sequence[str]) -> None:
    """Do the steps that the file lacks; raises :class:`FileNewer`. ``db`` is in no transaction."""
    found = check_not_newer(db, path, len(steps))
    if found < len(steps):
        script = "\n".join(steps[found:])
        try:
            db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {len(steps)};\nCOMMIT;")
        except sqlite3.Error:
            if db.in_transaction:
                db.rollback()
            raise


def check_not_newer(db: sqlite3.Connection, path: Path, known: int) -> int:
    """Return the file's version; raises :class:`FileNewer` if it is above ``known``."""
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found > known:
        raise FileNewer(path, found, known)
    return int(found)
