"""What the benchmarks name is there: a module that moves takes its entry along."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LISTED: dict[str, list[dict[str, Any]]] = tomllib.loads((ROOT / "benchmarks/mutations.toml").read_text("utf-8"))


@pytest.mark.parametrize("module", LISTED["module"], ids=lambda module: str(module["path"]))
def test_module_to_break_and_its_tests_are_there(module: dict[str, Any]) -> None:
    assert (ROOT / module["path"]).is_file()
    assert all((ROOT / each).exists() for each in module["tests"])


def test_changes_that_alter_nothing_are_of_lines_that_are_there() -> None:
    for each in LISTED.get("explained", []):
        source = " ".join((ROOT / each["path"]).read_text("utf-8").split())
        assert " ".join(each["line"].split()) in source, each
