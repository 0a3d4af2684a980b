"""`./keiki` on a machine that lacks something: a plain sentence, in the person's language, and nothing broken."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    place = tmp_path / "keiki"
    place.mkdir()
    shutil.copy(ROOT / "keiki", place)
    shutil.copytree(ROOT / "requirements", place / "requirements")
    return place


def start(checkout: Path, path: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(checkout / "keiki"), "story"],
        env={"PATH": path, "HOME": str(checkout), "TMPDIR": str(checkout.parent), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def old_python(folder: Path) -> str:
    folder.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        (folder / name).write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.10"\nexit 1\n')
        (folder / name).chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_an_old_python_is_named_in_english_and_japanese(checkout: Path, tmp_path: Path) -> None:
    path = old_python(tmp_path / "bin")
    english = start(checkout, path, LANG="C.UTF-8")
    assert english.returncode == 1
    assert "needs Python 3.11 or newer, and found Python 3.8.10" in english.stderr
    assert "apt install" in english.stderr
    japanese = start(checkout, path, LANG="ja_JP.UTF-8")
    assert "Python 3.11 以上が必要ですが、見つかったのは Python 3.8.10" in japanese.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.slow
def test_no_network_is_a_sentence_and_can_be_tried_again(checkout: Path) -> None:
    path = f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin"
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
    said = start(checkout, path, LANG="C", **nowhere)
    assert said.returncode == 1
    assert "could not be fetched: is there a network?" in said.stderr
    assert "run the same command again" in said.stderr
    assert not (checkout / ".venv" / "keiki-all").exists()


def test_the_program_is_there_within_two_seconds_once_set_up() -> None:
    took = []
    for _ in range(3):
        began = time.monotonic()
        subprocess.run([str(ROOT / "keiki"), "--help"], check=True, capture_output=True)
        took.append(time.monotonic() - began)
    assert min(took) < 2.0


def test_the_normal_set_up_installs_what_every_command_needs() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    locked = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements" / "all.txt").read_text("utf-8"), re.MULTILINE)
    for extra, packages in extras.items():
        for package in packages if extra != "dev" else ():
            assert re.split(r"[\[<>=]", package)[0] in locked, f"{package} of keiki[{extra}]"
