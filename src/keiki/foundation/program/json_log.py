"""A process's log: JSON lines on standard error that name events, kinds of errors and places in the program.

What Django, NATS and other libraries log goes the same way, but only as the sentence they have in their source: the
values they would put into it, addresses of pages among them, and the texts of errors may be somebody's data and stay
out.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

DEEPEST = 4
"""Places of the program that an error's line names, innermost last."""


def log_as_json() -> None:
    """Have structlog and the standard library's logging write JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(SteadyOutput(sys.stderr)),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(each, WithoutValues) for each in root.handlers):
        root.addHandler(WithoutValues(logging.WARNING))


def library_handler() -> logging.Handler:
    """Return a handler for a library that sets up its own logging, in processes of its own too."""
    log_as_json()
    return WithoutValues(logging.WARNING)


class SteadyOutput:
    """A text stream that loses lines instead of raising where they cannot be written.

    The log is often on the disk that is full: the process goes on and tells its people what is wrong.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write ``text``, if there is room for it."""
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Hand over what was written; what finds no room stays in the stream's buffer until there is some."""
        with contextlib.suppress(OSError):
            self._stream.flush()


class WithoutValues(logging.Handler):
    """Writes a record without what was put into it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's own words, the kind of its error, and where in the program it was."""
        told: dict[str, Any] = {"logger": record.name, "words": str(record.msg)[:200]}
        status = getattr(record, "status_code", None)
        if status is not None:
            told["status"] = status
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match is not None:
            told["page"] = match.view_name
        if record.exc_info and record.exc_info[0] is not None:
            told |= {"error": record.exc_info[0].__name__, "at": _places(record.exc_info[2])}
        log = structlog.get_logger(record.name)
        (log.error if record.levelno >= logging.ERROR else log.warning)("logged by a library", **told)


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-DEEPEST:]
    return [f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
