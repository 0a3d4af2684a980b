"""What every program has in common: ``--version``, and a card that the other zones can enrol as it is written."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keiki import __version__
from keiki.control.journal import AgentJournal

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
PROGRAMS = [["keiki"], *(["keiki", zone] for zone in ("office", "relay", "control", "handheld", "bench"))]


def run(module: str, *arguments: str | Path, umask: int = 0o027) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False, umask=umask)


@pytest.mark.parametrize("words", PROGRAMS, ids=" ".join)
def test_every_program_says_its_version(words: list[str]) -> None:
    done = run(words[0], *words[1:], "--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"keiki {__version__}"), done.stderr


OFFICE_GROUPS = ("sources", "contract", "command", "design", "work-order", "catalogue", "audit")


@pytest.mark.parametrize("words", PROGRAMS, ids=" ".join)
def test_help_lists_every_command_with_what_it_does(words: list[str]) -> None:
    page = run(words[0], *words[1:], "--help").stdout
    assert " ".join(page.split()).replace("Usage", "usage").startswith(f"usage: ./{' '.join(words)} ")
    named = re.search(r"invalid choice: 'x' \(choose from (.*?)\)", run(words[0], *words[1:], "x").stderr, re.DOTALL)
    commands = re.findall(r"[a-z-]+", named[1]) if named else re.findall(r"^│ ([a-z][a-z-]*) ", page, re.MULTILINE)
    assert len(commands) > 3
    assert [each for each in commands if not re.search(rf"^[ │]+{each}\s+[A-Z][a-z']+[ ,]", page, re.MULTILINE)] == []
    if words[-1] == "office":
        assert set(OFFICE_GROUPS) <= set(commands)
        assert "Publish" not in page, "a group has one line, its commands have a page of their own"
        assert re.search(r"^ +publish +[A-Z]", run("keiki", "office", "catalogue", "--help").stdout, re.MULTILINE)


def test_an_installed_keiki_names_itself_as_it_is_typed_there(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src" / "keiki", tmp_path / "keiki", ignore=shutil.ignore_patterns("__pycache__"))
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "LANG": "C.UTF-8"}
    env.pop("KEIKI_COMMAND", None)

    def installed(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "keiki", *words]
        return subprocess.run(command, capture_output=True, text=True, env=env, check=False, cwd=tmp_path)

    assert " Usage: keiki relay " in installed("relay", "--help").stdout
    for command in ("test", "lint", "lifecycles", "access-table"):
        done = installed(command)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"No such command '{command}'" in done.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "keiki"]


def test_the_script_of_a_clone_is_named_as_it_was_called() -> None:
    env = {**os.environ, "KEIKI_COMMAND": "../keiki", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "keiki", "office", "--help"]
    assert subprocess.run(command, capture_output=True, text=True, env=env, check=True).stdout.startswith(
        "usage: ../keiki office "
    )
    assert 'KEIKI_COMMAND="$typed"' in (ROOT / "keiki").read_text()


def test_the_card_that_a_zone_writes_is_enrolled_by_the_others(tmp_path: Path) -> None:
    data = {zone: tmp_path / zone for zone in ("office", "control", "handheld")}
    cards = {zone: tmp_path / f"{zone}.json" for zone in data}
    made = [
        run("keiki.office", "--data", data["office"], "init", "--json"),
        run("keiki.control", "init", "--data", data["control"]),
        run("keiki.handheld", "init", "--data", data["handheld"], "--name", "HHD-07"),
        *(run(f"keiki.{zone}", "card", "--data", data[zone], "--out", cards[zone]) for zone in data),
        run("keiki.control", "trust-office", "--data", data["control"], "--card", cards["office"]),
        run("keiki.handheld", "trust-office", "--data", data["handheld"], "--card", cards["office"]),
    ]
    assert [(each.returncode, each.stderr) for each in made if each.returncode] == []
    assert {oct(card.stat().st_mode & 0o777) for card in cards.values()} == {"0o644"}, (
        "public, and its owner's to change"
    )
    for role in ("control", "handheld"):
        enrol = ("enrol", "--card", cards[role], "--role", role, "--json")
        answer = run("keiki.office", "--data", data["office"], *enrol)
        assert answer.returncode == 0, answer.stderr
        shown = json.loads(run(f"keiki.{role}", "card", "--data", data[role], *_as_json(role)).stdout)
        card = shown.get("card", shown)
        assert json.loads(answer.stdout.splitlines()[-1])["key_id"] == card["key_id"]


@pytest.mark.parametrize("planted", ["{}", "{}.new"], ids=["the name", "the draft's name"])
@pytest.mark.parametrize("zone", ["office", "control", "handheld"])
def test_a_link_where_a_card_is_written_leads_nowhere(tmp_path: Path, zone: str, planted: str) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "card.json"
    elsewhere.write_text("somebody's file")
    (tmp_path / planted.format(out.name)).symlink_to(elsewhere)
    data = ("--data", tmp_path / zone)
    named = ("--name", "HHD-07") if zone == "handheld" else ()

    for command in (("init", *named), ("card", "--out", out)):
        done = run(f"keiki.{zone}", *((*data, *command) if zone == "office" else (*command, *data)))
        assert done.returncode == 0, done.stderr

    assert elsewhere.read_text() == "somebody's file"
    assert json.loads(out.read_text())["zone"] == zone
    assert not out.is_symlink()


def _as_json(role: str) -> list[str]:
    return ["--json"] if role == "handheld" else []


@pytest.mark.parametrize("zone", ["relay", "control"])
def test_what_a_library_logs_is_json_too(zone: str) -> None:
    code = (
        f"import logging\nfrom keiki.{zone} import __main__ as program\n"
        "log = logging.getLogger('nats.aio.client')\n"
        "program.app = lambda **_: log.error('nats: encountered error', exc_info=OSError('10.0.0.5'))\n"
        "program.main()\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    (line,) = done.stderr.splitlines()
    assert json.loads(line)["words"] == "nats: encountered error"
    assert "10.0.0.5" not in line


def test_the_documented_backup_of_the_agent_works_as_written(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operations" / "relay-and-control.md").read_text("utf-8")
    (line,) = re.findall(r"^    \./(keiki control backup .*)$", page, re.MULTILINE)
    assert run("keiki.control", "init", "--data", tmp_path / "keiki-control").returncode == 0
    journal = AgentJournal(tmp_path / "keiki-control" / "journal.sqlite3")
    try:
        journal.quarantine(b"digest", "malformed", 3, 1.0)
        (tmp_path / "backup").mkdir()
        words = line.replace("/srv", str(tmp_path)).split()
        done = run(*words)
    finally:
        journal.close()
    assert done.returncode == 0, done.stderr
    copy = AgentJournal(tmp_path / "backup" / "journal.sqlite3", read_only=True)
    assert [one.code for one in copy.quarantined(9)] == ["malformed"]
    copy.close()
    assert (tmp_path / "backup" / "journal.sqlite3").stat().st_mode & 0o777 == 0o600
    assert run(*words).returncode == 2
