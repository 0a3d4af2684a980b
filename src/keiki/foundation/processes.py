"""Which process it is, whether it still runs, and whether it works.

A process that serves writes a *ready file* when it is ready. The file names the process by its number and by when it
began, because a number comes round again: the file of a process that was killed says nothing. Linux only (``/proc``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from keiki.foundation.files.drafts import write_whole

_PROC = Path("/proc")
_GONE = (FileNotFoundError, ProcessLookupError)


def began(pid: int) -> str | None:
    """Return when a running process began, as text that no other process has; None where there is no such process."""
    found = _stat(pid)
    if found is None or found[0] in "ZX":
        return None
    return f"{_boot()}:{found[19]}"


def write_ready_file(path: Path, **values: Any) -> None:
    """Write ``values`` with this process's number and begin, whole or not at all, for its owner only."""
    write_whole(path, json.dumps({**values, "pid": os.getpid(), "began": began(os.getpid())}).encode())


def read_ready_file(path: Path) -> dict[str, Any] | None:
    """Return what the file says, or None where it is not there or the process that wrote it does not run any more."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        pid, since = found["pid"], found["began"]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return found if isinstance(pid, int) and since is not None and began(pid) == since else None


def processor_ticks(pid: int) -> int:
    """Return the processor time that a process and all its descendants have used, in clock ticks; 0 if it is gone."""
    found = _stat(pid)
    if found is None:
        return 0
    own = sum(int(ticks) for ticks in found[11:15])  # user and system time, its own and of children that ended
    return own + sum(processor_ticks(child) for child in _children(pid))


def _children(pid: int) -> Iterator[int]:
    with suppress(*_GONE):
        for thread in (_PROC / str(pid) / "task").iterdir():
            with suppress(*_GONE):
                yield from map(int, (thread / "children").read_text().split())


def _stat(pid: int) -> list[str] | None:
    """Return the fields of ``/proc/PID/stat`` after the name: state first, begin at 19 (proc(5))."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except _GONE:
        return None


@cache
def _boot() -> str:
    return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
