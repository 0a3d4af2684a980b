"""The town's clock: it starts at the real time and may run faster than real, never slower."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Protocol

JST = timezone(timedelta(hours=9), "JST")


class Clock(Protocol):
    """What tells the meters the time."""

    def now(self) -> datetime:
        """Return the town's time, with its zone."""


class TownClock:
    """Runs ``speed`` times as fast as real time from ``start`` (default: now)."""

    def __init__(self, speed: float = 1.0, start: datetime | None = None) -> None:
        if speed < 1:
            raise ValueError("emulated time may run faster than real, never slower: give a speed of 1 or more")
        self.speed = speed
        self._start = start or datetime.now(JST)
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the town's time in Japan Standard Time."""
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self.speed)

    def real_seconds(self, emulated: float) -> float:
        """Return how long ``emulated`` seconds take in real ones."""
        return emulated / self.speed


class StoppedClock:
    """A clock that moves only when it is told to: for tests and for stories told step by step."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self._now += timedelta(seconds=seconds)
