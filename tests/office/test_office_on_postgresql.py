"""The office's tests once more, on a PostgreSQL of their own: what holds on SQLite holds in production."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engines import Absent, installed, without
from postgresql_engine import programs

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_offices_tests_pass_on_postgresql() -> None:
    try:
        installed(programs, "postgresql")
    except Absent as absent:
        without(absent)
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", "-p", "no:xdist", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*pytest_, str(HERE), f"--ignore={HERE / 'sources'}"],
        cwd=HERE.parents[1],
        env={**_own(), "KEIKI_TEST_DATABASE": "postgresql"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]


def _own() -> dict[str, str]:
    """The environment without what the outer pytest and its office put there."""
    unwanted = ("KEIKI_OFFICE_DATA", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in unwanted and "PYTEST" not in name}
