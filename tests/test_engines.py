"""The tests' own database servers: gone with the test run that started them, and said plainly where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engines import Absent, installed, without
from postgresql_engine import programs

STARTS = """
import time
from postgresql_engine import PostgreSQL
server = PostgreSQL()
print(server.folder, flush=True)
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_server_does_not_outlive_a_test_run_that_was_killed() -> None:
    try:
        installed(programs, "postgresql")
    except Absent as absent:
        without(absent)
    run = subprocess.Popen([sys.executable, "-c", STARTS], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)
    assert run.stdout
    folder = Path(run.stdout.readline().strip())
    server = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{server}").exists()
    run.kill()
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{server}").exists() or folder.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_who_may_not_install_a_server_is_told_how_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Absent, match=r"^Debian's postgresql is not installed.*apt install postgresql$"):
        installed(lambda: None, "postgresql")


def test_an_absent_server_skips_by_hand_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not there"):
        without(Absent("not there"))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="not there"):
        without(Absent("not there"))
