"""The test run itself: whatever folders the office's tests make in the temporary folder are gone with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import office_folder
import pytest

HERE = Path(__file__).parent
MAKES = """
import time, office_folder
print(office_folder.make(), flush=True)
time.sleep(60)
"""


def made_in(folder: Path) -> list[Path]:
    return list(folder.glob(f"{office_folder.PREFIX}*"))


@pytest.mark.slow
@pytest.mark.parametrize("how", [(), ("-n", "2", "--dist", "worksteal")])
def test_a_run_leaves_no_folder(how: tuple[str, ...], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *how, "test_office_words.py"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED), done.stdout
    assert [each.name for each in tmp_path.iterdir() if not each.name.startswith("pytest-of-")] == []


def test_a_killed_runs_folder_is_removed_by_the_next_and_a_running_ones_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    runs = [
        subprocess.Popen([sys.executable, "-c", MAKES], cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        folders = [Path(run.stdout.readline().strip()) for run in runs if run.stdout]
        assert sorted(made_in(tmp_path)) == sorted(folders)
        runs[0].kill()
        runs[0].wait()
        monkeypatch.setattr(office_folder.tempfile, "tempdir", str(tmp_path))
        office_folder.sweep()
        assert made_in(tmp_path) == [folders[1]]
    finally:
        for run in runs:
            run.kill()
            run.wait()
            if run.stdout:
                run.stdout.close()
