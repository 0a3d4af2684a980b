"""`./keiki` on a machine that lacks something: a plain sentence, in the person's language, and nothing broken."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(600)
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
        timeout=300,
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


PACKAGE = """
import pathlib, sys, zipfile
folder, size = pathlib.Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir(exist_ok=True)
info = "slow-1.dist-info"
with zipfile.ZipFile(folder / "slow-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("slow.bin", bytes(size))
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: slow\\nVersion: 1\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(f"{info}/RECORD", f"slow.bin,,\\n{info}/METADATA,,\\n{info}/WHEEL,,\\n{info}/RECORD,,\\n")
"""


def small_set(checkout: Path, size: int) -> dict[str, str]:
    """Have the set-up install one package that is made here, of ``size`` bytes; returns the environment for that."""
    wheels = checkout.parent / "wheels"
    subprocess.run([sys.executable, "-c", PACKAGE, str(wheels), str(size)], check=True)
    digest = hashlib.sha256((wheels / "slow-1-py3-none-any.whl").read_bytes()).hexdigest()
    (checkout / "requirements" / "all.txt").write_text(f"slow==1 \\\n    --hash=sha256:{digest}\n")
    (checkout / "src" / "keiki").mkdir(parents=True, exist_ok=True)
    (checkout / "src" / "keiki" / "__main__.py").write_text("print('it runs')\n")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_CONFIG_FILE": os.devnull}


def system_path() -> str:
    return f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin"


@pytest.mark.slow
def test_two_at_first_run_wait_for_each_other_and_both_run(checkout: Path) -> None:
    environment = {"PATH": system_path(), "HOME": str(checkout), "LANG": "C", **small_set(checkout, 1000)}
    command = [str(checkout / "keiki"), "story"]
    with (
        subprocess.Popen(command, env=environment, stdout=-1, stderr=-1, text=True) as one,
        subprocess.Popen(command, env=environment, stdout=-1, stderr=-1, text=True) as other,
    ):
        said = [each.communicate(timeout=300) for each in (one, other)]
    assert [one.returncode, other.returncode] == [0, 0], said
    assert [out for out, _ in said] == ["it runs\n", "it runs\n"]
    waited = [errors for _, errors in said if "another ./keiki is setting up in this folder; waiting" in errors]
    assert len(waited) == 1
    assert "installing" not in waited[0]


@pytest.mark.slow
def test_a_full_disk_at_set_up_is_named_and_can_be_tried_again(checkout: Path) -> None:
    environment = small_set(checkout, 60_000_000)
    apart = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    place = checkout.parent / "disk"
    place.mkdir()
    script = f"mount -t tmpfs -o size=60m none {place} && cp -r {checkout}/. {place} && exec {place}/keiki story"
    probe = subprocess.run([*apart, f"mount -t tmpfs none {place}"], check=False, capture_output=True)
    if probe.returncode:
        pytest.skip("this machine gives no file system of one's own (unshare, tmpfs)")
    said = subprocess.run(
        [*apart, script],
        env={"PATH": system_path(), "HOME": str(checkout), "TMPDIR": str(checkout.parent), "LANG": "C", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert said.returncode == 1
    assert "No space left on device" in said.stderr or "is full" in said.stderr, said.stderr
    assert "Make room, then run the same command again" in said.stderr


@pytest.mark.slow
def test_setting_up_says_how_far_it_is_in_plain_lines(checkout: Path) -> None:
    said = start(checkout, system_path(), LANG="C", **small_set(checkout, 1000))
    assert said.stdout == "it runs\n"
    assert re.search(r"^keiki: +100 %  fetched 1 of 1, unpacked 1$", said.stderr, re.M), said.stderr
    assert "\r" not in said.stderr
