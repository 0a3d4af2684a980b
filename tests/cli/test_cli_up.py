"""`./keiki up`: every zone runs, says where to look, and goes at Ctrl-C without leaving a process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def processes_of(folder: Path) -> list[str]:
    """Command lines that name the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line and int(entry.name) != os.getpid():
            found.append(line)
    return found


ROLES = {
    "desk-operator",
    "designer",
    "construction-clerk",
    "support-agent",
    "security-officer",
    "auditor",
    "administrator",
}


def look_around(folder: Path, said: list[str]) -> None:
    """Do what the lines say can be done now."""
    running = processes_of(folder)
    assert len(running) >= 7
    people = dict(line.split()[:2] for line in said if line.startswith("  ") and "/" not in line.split()[0])
    assert people.keys() >= ROLES
    assert not [line for line in running if any(password in line for password in people.values())]
    url = next(line for line in said if line.startswith("screens")).split()[-1]
    with urllib.request.urlopen(f"{url}/accounts/log-in/", timeout=10) as page:
        assert "Keiki" in page.read().decode()
    link = next(line for line in said if " link " in line).split(" link ", 1)[1].split()
    office = [sys.executable, "-m", "keiki.office", "--data", str(folder / "office"), "--json", "link", *link]
    answer = subprocess.run(office, capture_output=True, text=True, check=True)
    assert '"as_of"' in answer.stdout


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_up_runs_until_it_is_told_to_stop(tmp_path: Path, end: signal.Signals) -> None:
    folder = tmp_path / "demo"
    with subprocess.Popen(
        [sys.executable, "-m", "keiki", "up", "--folder", str(folder), "--lang", "en"],
        stdout=subprocess.PIPE,
        text=True,
    ) as up:
        assert up.stdout
        said: list[str] = []
        try:
            while not (said and "Ctrl-C" in said[-1]):
                said.append(up.stdout.readline())
                assert said[-1], "".join(said)
            look_around(folder, said)
        finally:
            up.send_signal(end)
        assert up.wait(30) == 0
    deadline = time.monotonic() + 5
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(folder) == []
