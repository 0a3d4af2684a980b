"""Each zone installs only its own: with its own lock alone, every module of it imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORT_ALL = """
import importlib, pkgutil, sys
zones = sys.argv[1:]
for name in zones:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(getattr(package, "__path__", []), name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(*sorted({module.split(".")[0] for module in sys.modules}))
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("zone", "modules", "absent"),
    [
        ("control", ["keiki.control", "keiki.relay.client"], {"django", "sqlalchemy", "serial", "momonga", "typst"}),
        ("handheld", ["keiki.handheld"], {"django", "sqlalchemy", "nats", "momonga", "typst"}),
    ],
)
def test_a_zone_imports_with_its_own_lock_alone(
    zone: str, modules: list[str], absent: set[str], tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    here = {
        **os.environ,
        "TMPDIR": str(tmp_path),
    }  # a run that is killed leaves what pip unpacks where pytest tidies up
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True, env=here)
    lock = ROOT / "requirements" / f"{zone}.txt"
    install = [venv / "bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", lock]
    subprocess.run([str(part) for part in install], check=True, capture_output=True, env=here)
    listed = subprocess.run([venv / "bin/python", "-m", "pip", "list"], check=True, capture_output=True, text=True)
    assert not {line.split()[0].lower() for line in listed.stdout.splitlines()[2:]} & {"django", "sqlalchemy"}
    done = subprocess.run(
        [venv / "bin/python", "-c", IMPORT_ALL, *modules],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & absent
