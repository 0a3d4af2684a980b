"""An SQLite office is copied while people work and brought back, with the lines that the operator reads."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from office_rig import ROOT, run
from test_office_audit_busy import busy

from keiki.protocols.sealing.identity import Identity

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
PAGE = (ROOT / "docs" / "operations" / "office.md").read_text("utf-8").partition("## On PostgreSQL")[0]
LINES = re.findall(r"^    \./keiki office (--data /srv/keiki-office .*)$", PAGE, re.MULTILINE)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where ``/srv`` of the page is: an office with an enrolled device, and a folder for backups."""
    (tmp_path / "backup").mkdir()
    office(tmp_path, "init")
    enrol(tmp_path, "HHD-01")
    return tmp_path


def office(place: Path, *words: str | Path, folder: str = "keiki-office") -> dict[str, Any]:
    return run("office", "--data", place / folder, *words, "--json", "--as", "運用")


def enrol(place: Path, name: str) -> None:
    card = place / f"{name}.json"
    card.write_text(Identity.generate("handheld", name).card.to_json())
    assert office(place, "enrol", "--card", card, "--role", "handheld")["exit"] == 0


def documented(place: Path, command: str) -> dict[str, Any]:
    (line,) = [line for line in LINES if f" {command}" in line]
    words = line.replace("/srv", str(place)).split()
    return run("office", *words, "--json", "--as", "運用")


def names(place: Path, folder: str = "keiki-office") -> list[str]:
    return [each["name"] for each in office(place, "devices", folder=folder)["devices"]]


def test_it_is_copied_while_people_write_and_brought_back_as_documented(place: Path) -> None:
    with busy(place / "keiki-office", "write", 200) as writer:
        made = documented(place, "backup")
        assert made["exit"] == 0, made
        assert writer.poll() is None, "the copy was made beside a writer"
        writer.terminate()
    copy = place / "backup" / "office.sqlite3"
    assert copy.stat().st_mode & 0o777 == 0o600
    enrol(place, "HHD-02")
    assert office(place, "audit", "checkpoint")["exit"] == 0
    restored = documented(place, "restore")
    assert restored["exit"] == 0, restored
    verdict = documented(place, "audit verify")
    assert (verdict["exit"], verdict["intact"], verdict["findings"]) == (0, True, [])
    assert names(place) == ["HHD-01"]
    happened = [event["happened"] for event in office(place, "audit", "list", "--limit", "5")["events"]]
    assert happened[-1] == "BackupRestored"
    aside = [Path(each) for each in restored["moved_aside"]]
    (before,) = [each for each in aside if each.name.endswith("office.sqlite3")]
    with closing(sqlite3.connect(before)) as old:
        assert old.execute("SELECT count(*) FROM keys_enrolleddevice").fetchone() == (2,)
    (checkpoints,) = [each for each in aside if each.suffix == ".jsonl"]
    lacking = office(place, "audit", "verify", "--checkpoints", checkpoints)
    assert {each["damage"] for each in lacking["findings"]} >= {"checkpoint_missing"}
    assert office(place, "audit", "checkpoint")["exit"] == 0


def test_it_is_brought_back_on_a_new_host_with_the_keys(place: Path) -> None:
    documented(place, "backup")
    office(place, "init", folder="new-host")
    shutil.rmtree(place / "new-host" / "keys")
    shutil.copytree(place / "keiki-office" / "keys", place / "new-host" / "keys")
    file = place / "backup" / "office.sqlite3"
    assert office(place, "restore", "--file", file, folder="new-host")["exit"] == 0
    assert office(place, "audit", "verify", folder="new-host")["intact"] is True
    assert names(place, "new-host") == ["HHD-01"]


@pytest.fixture
def copy(place: Path) -> Path:
    assert documented(place, "backup")["exit"] == 0
    return place / "backup" / "office.sqlite3"


def test_links_at_the_drafts_of_a_backup_and_of_what_is_brought_back_lead_nowhere(place: Path) -> None:
    elsewhere, out = place / "elsewhere", place / "backup" / "office.sqlite3"
    elsewhere.write_text("somebody's file")
    out.with_name(f"{out.name}.new").symlink_to(elsewhere)
    assert documented(place, "backup")["exit"] == 0
    (place / "keiki-office" / "office.new").symlink_to(elsewhere)
    assert documented(place, "restore")["exit"] == 0
    assert elsewhere.read_text() == "somebody's file"
    assert not out.is_symlink()
    assert names(place) == ["HHD-01"]


def test_a_copy_is_never_overwritten(place: Path, copy: Path) -> None:
    before = copy.read_bytes()
    assert (refused := documented(place, "backup"))["exit"] == 1
    assert "すでにあります" in refused["message"]["ja"]
    assert copy.read_bytes() == before


def _damaged(file: Path) -> Iterator[str]:
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(os.urandom(8192))
    yield "damaged"


def _cut(file: Path) -> Iterator[str]:
    os.truncate(file, file.stat().st_size // 2)
    yield "damaged"


def _other(file: Path) -> Iterator[str]:
    file.write_bytes(b"not a database" * 100)
    yield "damaged"


def _newer(file: Path) -> Iterator[str]:
    with closing(sqlite3.connect(file)) as opened, opened:
        opened.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '9999_later', '2030-01-01')"
        )
    yield "newer program"


def _other_key(file: Path) -> Iterator[str]:
    with closing(sqlite3.connect(file)) as opened, opened:
        columns = [
            row[1] for row in opened.execute("PRAGMA table_info(credentials_routebcredential)") if row[1] != "id"
        ]
        given = {"sealed_id": b"x", "sealed_password": b"y", "kek_id": "0" * 16, "generation": 1, "id_since": 1}
        values = [given.get(name, 0 if name == "nobody_holds" else "") for name in columns]
        marks = ", ".join("?" * len(columns))
        opened.execute(f"INSERT INTO credentials_routebcredential ({', '.join(columns)}) VALUES ({marks})", values)
    yield "another key"


def _running_worker(file: Path) -> Iterator[str]:
    with (file.parents[1] / "keiki-office" / "worker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield "worker still run"


def _running_web(file: Path) -> Iterator[str]:
    (file.parents[1] / "keiki-office" / "web.json").write_text(json.dumps({"pid": os.getpid()}))
    yield "screens"


TROUBLES = (_damaged, _cut, _other, _newer, _other_key, _running_worker, _running_web)


def test_what_cannot_be_brought_back_changes_nothing(place: Path, copy: Path) -> None:
    enrol(place, "HHD-02")
    for number, trouble in enumerate(TROUBLES):
        own = copy.with_name(f"{number}.sqlite3")
        shutil.copy(copy, own)
        happening = trouble(own)
        says = next(happening)
        refused = office(place, "restore", "--file", own)
        assert refused["exit"] == 1, (trouble, refused)
        assert says in refused["message"]["en"], trouble
        assert not list((place / "keiki-office").glob("before-restore*")), trouble
        list(happening)
    assert names(place) == ["HHD-01", "HHD-02"]
