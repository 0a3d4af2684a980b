"""No process of the office works on a database of another version; one command brings an older one up to date."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
OFFICE = [sys.executable, "-m", "keiki.office", "--data"]
LANDED = Path(__file__).with_name("landed_office.sql")
"""An office's database as the last landed version left it: a contract, its design and its work order, all made up."""


def told(folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the answer of one command."""
    command = [*OFFICE, str(folder), "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=600)
    return done.returncode, json.loads(done.stdout or "{}")


def office(folder: Path) -> Path:
    """Make an office without its database."""
    assert told(folder, "init")[0] == 0
    for file in folder.glob("office.sqlite3*"):
        file.unlink()
    return folder


def landed(folder: Path) -> sqlite3.Connection:
    """Make an office of the last landed version; returns its database."""
    db = sqlite3.connect(office(folder) / "office.sqlite3", isolation_level=None)
    db.executescript(LANDED.read_text(encoding="utf-8"))
    return db


def kept(db: sqlite3.Connection, contracts: str = "contracts_servicecontract") -> list[int]:
    """Count what a utility must not lose."""
    tables = (
        contracts,
        "designs_design",
        "workorders_workorder",
        "credentials_routebcredential",
        "audit_auditevent",
    )
    return [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


@pytest.mark.parametrize("words", [("upgrade",), ("init",)])
def test_an_office_of_the_last_landed_version_is_upgraded_with_all_it_holds(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    db = landed(tmp_path)
    before = kept(db, "service_servicecontract")
    db.execute("UPDATE credentials_routebcredential SET communication_unit = 'tcr-033321042'")
    db.close()
    assert all(before)
    code, answer = told(tmp_path, *words)
    assert code == 0, answer
    assert told(tmp_path, "health")[1]["schema"] == "current"
    assert kept(sqlite3.connect(tmp_path / "office.sqlite3")) == before
    with closing(sqlite3.connect(tmp_path / "office.sqlite3")) as upgraded:
        units = upgraded.execute("SELECT communication_unit, unit_number FROM credentials_routebcredential").fetchall()
    assert units == [("tcr-033321042", "TCR033321042")], "the unit is found in every spelling"
    code, verdict = told(tmp_path, "audit", "verify")
    assert code == 0, verdict


def test_every_process_refuses_an_older_database_and_names_the_command(tmp_path: Path) -> None:
    assert told(tmp_path, "init")[0] == 0
    with sqlite3.connect(tmp_path / "office.sqlite3") as db:  # as if the newest migration had not been there
        db.execute("DELETE FROM django_migrations WHERE app = 'designs' AND name = '0007_lists'")
    for words in (("worker",), ("web",), ("session",), ("devices",), ("audit", "verify")):
        code, answer = told(tmp_path, *words)
        assert code == 1, words
        assert answer["code"] == "database_outdated", words
        assert "keiki office --data DIR upgrade" in answer["message"]["ja"]
        assert "keiki office --data DIR upgrade" in answer["message"]["en"]
    code, health = told(tmp_path, "health")
    assert (code, health["ready"], health["schema"]) == (1, False, "database_outdated")


def test_a_newer_database_is_refused_by_old_code_and_left_as_it_is(tmp_path: Path) -> None:
    assert told(tmp_path, "init")[0] == 0
    with sqlite3.connect(tmp_path / "office.sqlite3") as db:
        db.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('designs', '9999_later', '2030-01-01')")
        db.execute("DELETE FROM django_migrations WHERE app = 'designs' AND name = '0007_lists'")  # and one replaced
    for words in (("worker",), ("devices",), ("upgrade",), ("init",)):
        code, answer = told(tmp_path, *words)
        assert (code, answer["code"]) == (1, "database_newer"), words


def test_a_folder_without_tables_says_init(tmp_path: Path) -> None:
    code, answer = told(office(tmp_path), "devices")
    assert (code, answer["code"]) == (1, "database_absent")
    assert "init" in answer["error"]


def test_an_upgrade_waits_for_the_processes_to_be_stopped(tmp_path: Path) -> None:
    assert told(tmp_path, "init")[0] == 0
    (tmp_path / "settings.toml").write_text('[relay]\nurl = "nats://127.0.0.1:9"\n')  # nobody is there: it waits
    with subprocess.Popen([*OFFICE, str(tmp_path), "worker"], stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr
        while "worker started" not in worker.stderr.readline():
            assert worker.poll() is None
        code, answer = told(tmp_path, "upgrade")
        assert told(tmp_path, "health")[1]["worker"] == "runs"
        worker.kill()
    assert (code, answer["code"]) == (1, "still_at_work")
    assert told(tmp_path, "health")[1]["worker"] == "does not run"
    assert told(tmp_path, "upgrade") == (0, {"applied": []})
