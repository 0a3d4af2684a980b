"""A folder in which there is no zone is refused by every command in a sentence, and nothing is made there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
KEY = "U" + "A" * 55
COMMANDS: dict[str, tuple[str, ...]] = {
    "office": ("health", "upgrade", "devices", "web", "worker", "session", "card", "backup --out B", "audit verify"),
    "control": ("card", "run", "status", "backup --out B", "trust-office --card CARD"),
    "relay": ("run", f"allow --side office --key {KEY}", f"disallow --key {KEY}"),
    "handheld": ("card", "status --port P", "resume", "results --out B", "visit --scan X", "trust-office --card CARD"),
    "bench": ("say help", "session"),
}
MAKES = {
    "office": "office --data FOLDER init",
    "control": "control init --data FOLDER",
    "relay": "relay init --data FOLDER",
    "handheld": "handheld init --data FOLDER --name HHD-07",
    "bench": "bench town --folder FOLDER",
}
CASES = [(zone, command) for zone, commands in COMMANDS.items() for command in commands]


def run(zone: str, command: str, folder: Path, lang: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    words = command.split()
    option = "--folder" if zone == "bench" else "--data"
    order = [option, str(folder), *words] if zone == "office" else [words[0], option, str(folder), *words[1:]]
    return subprocess.run(
        [sys.executable, "-m", f"keiki.{zone}", *order],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder.parent,
        stdin=subprocess.DEVNULL,
        timeout=60,
        env={**os.environ, "LANG": lang, "LC_ALL": lang},
    )


@pytest.mark.parametrize(("zone", "command"), CASES)
def test_a_folder_without_the_zone_is_refused_and_left_alone(zone: str, command: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "CARD").write_text("{}")
    (tmp_path / "file").touch()
    made = f"./keiki {MAKES[zone]}"
    ways = (("empty", "in this folder"), ("none", "there is no such folder"), ("file", "is a file"))
    for name, why in ways[: 3 if command == COMMANDS[zone][0] else 1]:
        folder = tmp_path / name
        done = run(zone, command, folder)
        said = done.stdout + done.stderr
        assert done.returncode in {1, 2}, said
        assert why in said
        assert name == "file" or made.replace("FOLDER", str(folder)) in said
        assert "Traceback" not in said
        assert "database" not in said
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["CARD", "empty", "file"]


@pytest.mark.parametrize("zone", sorted(MAKES))
def test_it_is_said_in_japanese_too(zone: str, tmp_path: Path) -> None:
    said = run(zone, COMMANDS[zone][0], tmp_path, "ja_JP.UTF-8")
    assert f"./keiki {MAKES[zone]}".replace("FOLDER", str(tmp_path)) in said.stdout + said.stderr
    assert "このフォルダーに" in said.stdout + said.stderr


def test_programs_are_told_too(tmp_path: Path) -> None:
    office = json.loads(run("office", "health --json", tmp_path).stdout)
    assert office["code"] == "no_office_here"
    assert "作るには" in office["message"]["ja"]
    handheld = json.loads(run("handheld", "card --json", tmp_path).stdout)
    assert handheld["reason"] == "not_in_order"
    assert "作るには" in handheld["message"]["ja"]


@pytest.mark.parametrize("zone", ["office", "control", "relay", "handheld"])
def test_a_zone_is_not_made_in_a_file(zone: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    made = MAKES[zone].split("FOLDER")[1] if zone == "handheld" else ""
    done = run(zone, f"init{made}", tmp_path / "file")
    assert done.returncode in {1, 2}
    assert "is a file" in done.stdout + done.stderr
