"""Prove or compare catalogues in a process of its own: long work that holds up nobody and can be ended at any moment.

Run as a program by :mod:`keiki.office.catalogues.verification_runner`: JSON on standard input is ``{"files": …}`` or
``{"before": …, "after": …}`` (file names to texts). Lines of JSON on standard output say how far it is
(``{"seen": …, "total": …}``) and at the end what it came to: ``report``, ``difference`` or ``problems``. It opens no
database and knows no settings. The kernel ends it with the thread that started it.
"""

from __future__ import annotations

import ctypes
import json
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

from keiki.domain.catalogues.report import difference, verified
from keiki.domain.units import CatalogueError

_PR_SET_PDEATHSIG = 1
EVERY_SECONDS = 0.2
MOST_DIFFERENCES = 5000
"""So many needs that get another choice are kept one by one; beyond them only their number is."""


def main(given: Mapping[str, Any]) -> None:
    """Do what ``given`` asks for, and write what it came to."""
    try:
        if "files" in given:
            _write(report=verified(given["files"], _ProgressWriter()).report)
        else:
            _write(difference=_shortened(difference(given["before"], given["after"], _ProgressWriter())))
    except CatalogueError as error:
        _write(problems=problems_of(error))


def problems_of(error: CatalogueError) -> list[dict[str, object]]:
    """Return every problem with its place, in both languages."""
    return [
        {
            "file": problem.position.file,
            "line": problem.position.line,
            "ja": problem.sentence.in_language("ja"),
            "en": problem.sentence.in_language("en"),
        }
        for problem in error.problems
    ]


class _ProgressWriter:
    """Writes now and then how far it is."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, seen: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + EVERY_SECONDS
            _write(seen=seen, total=total)


def _shortened(found: dict[str, Any]) -> dict[str, Any]:
    answers = found["answers"]
    every = answers["differences"]
    return {**found, "answers": {**answers, "differences": every[:MOST_DIFFERENCES], "count": len(every)}}


def _write(**values: Any) -> None:
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    main(json.load(sys.stdin))
