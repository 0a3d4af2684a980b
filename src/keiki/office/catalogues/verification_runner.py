"""Long work on catalogues in another process, watched: how far it is, that it still lives, and when it is to end."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO, Any

BEAT_SECONDS = 1.0
"""At most so long between two words of a process that lives."""


class VerificationProcessDied(Exception):  # noqa: N818 - says what happened
    """The process ended without a result: killed, or out of memory."""


class VerificationStopped(Exception):  # noqa: N818 - says what happened
    """Whoever watched was told to end; the work is to be done again."""


def run_in_process(
    given: Mapping[str, Any], told: Callable[[int | None, int], None], ending: threading.Event
) -> Mapping[str, Any]:
    """Have :mod:`~keiki.office.catalogues.verification_process` do what ``given`` says, and return its last line.

    ``told`` hears at least every :data:`BEAT_SECONDS` that it lives: how many states it has looked at and of how many,
    ``None`` where there is no news. Raises :class:`VerificationProcessDied`, and :class:`VerificationStopped` when
    ``ending`` is set; the process is gone in any case.
    """
    command = [sys.executable, "-m", "keiki.office.catalogues.verification_process"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    threading.Thread(target=_feed, args=(process.stdin, given), daemon=True).start()
    try:
        return _watched(lines, told, ending)
    finally:
        process.kill()
        process.wait()


def _watched(
    lines: queue.SimpleQueue[bytes], told: Callable[[int | None, int], None], ending: threading.Event
) -> Mapping[str, Any]:
    while not ending.is_set():
        try:
            line = lines.get(timeout=BEAT_SECONDS)
        except queue.Empty:
            told(None, 0)
            continue
        if not line:
            raise VerificationProcessDied
        said: dict[str, Any] = json.loads(line)
        if "seen" not in said:
            return said
        told(said["seen"], said["total"])
    raise VerificationStopped


def _read(stream: IO[bytes] | None, lines: queue.SimpleQueue[bytes]) -> None:
    """Hand on every line, and an empty one for the end."""
    assert stream  # noqa: S101 - asked for as a pipe
    with stream:
        for line in stream:
            lines.put(line)
    lines.put(b"")


def _feed(stream: IO[bytes] | None, given: Mapping[str, Any]) -> None:
    """Give the process its work; it may die before it has read it."""
    assert stream  # noqa: S101 - asked for as a pipe
    try:
        with stream:
            stream.write(json.dumps(given).encode())
    except BrokenPipeError:
        return
