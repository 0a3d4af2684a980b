"""Copy an office's SQLite database while people work, and bring a copy back. PostgreSQL has tools of its own.

A copy is one file, of one moment: SQLite's online backup reads it whole under one snapshot and holds up no writer. It
holds neither keys nor settings; ``docs/operations/office.md`` says what belongs beside it. What the office keeps
outside the database and can make anew (indexes of drops) is no part of it.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from keiki.foundation.files.drafts import make_draft
from keiki.office.config.folder import DataFolder
from keiki.office.refusal import Refusal

ASIDE = "before-restore"


class BackupRefused(Refusal):
    """No copy is made, or none is brought back; says why and what to do."""

    code = "backup_refused"


def back_up(data: DataFolder, out: Path) -> int:
    """Copy the database to ``out`` (mode 0600), which must not be there yet; return the copy's size in bytes."""
    _refuse_other_engine()
    if out.exists():
        raise BackupRefused(
            f"{out} はすでにあります。別の名前を指定するか、先に移してください",
            f"{out} exists already: choose another name, or move it away first",
        )
    draft = out.with_name(out.name + ".new")
    try:
        make_draft(draft, 0o600)
        with closing(_read_only(data.database)) as office, closing(sqlite3.connect(draft)) as copy:
            office.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        _refuse_unsound(draft)
        _sync(draft)
        draft.rename(out)
    finally:
        draft.unlink(missing_ok=True)
    return out.stat().st_size


def bring_back(data: DataFolder, file: Path, kek_id: str, now: datetime) -> list[Path]:
    """Put the copy ``file`` in the database's place and return where what was there before is now.

    Nothing may run on the folder. ``kek_id`` names the key that the folder has: credentials sealed under another one
    could not be opened. The checkpoints outside the database are moved aside too: they may know more than the copy.
    """
    _refuse_other_engine()
    if not file.is_file():
        raise BackupRefused(f"{file} がありません", f"there is no file {file}")
    _refuse_unsound(file)
    _refuse_newer(file)
    _refuse_other_key(file, kek_id)
    with (data.path / "worker.lock").open("w") as lock:
        _refuse_running(data, lock.fileno())
        draft = data.database.with_suffix(".new")
        make_draft(draft, 0o600)
        with closing(_read_only(file)) as copy, closing(sqlite3.connect(draft)) as fresh:
            copy.backup(fresh)
        _sync(draft)
        connection.close()
        aside = _move_aside(data, now)
        draft.rename(data.database)
    return aside


def _move_aside(data: DataFolder, now: datetime) -> list[Path]:
    """Move database, its log and the checkpoints' file out of the way, together under one name; nothing is deleted."""
    mark = f"{ASIDE}-{now:%Y%m%dT%H%M%SZ}"
    database = data.database
    moved = []
    for each in (*database.parent.glob(f"{database.name}*"), data.path / "audit" / "checkpoints.jsonl"):
        if each.exists() and ASIDE not in each.name:
            moved.append(each.rename(each.with_name(f"{mark}-{each.name}")))
    return sorted(moved)


def _refuse_other_engine() -> None:
    if connection.vendor != "sqlite":
        raise BackupRefused(
            "このデータベースは PostgreSQL です。pg_dump と pg_restore を使ってください(docs/operations/office.md)",
            "this office is on PostgreSQL: use pg_dump and pg_restore (docs/operations/office.md)",
        )


def _refuse_running(data: DataFolder, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise _running("ワーカー", "the worker") from None
    with suppress(OSError, ValueError, KeyError):
        os.kill(int(json.loads((data.path / "web.json").read_text())["pid"]), 0)
        raise _running("画面(web)", "the screens (web)")


def _running(ja: str, en: str) -> BackupRefused:
    return BackupRefused(f"{ja}が動いています。止めてから戻してください", f"{en} still run: stop them first")


def _refuse_unsound(file: Path) -> None:
    """Refuse a file that is no whole database of an office."""
    try:
        with closing(_read_only(file)) as copy:
            whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            copy.execute("SELECT position FROM audit_auditevent LIMIT 1")
    except sqlite3.Error:
        whole = False
    if not whole:
        raise BackupRefused(
            f"{file} は 業務システムのデータベースではないか、壊れています。別のバックアップを使ってください",
            f"{file} is no database of an office, or is damaged: use another backup",
        )


def _refuse_newer(file: Path) -> None:
    """Refuse a copy that a newer program made: its tables may be others."""
    with closing(_read_only(file)) as copy:
        applied = {(str(app), str(name)) for app, name in copy.execute("SELECT app, name FROM django_migrations")}
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    known = set(loader.disk_migrations) | replaced
    if any(app in loader.migrated_apps and (app, name) not in known for app, name in applied):
        raise BackupRefused(
            f"{file} は、より新しいプログラムのものです。先にプログラムを更新してください",
            f"{file} is of a newer program: update the program first",
        )


def _refuse_other_key(file: Path, kek_id: str) -> None:
    sealed = (
        "SELECT DISTINCT kek_id FROM credentials_routebcredential WHERE length(sealed_id) OR length(sealed_password)"
    )
    with closing(_read_only(file)) as copy:
        used = {str(name) for (name,) in copy.execute(sealed)}
    if used - {kek_id, ""}:
        raise BackupRefused(
            "バックアップの認証情報は別の鍵で封印されています。その鍵のフォルダー(keys)を先に戻してください",
            "the backup's credentials are sealed under another key: bring back the folder keys of that time first",
        )


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
