"""What must hold: the test suite and the linters, each by the tool its field keeps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parents[1]
DRAWN = {
    "lifecycles.md": "lifecycles",
    "access.md": "access-table",
    "openapi.json": "api-description",
    "adr/README.md": "decisions",
}
"""Documents that a command draws, wholly or between two marks; ``--check`` says whether they are current."""
SOURCES = ("src", "development", "tests", "benchmarks", "vectors")


def test(*, fast: bool, coverage: bool, arguments: list[str]) -> int:
    """Run pytest on both cores; ``fast`` leaves out tests marked slow. Returns pytest's exit code.

    ``coverage`` prints which lines no test ran, those of the processes that tests start included. It is asked for and
    not always on: of tests of pure rules it doubles the time (29 s of processor time became 65).
    """
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
    if fast:
        command += ["-m", "not slow"]
    if coverage:
        command += ["--cov", "--cov-report=term-missing"]
    return subprocess.run([*command, *arguments], cwd=ROOT, env=_environment(), check=False).returncode


def lint() -> int:
    """Run every linter, report all of them, return 0 only if all agree."""
    module = [sys.executable, "-m"]
    present = [s for s in SOURCES if (ROOT / s).exists()]
    checks = {
        "ruff check": [*module, "ruff", "check", *present],
        "ruff format": [*module, "ruff", "format", "--check", "-q", *present],
        "types": [*module, "mypy"],
        "imports": [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        "migrations": [*module, "development", "migrations", "--check"],
        "translations": [*module, "development", "translations", "--check"],
        **{f"docs/{page}": [*module, "development", command, "--check"] for page, command in DRAWN.items()},
    }
    console = Console(stderr=True)
    failed = []
    for name, command in checks.items():
        done = subprocess.run(command, cwd=ROOT, env=_environment(), check=False, capture_output=True, text=True)
        console.print(f"[green]✓[/] {name}" if done.returncode == 0 else f"[red]✕[/] {name}")
        if done.returncode:
            failed.append(name)
            console.print(done.stdout + done.stderr, markup=False, highlight=False)
    return 1 if failed else 0


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
