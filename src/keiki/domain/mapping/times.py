"""How owners write dates and times: epoch, digits, ISO 8601, Japanese eras.

Every format reads strictly and gives a time with zone (the one that the integrator states, or Japan's, where the text
has none) or raises :class:`TimeFormatError`, whose message does not repeat the text. A date alone means its first
instant, so an as-of date never makes a record look younger than it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from keiki.domain.linkage.record import JST


class TimeFormatError(ValueError):
    """A text or number that is not written in the format the source's configuration names."""


_ERAS = {
    "令和": ("R", date(2019, 5, 1), date.max),
    "平成": ("H", date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": ("S", date(1926, 12, 25), date(1989, 1, 7)),
}
_LONGEST_ERA = 64
"""Years: no era was longer than Shōwa. A larger year of one that goes on (令和99年) means "no end", or is a slip."""
_BY_LETTER = {letter: (first, last) for letter, first, last in _ERAS.values()}
_BY_NAME = {name: (first, last) for name, (_, first, last) in _ERAS.items()}
_CLOCK = r"(?P<hour> ?[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
_CLOCK_JA = r"(?P<hour> ?[0-9]{1,2})時(?P<minute> ?[0-9]{1,2})分(?:(?P<second> ?[0-9]{1,2})秒)?"
_ERA_DAY = r"(?P<era>令和|平成|昭和) ?(?P<year>元|[0-9]{1,2})年(?P<month> ?[0-9]{1,2})月(?P<day> ?[0-9]{1,2})日"
_ERA_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"{_ERA_DAY}(?: ?{_CLOCK_JA})?",
        rf"{_ERA_DAY} {_CLOCK}",
        rf"(?P<era>[RHS]) ?(?P<year>[0-9]{{1,2}})[./-](?P<month> ?[0-9]{{1,2}})[./-](?P<day> ?[0-9]{{1,2}})"
        rf"(?: {_CLOCK})?",
    )
)
_SLASHES = re.compile(
    rf"(?P<year>[0-9]{{4}})/(?P<month> ?[0-9]{{1,2}})/(?P<day> ?[0-9]{{1,2}})(?: {_CLOCK})?", re.ASCII
)
_DIGITS8 = re.compile(r"[0-9]{4}(?:[ 0-9][0-9]){2}", re.ASCII)
_DIGITS14 = re.compile(r"[0-9]{4}(?:[ 0-9][0-9]){5}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,14}", re.ASCII)
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-5][0-9])", re.ASCII)
_ZONES = {"Asia/Tokyo": JST, "JST": JST, "UTC": UTC}
_Reader = Callable[[object, "timezone | None"], datetime]


def zone_named(name: str) -> timezone:
    """Return a zone of one offset: Asia/Tokyo, JST, UTC or such as "+09:00". Raises :class:`ValueError`."""
    if name in _ZONES:
        return _ZONES[name]
    offset = _OFFSET.fullmatch(name)
    if offset is None or int(offset[2]) > 14:
        raise ValueError
    minutes = int(offset[2]) * 60 + int(offset[3])
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))


def _normal(value: object) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip()


def _epoch(scale: int) -> _Reader:
    def read(value: object, _: timezone | None) -> datetime:
        text = _normal(value)
        if isinstance(value, bool) or not _NUMBER.fullmatch(text):
            raise ValueError
        return datetime.fromtimestamp(int(text) / scale, UTC)

    return read


def _digits(pattern: re.Pattern[str], layout: str) -> _Reader:
    def read(value: object, zone: timezone | None) -> datetime:
        text = _normal(value)
        if not pattern.fullmatch(text):
            raise ValueError
        return datetime.strptime(text.replace(" ", "0"), layout).replace(tzinfo=zone or JST)

    return read


def _iso(value: object, zone: timezone | None) -> datetime:
    moment = datetime.fromisoformat(str(value).strip()) if not isinstance(value, datetime) else value
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError
        return moment.replace(tzinfo=zone)
    return moment


def _iso_date(value: object, zone: timezone | None) -> datetime:
    day = value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(_normal(value))
    return datetime(day.year, day.month, day.day, tzinfo=zone or JST)


def _clock(match: re.Match[str], day: date, zone: timezone | None) -> datetime:
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone or JST)


def _slashes(value: object, zone: timezone | None) -> datetime:
    match = _SLASHES.fullmatch(_normal(value))
    if not match:
        raise ValueError
    return _clock(match, date(int(match["year"]), int(match["month"]), int(match["day"])), zone)


def _era(value: object, zone: timezone | None) -> datetime:
    text = _normal(value)
    match = next((found for form in _ERA_FORMS if (found := form.fullmatch(text))), None)
    if not match:
        raise ValueError
    first, last = _BY_NAME.get(match["era"]) or _BY_LETTER[match["era"]]
    number = 1 if match["year"] == "元" else int(match["year"])
    day = date(first.year + number - 1, int(match["month"]), int(match["day"]))
    if not 1 <= number <= _LONGEST_ERA or not first <= day <= last:
        raise ValueError
    return _clock(match, day, zone)


FORMATS: dict[str, _Reader] = {
    "epoch": _epoch(1),
    "epoch_ms": _epoch(1000),
    "yyyymmdd": _digits(_DIGITS8, "%Y%m%d"),
    "yyyymmddhhmmss": _digits(_DIGITS14, "%Y%m%d%H%M%S"),
    "slashes": _slashes,
    "iso": _iso,
    "iso_date": _iso_date,
    "era": _era,
}
WITHOUT_ZONE = ("epoch", "epoch_ms")
"""Formats that say an instant by themselves."""


@dataclass(frozen=True)
class TimeFormat:
    """How a column writes dates or times: one of :data:`FORMATS`, and the zone of what has none (``None``: Japan's).

    ``iso`` without a stated zone requires one in the text.
    """

    name: str
    zone: timezone | None = None

    def moment(self, value: object) -> datetime:
        """Read a time; raises :class:`TimeFormatError`."""
        try:
            moment = FORMATS[self.name](value, self.zone)
            moment.astimezone(UTC), moment.astimezone(JST)  # at the ends of the calendar one of them may not exist
        except (ValueError, OverflowError, OSError):
            raise TimeFormatError(f"not a time written as {self.name!r}: check the column and its format") from None
        return moment

    def date(self, value: object) -> date:
        """Read a calendar date in Japan; raises :class:`TimeFormatError`."""
        return self.moment(value).astimezone(JST).date()
