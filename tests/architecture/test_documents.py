"""Documents say what a person can type, and what is drawn from tables is current wherever it is drawn."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import typer

from development import decisions
from development.checks import DRAWN
from development.commands import app as development
from keiki.cli.main import app

ROOT = Path(__file__).parents[2]
FOR_DEVELOPERS = set(typer.main.get_group(development).commands)
PRODUCTION = set(typer.main.get_group(app).commands)
COMMANDS = sorted(FOR_DEVELOPERS | PRODUCTION)
WORDS = ("Changes", "Replaces", "Changed by", "Replaced by")
BARE = re.compile(rf"(?<![\w./-])keiki (?:{'|'.join(COMMANDS)})\b(?! (?:event|checkpoint|export) v1)")
"""A command without the way to it. ``keiki audit event v1`` and its like are words that are hashed."""


def pages() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).exists()]


def test_documents_write_commands_as_they_are_typed() -> None:
    wrong = [
        f"{page.relative_to(ROOT)}:{number}: {line.strip()}"
        for page in pages()
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        if BARE.search(line)
    ]
    assert not wrong, "write ./keiki: " + "\n".join(wrong)


def test_every_drawn_document_is_one_that_lint_checks() -> None:
    drawn = {
        page.relative_to(ROOT / "docs").as_posix()
        for page in (ROOT / "docs").rglob("*.md")
        if re.search(r"drawn .*by `?\./keiki", page.read_text())
    }
    assert drawn | {"openapi.json"} == set(DRAWN)
    assert set(DRAWN.values()) <= FOR_DEVELOPERS


@pytest.mark.parametrize("command", sorted(set(DRAWN.values()) - {"api-description"}))
def test_lint_would_find_a_stale_page(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from importlib import import_module

    module = import_module(f"development.{command.replace('-', '_')}")
    page = tmp_path / module.PAGE.name
    page.write_text(
        module.PAGE.read_text(encoding="utf-8")
        .replace("state", "stale")
        .replace("●", "○")
        .replace("accepted", "thrown away"),
        "utf-8",
    )
    monkeypatch.setattr(module, "PAGE", page)
    assert module.draw(check=True) == 1
    assert module.draw(check=False) == 0
    assert module.draw(check=True) == 0


def decision(number: str, status: str, **links: str) -> decisions.Decision:
    known = {word: frozenset({other}) for word, other in links.items()}
    words = {word: known.get(word.replace(" ", "_"), frozenset()) for word in WORDS}
    return decisions.Decision(f"{number}-x.md", number, "x", status, "2026-11-30", words)


def test_every_decision_has_its_status_and_names_what_changed_it() -> None:
    found = decisions.decisions()
    assert len(found) > 60
    assert decisions.problems(found) == []
    changed = {each.number: each.links["Changed by"] for each in found}
    assert changed["0602"] == {"0613", "0615"}


def test_a_change_that_one_of_two_decisions_does_not_name_is_found() -> None:
    old, new = decision("0001", "accepted"), decision("0002", "accepted", Changes="0001")
    assert decisions.problems([old, new]) == ["ADR 0002 says 'Changes ADR 0001': say there 'Changed by ADR 0002'"]
    assert decisions.problems([decision("0001", "accepted", Changed_by="0002"), new]) == []
    assert decisions.problems([decision("0001", "replaced")]) != []


def test_a_decision_without_a_status_is_named(tmp_path: Path) -> None:
    (tmp_path / "0001-x.md").write_text("# 0001 X\n\n**Context.** None.\n")
    with pytest.raises(ValueError, match=r"0001-x\.md: begin with"):
        decisions.read(tmp_path / "0001-x.md")


def test_commands_for_developers_are_reached_from_the_clone_and_not_in_the_installed_program() -> None:
    assert not FOR_DEVELOPERS & PRODUCTION
    (handed_on,) = re.findall(
        r"^  ([a-z |-]+)\) set_name=dev; program=development;", (ROOT / "keiki").read_text(), re.M
    )
    assert set(handed_on.split(" | ")) == FOR_DEVELOPERS


def test_landing_runs_as_ci_by_itself() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert re.search(r"^export CI=true$", script, re.M)
