"""What a communication unit says of itself: its status items, when they were read and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from keiki.foundation.status_items import UnitStatus


class ReadingMethod(StrEnum):
    """Which way a status was asked for: through the control network, or at the meter's local port."""

    REMOTE = "remote"
    ON_SITE = "on_site"


class RouteBMedium(StrEnum):
    """What route B runs over between meter and HEMS."""

    WIRELESS = "wireless"
    PLC = "plc"


@dataclass(frozen=True)
class StatusReport(UnitStatus):
    """The status items of a communication unit. ``read_at`` is a time with a zone, else ``ValueError``.

    ``last_exchange`` is when the unit last answered the HEMS that is joined, by the clock of ``read_at``: a time with a
    zone and not later than it, else ``ValueError``. None where the reading does not say it.
    """

    read_at: datetime
    how: ReadingMethod
    last_exchange: datetime | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _with_zone(self.read_at)
        if self.last_exchange is not None:
            _with_zone(self.last_exchange)
            if self.last_exchange > self.read_at:
                raise ValueError("an exchange is not later than the reading that tells of it")


@dataclass(frozen=True)
class NotReadable:
    """The communication unit did not answer. ``asked_at`` is a time with a zone, else ``ValueError``."""

    asked_at: datetime
    how: ReadingMethod

    def __post_init__(self) -> None:
        _with_zone(self.asked_at)


def _with_zone(time: datetime) -> None:
    if time.utcoffset() is None:
        raise ValueError("a status is read at a time with a zone: pass an aware datetime")
