"""The wheel: every file of the program is in it, and installed in an empty environment it runs far from the clone.

The environment has what ``requirements/all.txt`` locks, at the locked versions, and nothing else: no developer's tools.
Its files are links to those of the environment that the tests run in, so that nothing is fetched. What an index
delivers is not tested here but at every first ``./keiki``, and zone by zone in ``test_zone_installs.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("story")]
ROOT = Path(__file__).parents[2]
NEEDS = ["medium=rf", "route_b=wireless", "two_way=true", "phase=1P3W", "capacity=60", "remote_switching=true"]
NEEDS += ["voltage_measurement=false", "rain=true"]


LIST = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
"""What a commit of everything would hold."""


def tracked(*places: str) -> list[Path]:
    listed = subprocess.run([*LIST, *places], cwd=ROOT, capture_output=True, check=True).stdout
    return [Path(name) for name in listed.decode().split("\0") if name and (ROOT / name).exists()]


def pip(*arguments: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from what a clone holds."""
    assert int(version("setuptools").split(".")[0]) >= 75, "./keiki test brings .venv to requirements/dev.txt"
    folder = tmp_path_factory.mktemp("wheel")
    for name in tracked("src", "pyproject.toml", "README.md", "LICENSE"):
        (folder / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "clone" / name).write_bytes((ROOT / name).read_bytes())
    pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", folder, folder / "clone")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment with the wheel and the locked distributions."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    for line in (ROOT / "requirements" / "all.txt").read_text("utf-8").splitlines():
        if "==" in line:
            link_distribution(Requirement(line.removesuffix("\\")), site)
    pip("--python", folder / "bin" / "python", "install", "--no-index", "--no-deps", "--no-compile", wheel)
    pip("--python", folder / "bin" / "python", "check")
    return folder / "bin"


def link_distribution(locked: Requirement, site: Path) -> None:
    """Link every file of a distribution into ``site``, but no scripts: they name the Python that they run by."""
    if locked.marker and not locked.marker.evaluate():
        return
    found = distribution(locked.name)
    assert found.version in locked.specifier, "./keiki test brings .venv to requirements/dev.txt"
    for file in found.files or ():
        there = Path(str(found.locate_file(file))).resolve()
        if file.suffix != ".pyc" and not (".." in file.parts and there.read_bytes().startswith(b"#!")):
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            (site / file).symlink_to(there)


def run(installed: Path, folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment from ``folder``, where nothing of the clone is in reach."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KEIKI", "DJANGO"))}
    environment = {**kept, "TMPDIR": str(folder)}
    command = [str(installed / program), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_holds_every_file_of_the_program_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert held == {name.relative_to("src").as_posix() for name in tracked("src")}


def test_the_environment_has_the_installed_program_and_no_tools_of_developers(installed: Path, tmp_path: Path) -> None:
    asked = "import importlib.util as u, keiki; print(keiki.__file__, u.find_spec('pytest'), u.find_spec('mypy'))"
    said = run(installed, tmp_path, "python", "-c", asked).stdout.split()
    assert Path(said[0]).is_relative_to(installed.parent)
    assert said[1:] == ["None", "None"]


def test_it_knows_that_it_runs_from_no_clone(installed: Path, tmp_path: Path) -> None:
    asked = "from keiki.cli import run_folder, up; print(up.typed('up'), run_folder.DEFAULT)"
    assert run(installed, tmp_path, "python", "-c", asked).stdout.split() == ["keiki", "up", "demo"]


def test_catalogues_are_verified(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "keiki", "catalogue", "verify", "kansai-2015")
    assert done.returncode == 0, done.stderr
    assert "valid combinations      360" in done.stdout


def test_a_combination_is_chosen(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "keiki", "design", "choose", *NEEDS)
    assert done.returncode == 0, done.stderr
    assert "RF-W2" in done.stdout


@pytest.mark.timeout(900)
def test_the_story_is_told_to_its_end(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "keiki", "story", "--lang", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything was seen to happen" in done.stdout
