"""A ready file speaks for the process that wrote it, and for no other that has its number."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from keiki.foundation.processes import began, processor_ticks, read_ready_file, write_ready_file

WRITE = """
import pathlib, sys, time
from keiki.foundation.processes import write_ready_file
write_ready_file(pathlib.Path(sys.argv[1]), url="x")
time.sleep(60)
"""


def test_a_ready_file_says_what_its_process_wrote_while_it_runs(tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    write_ready_file(file, url="http://localhost:8000")
    found = read_ready_file(file)
    assert found
    assert found["url"] == "http://localhost:8000"
    assert file.stat().st_mode & 0o077 == 0


def test_the_ready_file_of_a_killed_process_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "worker.json"
    with subprocess.Popen([sys.executable, "-c", WRITE, str(file)]) as process:
        while not read_ready_file(file):
            time.sleep(0.05)
        process.kill()
        while read_ready_file(file):
            time.sleep(0.01)
    assert file.exists()
    assert read_ready_file(file) is None


def test_another_process_with_the_same_number_is_not_taken_for_it(tmp_path: Path) -> None:
    file = tmp_path / "worker.json"
    write_ready_file(file)
    values = json.loads(file.read_text())
    file.write_text(json.dumps({**values, "began": values["began"] + "0"}))
    assert read_ready_file(file) is None


def test_a_damaged_or_foreign_file_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "worker.json"
    for text in ("", "[]", "7", "{", '{"pid": 1}', '{"pid": "1", "began": "x"}', '{"pid": true, "began": null}'):
        file.write_text(text)
        assert read_ready_file(file) is None
    assert read_ready_file(tmp_path / "absent.json") is None


def test_work_of_a_process_and_of_its_children_is_seen() -> None:
    child = "import subprocess,sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    with subprocess.Popen([sys.executable, "-c", child]) as process:
        deadline, before = time.monotonic() + 30, processor_ticks(process.pid)
        while processor_ticks(process.pid) <= before + 20:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for one in _children_of(process.pid):
            os.kill(one, 9)
    assert began(process.pid) is None
    assert processor_ticks(process.pid) == 0


def _children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
