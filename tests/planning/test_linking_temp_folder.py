"""Rows that wait on disk name supply points: they go with their run, also when it is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from keiki.planning.linking.temp_folder import temp_folder

RUN = """
import sys, time
from pathlib import Path
from keiki.planning.linking.temp_folder import temp_folder
with temp_folder(Path(sys.argv[1])) as room:
    (room / "0.rows").write_text("0600121789396435141107")
    time.sleep(60)
"""


def another_run(folder: Path) -> subprocess.Popen[bytes]:
    before = len(list(folder.glob(".linking-*/0.rows")))
    run = subprocess.Popen([sys.executable, "-c", RUN, str(folder)])
    end = time.monotonic() + 20
    while len(list(folder.glob(".linking-*/0.rows"))) == before:
        assert time.monotonic() < end
        time.sleep(0.01)
    return run


def test_a_run_leaves_nothing_and_shows_nobody_what_waits(tmp_path: Path) -> None:
    with temp_folder(tmp_path) as room:
        assert room.stat().st_mode & 0o077 == 0
        (room / "0.rows").write_text("row")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next_and_a_run_under_way_is_let_alone(tmp_path: Path) -> None:
    killed, other = another_run(tmp_path), another_run(tmp_path)
    try:
        killed.kill()
        killed.wait()
        assert len(list(tmp_path.glob(".linking-*/0.rows"))) == 2
        with temp_folder(tmp_path) as room:
            assert len(list(tmp_path.glob(".linking-*/0.rows"))) == 1
            assert room.exists()
    finally:
        other.kill()
        other.wait()
