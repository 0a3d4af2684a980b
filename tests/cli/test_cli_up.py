"""`./keiki up`: every zone runs, says where to look, and goes at Ctrl-C without leaving a process behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


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


class Up:
    """A running ``keiki up``, with what it said until it was ready."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "keiki", "up", "--folder", str(folder), "--lang", "en", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.said: list[str] = []
        try:
            self.read_until("Ctrl-C")
        except BaseException:
            self.process.terminate()
            raise

    def read_until(self, words: str) -> None:
        assert self.process.stdout
        while not (self.said and words in self.said[-1]):
            self.said.append(self.process.stdout.readline())
            assert self.said[-1], "".join(self.said)

    def end(self, number: signal.Signals) -> int:
        assert self.process.stdout
        self.process.send_signal(number)
        with self.process.stdout:
            return self.process.wait(120)

    @property
    def url(self) -> str:
        return next(line for line in self.said if line.startswith("screens")).split()[-1]


def gone(folder: Path) -> bool:
    deadline = time.monotonic() + 5
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    return processes_of(folder) == []


def card(folder: Path) -> str:
    return (folder / "cards" / "handheld.json").read_text()


def bench(folder: Path, command: str, **details: object) -> Any:
    """Say something to the town that runs."""
    said = [sys.executable, "-m", "keiki.bench", "say", "--folder", str(folder / "bench"), command, json.dumps(details)]
    return json.loads(subprocess.run(said, capture_output=True, text=True, check=True).stdout)


def kill_each_process(up: Up, folder: Path) -> None:
    """Kill every process, one after another; each comes back and is told."""
    ready = {
        "office worker": folder / "office" / "worker.json",
        "office screens": folder / "office" / "web.json",
        "town": folder / "bench" / "town.json",
        "relay": folder / "relay" / "relay.json",
        "control agent": folder / "control" / "agent.json",
    }
    for name, file in ready.items():
        killed = json.loads(file.read_text())["pid"]
        os.kill(killed, signal.SIGKILL)
        up.read_until(f"{name} stopped (signal 9)")
        up.read_until(f"{name} runs again")
        assert json.loads(file.read_text())["pid"] != killed


def test_up_brings_back_what_was_killed_and_continues_on_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    first = Up(folder)
    try:
        look_around(folder, first.said)
        assert [line for line in first.said if line.startswith("… relay: starts NATS")]
        assert [line for line in first.said if line.startswith("✓ office screens")]
        device = card(folder)
        point = bench(folder, "places")[0]["supply_point"]
        bench(folder, "radio", supply_point=point, metres=31)
        wall = bench(folder, "wall", supply_point=point)
        kill_each_process(first, folder)
    finally:
        first.end(signal.SIGKILL)
    again = Up(folder)  # what the killed one left running is cleared away
    try:
        assert not [line for line in processes_of(folder) if " session" in line], "nothing idle that nobody looks after"
        waits = {line.split(":")[0] for line in again.said if line.startswith("… ")}
        assert waits == {line.split(":")[0] for line in first.said if line.startswith("… ")}
        port = again.url.rpartition(":")[2]
        assert port == "8000" or f"the screens keep port {port} of last time" in "".join(again.said)
        assert len([line for line in processes_of(folder) if " worker" in line]) == 1
        look_around(folder, again.said)
        assert again.url == first.url
        assert card(folder) == device
        assert bench(folder, "wall", supply_point=point) == wall
        assert bench(folder, "radio", supply_point=point)["metres"] == 31
    finally:
        code = again.end(signal.SIGINT)
    assert code == 0
    assert gone(folder)


def test_two_at_once_on_two_folders_have_two_ports(tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        ups = dict(zip(("one", "other"), pool.map(Up, (tmp_path / "one", tmp_path / "other")), strict=True))
    try:
        assert ups["one"].url != ups["other"].url
        for name, up in ups.items():
            served = json.loads((tmp_path / name / "office" / "web.json").read_text())
            assert served["url"] == up.url
            look_around(tmp_path / name, up.said)
    finally:
        codes = [up.end(signal.SIGTERM) for up in ups.values()]
    assert codes == [0, 0]
    assert gone(tmp_path)
