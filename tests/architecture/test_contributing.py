"""CONTRIBUTING.md stays true: its worked examples name the files that such a change touches today."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import typer
import yaml

from development.commands import app as development
from keiki.cli.main import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILE = re.compile(r"`((?:src|docs|tests)/[\w./-]+)`")
FOR_DEVELOPERS = set(typer.main.get_group(development).commands)
OTHER_WORK = {
    "listing.py",  # lists, what waits and what comes next show the day of a visit; a note is on its own page
    "lines.py",
    "next_steps.py",
    "open_work.py",
}


def example(title: str) -> str:
    return PAGE.partition(f"### {title}")[2].partition("\n### ")[0]


def named(title: str) -> set[str]:
    return set(FILE.findall(example(title)))


def holding(word: str, *places: str) -> set[str]:
    """The tracked files that hold ``word``; translations and migrations are made by commands."""
    command = ["git", "grep", "-lw", word, "--", *places, ":!*.po", ":!*/migrations/*"]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("file", sorted(set(FILE.findall(PAGE))))
def test_every_file_that_is_named_is_there(file: str) -> None:
    assert (ROOT / file).exists()


def test_the_example_of_a_need_names_every_file_that_knows_one() -> None:
    known = holding("voltage_measurement", "src", "docs")
    assert known <= named("A need that decides a design")
    assert named("A need that decides a design") - known == {"docs/catalogues.md", "src/keiki/bench/servers/servers.py"}


def test_the_example_of_a_status_item_names_every_file_that_knows_one() -> None:
    assert named("A status item of the communication unit") == holding("startup", "src", "docs")


def test_the_example_of_a_note_names_every_file_of_a_field_of_the_order() -> None:
    known = {file for file in holding("visit_date", "src") if Path(file).name not in OTHER_WORK}
    others = {"src/keiki/office/commands/arguments.py", "tests/journeys/test_screens_canary.py"}
    assert named("A note on the work order") == known | others


def test_commands_that_it_names_are_there() -> None:
    assert set(re.findall(r"\./keiki ([a-z-]+)", PAGE)) <= FOR_DEVELOPERS | set(typer.main.get_group(app).commands)


def test_a_commit_is_checked_by_programs_of_the_clone() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local", "nothing is fetched"
    for hook in repository["hooks"]:
        program, command, *_ = hook["entry"].split()
        assert program == ".venv/bin/ruff" or (program == "./keiki" and command in FOR_DEVELOPERS), hook["id"]
