"""What people and programs are told while the office cannot work: 503 with a time to come again, and the reason."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError

from keiki.office.outages import DATABASE_AWAY, DISK_FULL, name_of, outage_of

RIG = Path(__file__).with_name("outage_requests.py")
OFFICE = [sys.executable, "-m", "keiki.office", "--data"]
SETTINGS = '[web]\nurl = "http://localhost:8000"\n'
pytestmark = pytest.mark.timeout(900)
APART = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office's folder, ready to be copied."""
    folder = tmp_path_factory.mktemp("outages") / "office"
    subprocess.run([*OFFICE, folder, "init"], check=True, capture_output=True)
    (folder / "settings.toml").write_text(SETTINGS)
    return folder


def answers(made: Path, tmp_path: Path, happening: str) -> tuple[dict[str, Any], str]:
    folder = shutil.copytree(made, tmp_path / "office")
    done = subprocess.run([sys.executable, RIG, folder, happening], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found, done.stderr


def on_small_disk(made: Path, tmp_path: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run ``script`` where ``$OFFICE`` is a copy of the office on a file system of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    size = sum(file.stat().st_size for file in made.rglob("*") if file.is_file()) // 1024 + 2000
    mount = f"mount -t tmpfs -o size={size}k none {place}"
    if not shutil.which("unshare") or subprocess.run([*APART, mount], check=False, capture_output=True).returncode:
        pytest.skip("this machine gives no file system of one's own (unshare, tmpfs)")
    prepared = f"{mount} && cp -r {made} {place}/office && OFFICE={place}/office && {script}"
    return subprocess.run([*APART, prepared], capture_output=True, text=True, check=False)


def test_an_office_in_order_is_ready(made: Path, tmp_path: Path) -> None:
    told, _ = answers(made, tmp_path, "nothing")
    assert told["ready"]["status"] == 200, told["ready"]["text"]
    state = json.loads(told["ready"]["text"])
    assert state == {
        "ready": True,
        "database": "answers",
        "schema": "current",
        "disk": "takes writes",
        "worker": "does not run",
        "web": "does not run",
    }
    assert told["screen"]["status"] == 200
    assert told["api"]["status"] == 401


def test_a_database_that_does_not_answer_is_a_503_everywhere(made: Path, tmp_path: Path) -> None:
    told, logged = answers(made, tmp_path, "away")
    assert told["alive"]["status"] == 200
    for name in ("ready", "screen", "api"):
        assert told[name]["status"] == 503, told[name]
        assert int(told[name]["retry"]) > 0
    assert json.loads(told["ready"]["text"])["database"] == "database_unavailable"
    assert "The database does not answer" in told["screen"]["text"]
    assert told["api"]["type"].startswith("application/problem+json")
    assert json.loads(told["api"]["text"])["code"] == "database_unavailable"
    assert '"code": "database_unavailable"' in logged


@pytest.mark.slow
def test_a_full_disk_is_named_on_screen_in_the_log_and_in_health(made: Path, tmp_path: Path) -> None:
    said = on_small_disk(made, tmp_path, f'exec "{sys.executable}" "{RIG}" "$OFFICE" full')
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert told["alive"]["status"] == 200
    assert told["ready"]["status"] == 503
    assert json.loads(told["ready"]["text"])["disk"] == "full"
    assert told["screen"]["status"] == 503
    assert "The disk of Keiki is full" in told["screen"]["text"]
    assert '"code": "disk_full"' in said.stderr


@pytest.mark.slow
def test_a_full_disk_is_named_on_the_command_line(made: Path, tmp_path: Path) -> None:
    fill = "dd if=/dev/zero of=$OFFICE/filler bs=4096 2>/dev/null; "
    office = f'"{sys.executable}" -m keiki.office --data "$OFFICE" --json'
    act = "add-service-office --code north --name-ja 北 --name-en North"
    said = on_small_disk(made, tmp_path, f"{fill} {office} {act}; echo; {office} health")
    act_told, health_told = (json.loads(line) for line in said.stdout.split("\n") if line)
    assert act_told["code"] == "disk_full"
    assert "空き" in act_told["message"]["ja"]
    assert health_told["disk"] == "full"
    assert said.returncode == 1


def test_a_fault_of_ours_is_no_outage() -> None:
    import sqlite3

    def raised(statement: str) -> OperationalError:
        try:
            sqlite3.connect(":memory:").execute(statement)
        except sqlite3.Error as cause:
            error = OperationalError(*cause.args)
            error.__cause__ = cause
            return error
        raise AssertionError(statement)

    assert outage_of(raised("SELECT nothing")) is None
    assert outage_of(ProgrammingError("column")) is None
    assert outage_of(ValueError("x")) is None
    assert outage_of(OSError(28, "No space left on device")) is DISK_FULL
    assert outage_of(OperationalError("connection refused")) is DATABASE_AWAY
    assert name_of(OSError(28, "x")) == "disk_full"
    assert name_of(ValueError("somebody's name")) == "ValueError"
