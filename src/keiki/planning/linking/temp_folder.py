"""The folder in which rows wait on disk, beside the result: gone with the run, however that ends.

A run that is killed cannot remove it, and supply point and serial numbers are in it: the next run with a result at the
same place does. Whether a folder is in use is told by a lock, which the kernel gives back with its process.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX, _LOCK = ".linking-", "in-use"


@contextmanager
def temp_folder(beside: Path) -> Iterator[Path]:
    """Give a folder in ``beside`` that this account alone may read, after removing those of killed runs."""
    _remove_left(beside)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=beside) as name, (Path(name) / "new").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (Path(name) / "new").rename(Path(name) / _LOCK)  # nobody ever finds it without its lock
        yield Path(name)


def _remove_left(beside: Path) -> None:
    """Remove folders that nobody uses: not one that is just being made, nor another account's."""
    for lock_file in beside.glob(f"{_PREFIX}*/{_LOCK}"):
        try:
            with lock_file.open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock_file.parent, ignore_errors=True)
        except OSError:
            continue
