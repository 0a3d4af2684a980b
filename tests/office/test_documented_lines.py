"""Every command line that a document shows is one that the program takes: its words and its options are there."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.exceptions import TyperException

from development.commands import app as development
from keiki.bench import __main__ as bench
from keiki.cli.main import OFFICE_WORK, SUITES, app
from keiki.control.__main__ import app as control
from keiki.handheld.commands import app as handheld
from keiki.office.audit.auditor import parser as auditor
from keiki.office.commands.arguments import COMMANDS, GROUPS, PLAIN, parse
from keiki.relay.__main__ import app as relay

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^ {4,}\./keiki (?P<block>[^#\n]*)|`\./keiki (?P<inline>[^`\n]*)`", re.MULTILINE)
PLACEHOLDER = re.compile(r"\.\.\.|<zone>|\bCOMMAND\b|--help|--version")
"""What makes a line one about commands, not a command."""
DEVELOPMENT = frozenset(typer.main.get_group(development).commands)
"""What only a clone has."""


def documented() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, check=True).stdout
    found = set()
    for name in listed.decode().split("\0"):
        if name and name != "CHANGELOG.md":
            for each in LINE.finditer((ROOT / name).read_text(encoding="utf-8")):
                line = (each["block"] or each["inline"] or "").strip().strip("[]")
                if not PLACEHOLDER.search(line.replace("U...", "UABC")):
                    found.add(re.sub(r"[\[\]]", "", line))
    return sorted(found)


def take(program: typer.Typer, words: list[str]) -> None:
    """Parse ``words`` as the program does, without running anything. A line may name a command without its options."""
    command: Any = typer.main.get_group(program)
    while words and (inner := getattr(command, "commands", None)) is not None:
        assert words[0] in inner
        command, words = inner[words[0]], words[1:]
    if [word for word in words if word.startswith("-")]:
        command.make_context(command.name, words)


def take_office(words: list[str]) -> None:
    named = [word for word in words if not word.startswith("-")]
    if any(word.startswith("--") for word in words):
        parse(words, "reader")
    else:
        assert " ".join(named) in {command.words for command in COMMANDS} | set(GROUPS) | set(PLAIN)


@pytest.mark.parametrize("line", documented())
def test_a_documented_line_is_taken(line: str) -> None:
    first, *words = shlex.split(line)
    zones = {"control": control, "handheld": handheld, "relay": relay}
    try:
        if first in OFFICE_WORK:
            take_office([first, *words])
        elif first == "office":
            take_office(words)
        elif first in SUITES:
            take(importlib.import_module(f"keiki.cli.{first}").app, words)
        elif first in zones:
            take(zones[first], words)
        elif first == "verify-export":
            auditor().parse_args(words)
        elif first == "bench":
            bench.parser(hems=words[:1] == ["hems"]).parse_args(words) if words[1:] else None
        elif first in DEVELOPMENT:
            take(development, [first, *words])
        else:
            take(app, [first, *words])
    except (AssertionError, SystemExit, TyperException) as error:
        pytest.fail(f"./keiki {line}: {error}")


def test_there_are_lines_to_look_at() -> None:
    assert len(documented()) > 30
    assert "office --data /srv/keiki-office backup --out /srv/backup/office.sqlite3" in documented()


@pytest.mark.parametrize(
    "line",
    [
        "office --data DIR back-up --out F",
        "office --data DIR backup --to F",
        "control backup --data DIR --to F",
        "control back-up --data DIR --out F",
        "design bulk a.csv b.csv --catalog c",
    ],
)
def test_a_line_that_is_wrong_is_seen(line: str) -> None:
    with pytest.raises(pytest.fail.Exception):
        test_a_documented_line_is_taken(line)
