"""What a module that is joined keeps: its meter, and when something is due by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from keiki.bench.radio.joining import REAUTHENTICATE_AT
from keiki.bench.radio.meter_station import MeterStation

_HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Session:
    """The meter, the moment to authenticate again, and the next half hour, after which the meter speaks."""

    station: MeterStation
    until: datetime
    notice: datetime

    @classmethod
    def begin(cls, station: MeterStation, now: datetime) -> Session:
        """Return a session that has just been opened, for as long as its meter grants."""
        life = station.route_b.session_life if station.route_b else timedelta()
        return cls(station, now + life * REAUTHENTICATE_AT, _next_half_hour(now))

    @property
    def due(self) -> datetime:
        """The earlier of both moments."""
        return min(self.until, self.notice)

    def after_notice(self, now: datetime) -> Session:
        """Return the session with the next half hour before it."""
        return replace(self, notice=_next_half_hour(now))


def _next_half_hour(now: datetime) -> datetime:
    return now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0) + _HALF_HOUR
