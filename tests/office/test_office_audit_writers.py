"""One chain, whoever writes at once: processes on one database, killed in the middle, on both engines (ADR 0951)."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from office_engine import database_section
from office_rig import environment, run

from postgresql_engine import PostgreSQL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # the server may have to be installed first
WRITER = Path(__file__).parent / "audit_writer.py"


@pytest.fixture(params=["sqlite", "postgresql"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The data folder of an office on each engine."""
    folder = tmp_path / "office"
    folder.mkdir()
    if request.param == "postgresql":
        section = database_section(request.getfixturevalue("postgresql"), folder, "keiki_writers")
        (folder / "settings.toml").write_text(section, encoding="utf-8")
    made = run("office", "--data", folder, "init", "--json")
    assert made["exit"] == 0, made
    return folder


def writer(data: Path, name: str, acts: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(WRITER), str(data), name, str(acts)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())


def middle(data: Path) -> subprocess.Popen[str]:
    """A writer that stands in the middle of an act and holds everybody's turn."""
    held = writer(data, "held", 0)
    assert held.stdout
    assert held.stdout.readline() == "middle\n"
    return held


def test_a_database_that_is_not_there_is_said_in_both_languages(postgresql: PostgreSQL, tmp_path: Path) -> None:
    section = database_section(postgresql, tmp_path, "keiki_absent")
    (tmp_path / "settings.toml").write_text(section.replace(str(postgresql.port), "1"), encoding="utf-8")
    said = run("office", "--data", tmp_path, "init", "--json")
    assert (said["exit"], said["code"]) == (1, "database_unavailable")
    assert said["error"] == said["message"]["en"]
    assert "データベースを使えません" in said["message"]["ja"]
    assert postgresql.password not in str(said)


def test_processes_at_once_make_one_chain_although_one_is_killed_in_the_middle(data: Path) -> None:
    held = middle(data)
    writers = [writer(data, f"writer{number}", 20) for number in range(3)]
    time.sleep(1.0)
    held.kill()
    held.wait()
    assert [each.wait(60) for each in writers] == [0, 0, 0]
    for each in (held, *writers):
        assert each.stdout
        each.stdout.close()
    verdict = run("office", "--data", data, "audit", "verify", "--json", "--as", "監査")
    assert (verdict["exit"], verdict["findings"]) == (0, [])
    kept = run("office", "--data", data, "audit", "list", "--limit", "1000", "--json", "--as", "監査")
    written = [event["subject"] for event in kept["events"] if event["happened"] == "Written"]
    acts = [written[first : first + 3] for first in range(0, len(written), 3)]
    assert sorted(written) == sorted(f"writer{w}-{act}{part}" for w in range(3) for act in range(20) for part in "abc")
    assert all(act == [act[0][:-1] + part for part in "abc"] for act in acts), "no act is in the middle of another's"
