"""Start Django and the log of an office process for one data folder."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import django
import structlog


def start(folder: Path | None) -> None:
    """Point Django at ``folder`` and load the apps; without one there is no database and nothing runs but help.

    Raises :class:`~keiki.office.config.folder.BadSettings` for settings that it does not start with.
    """
    os.environ.pop("KEIKI_OFFICE_DATA", None)
    if folder:
        os.environ["KEIKI_OFFICE_DATA"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "keiki.office.config.settings"
    log_as_json()
    django.setup()


def log_as_json() -> None:
    """Log JSON lines to standard error: events and ids, never values."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
