"""A file that one process owns is brought up to date when it is opened, and left alone where it is newer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from keiki.foundation.files.sqlite_schema import FileNewer, bring_up_to_date

STEPS = ("CREATE TABLE IF NOT EXISTS act (at INTEGER);", "ALTER TABLE act ADD COLUMN name TEXT;")


def opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_a_file_without_a_number_keeps_its_rows_and_gets_what_it_lacks(tmp_path: Path) -> None:
    db = opened(tmp_path / "journal")
    db.executescript("CREATE TABLE act (at INTEGER); INSERT INTO act VALUES (7);")
    bring_up_to_date(db, tmp_path, STEPS)
    bring_up_to_date(db, tmp_path, STEPS)
    assert db.execute("SELECT * FROM act").fetchall() == [(7, None)]
    assert version(db) == 2


def test_a_step_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    db = opened(tmp_path / "journal")
    bring_up_to_date(db, tmp_path, STEPS[:1])
    with pytest.raises(sqlite3.Error):
        bring_up_to_date(db, tmp_path, (*STEPS, "ALTER TABLE nothing ADD COLUMN x;"))
    assert not db.in_transaction
    assert version(db) == 1
    assert len(db.execute("PRAGMA table_info(act)").fetchall()) == 1


def test_a_newer_file_is_refused_in_both_languages_and_left_alone(tmp_path: Path) -> None:
    db = opened(tmp_path / "journal")
    db.execute("PRAGMA user_version = 9")
    with pytest.raises(FileNewer) as refused:
        bring_up_to_date(db, tmp_path / "journal", STEPS)
    assert "format 9, this program knows up to 2" in refused.value.text.en
    assert "新しい版の Keiki" in refused.value.text.ja
    assert version(db) == 9
    assert db.execute("SELECT * FROM sqlite_master").fetchall() == []
