"""The device's log for programs: JSON lines on standard error, beside ``--json``. A person has the screen instead.

It is given codes, states and serial numbers, never a secret. The journal keeps every step in either case.
"""

from __future__ import annotations

import logging
import sys

import structlog

from keiki.foundation.program.json_log import SteadyOutput


def configure(*, shown: bool) -> None:
    """Send every log line of this process to standard error as JSON with a UTC time, if any are ``shown``."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if shown else logging.CRITICAL),
        logger_factory=structlog.WriteLoggerFactory(SteadyOutput(sys.stderr)),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )
