"""The house: who imports whom, what a room may be called, how large a file may grow."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from source_trees import parsed, tree_of

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "keiki"
FILES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts)
REGISTRIES = (
    ("pypi", "org"),
    ("files", "pythonhosted", "org"),
    ("pythonhosted", ""),
    ("registry", "npmjs"),
    ("npmjs", "com"),
    ("deb", "debian", "org"),
    ("crates", "io"),
    ("proxy", "golang", "org"),
)
"""Hosts of package registries, in parts so that this file names none either."""
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def test_imports_keep_the_contracts() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": "src"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def module_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, modules: set[str]) -> Iterator[str]:
    """The project's modules that a file names, also those that it names for its types only."""
    package = module_of(path).split(".")[: None if path.name == "__init__.py" else -1]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            named = (f"{base}.{each.name}" for each in node.names)
            yield from (name if name in modules else base for name in named)


def test_no_modules_need_each_other() -> None:
    modules = {module_of(path): path for path in FILES}
    needs = {
        name: {each for each in imported(path, set(modules)) if each in modules and each != name}
        for name, path in modules.items()
    }
    assert "keiki.office.users.models" in needs["keiki.office.users.enforcement"], "relative imports are read"
    TopologicalSorter(needs).prepare()


def test_the_program_imports_nothing_that_is_in_no_wheel() -> None:
    outside = {"development", "benchmarks", "tests", "vectors"}
    imports = {
        name.partition(".")[0]
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert not imports & outside


def test_no_room_is_called_after_nothing() -> None:
    named = {p for p in SOURCE.rglob("*") if p.stem in FORBIDDEN_NAMES}
    assert not named


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_file_has_one_reason_and_says_it(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(parsed(text)), "a module opens with what it is for"
    assert len(text.splitlines()) <= 400


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name]


def test_no_committed_text_names_a_registry_or_a_path_of_one_machine() -> None:
    hosts = [re.escape(".".join(parts)) for parts in REGISTRIES]
    homes = ["/" + "root/", "/" + "home/[a-z]+/"]
    wrong = re.compile("|".join((*hosts, *homes)).encode())
    found = [p for p in tracked() if p.is_file() and wrong.search(p.read_bytes())]
    assert not found


def test_locks_have_hashes_and_no_index_address() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text()
        assert "--index-url" not in text
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9].*?==.*?(?=^[a-z0-9]|\Z)", text, re.M | re.S)
        assert pins, lock.name
        assert all("--hash=sha256:" in pin for pin in pins), lock.name
