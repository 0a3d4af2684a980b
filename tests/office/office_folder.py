"""The data folder of a test run's office: one for each process, gone with the run, however it ends.

A process that ends by itself removes its folder, xdist's workers too. One that is killed cannot (nor a worker whose
run is cut short): the next run removes what it left. Whether a folder is still in use is told by a lock on a file in
it, which the kernel gives back with its process.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "keiki-office-tests-"
LOCK = "in-use"


def make() -> Path:
    """Make this process's folder, after removing those that nobody uses any more."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    fcntl.flock(os.open(folder / LOCK, os.O_CREAT | os.O_RDWR), fcntl.LOCK_EX)  # open as long as the process lives
    atexit.register(remove, folder)
    return folder


def remove(folder: Path) -> None:
    """Remove the folder with everything in it."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove the folders of runs that are over. One whose lock is not there yet is just being made."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            with (folder / LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove(folder)
        except OSError:  # in use, another account's, or just removed by another run
            continue
