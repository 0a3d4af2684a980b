"""The process that listens is killed: its workers go with it, whatever they are doing, and hold no lock."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import sqlite3
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from web_process import csrf_cookie, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return False


def log_in(port: int) -> None:
    """Send a log-in, which writes; the answer never comes."""
    form = "login=somebody&password=wrong&csrfmiddlewaretoken=" + "c" * 32
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"{csrf_cookie(port)}=" + "c" * 32}
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("POST", "/accounts/log-in/", form, headers)
        connection.getresponse()


def test_a_worker_in_the_middle_of_a_request_dies_with_the_killed_process(tmp_path: Path) -> None:
    with served(tmp_path) as port:
        first = json.loads((tmp_path / "office" / "web.json").read_text())["pid"]
        workers = children(first)
        assert workers
        database = sqlite3.connect(tmp_path / "office" / "office.sqlite3", isolation_level=None, timeout=1)
        database.execute("BEGIN IMMEDIATE")  # whoever writes waits for us
        asking = [threading.Thread(target=log_in, args=(port,), daemon=True) for _ in range(4)]
        for each in asking:
            each.start()
        time.sleep(2)
        os.kill(first, signal.SIGKILL)
        until = time.monotonic() + 5
        while any(alive(each) for each in workers) and time.monotonic() < until:
            time.sleep(0.05)
        assert not [each for each in workers if alive(each)]
        database.execute("COMMIT")
        database.execute("BEGIN IMMEDIATE")  # nobody holds it
        database.execute("ROLLBACK")
        database.close()


def test_what_granian_says_of_a_killed_worker_is_a_line_of_json(tmp_path: Path) -> None:
    with served(tmp_path) as port:
        first = json.loads((tmp_path / "office" / "web.json").read_text())["pid"]
        tracker = b"resource_tracker"
        worker = next(pid for pid in children(first) if tracker not in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(worker, signal.SIGKILL)
        until = time.monotonic() + 30
        while "worker-1" not in (tmp_path / "web.log").read_text() and time.monotonic() < until:
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://localhost:{port}/alive", timeout=60) as answer:  # by the new worker
            assert answer.status == 200
    lines = [json.loads(line) for line in (tmp_path / "web.log").read_text().splitlines()]
    said = [line for line in lines if line.get("logger") == "_granian"]
    assert said[0]["words"] == "Unexpected exit from worker-1"
    assert said[0]["level"] == "error"
