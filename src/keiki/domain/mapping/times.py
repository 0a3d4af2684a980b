"""How owners write dates and times: epoch, digits, ISO 8601, Japanese eras.

Every format reads strictly and gives a time with zone (Japan's, where the text has none) or raises
:class:`TimeFormatError`, whose message does not repeat the text. A date alone means its first instant in Japan, so an
as-of date never makes a record look younger than it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime

from keiki.domain.linkage.record import JST


class TimeFormatError(ValueError):
    """A text or number that is not written in the format the source's configuration names."""


_ERAS = {
    "令和": ("R", date(2019, 5, 1), date.max),
    "平成": ("H", date(1989, 1, 8), date(2019, 4, 30)),
    "昭和": ("S", date(1926, 12, 25), date(1989, 1, 7)),
}
_BY_LETTER = {letter: (first, last) for letter, first, last in _ERAS.values()}
_BY_NAME = {name: (first, last) for name, (_, first, last) in _ERAS.items()}
_ERA_LONG = re.compile(
    r"(?P<era>令和|平成|昭和)(?P<year>元|[0-9]{1,2})年(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"
    r"(?: ?(?P<hour>[0-9]{1,2})時(?P<minute>[0-9]{1,2})分)?",
    re.ASCII,
)
_ERA_SHORT = re.compile(
    r"(?P<era>[RHS])(?P<year>[0-9]{1,2})[./-](?P<month>[0-9]{1,2})[./-](?P<day>[0-9]{1,2})"
    r"(?: (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}))?",
    re.ASCII,
)
_DIGITS8 = re.compile(r"[0-9]{8}", re.ASCII)
_DIGITS14 = re.compile(r"[0-9]{14}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,14}", re.ASCII)


def _normal(value: object) -> str:
    return unicodedata.normalize("NFKC", str(value)).strip()


def _epoch(scale: int) -> Callable[[object], datetime]:
    def read(value: object) -> datetime:
        text = _normal(value)
        if isinstance(value, bool) or not _NUMBER.fullmatch(text):
            raise ValueError
        return datetime.fromtimestamp(int(text) / scale, UTC)

    return read


def _digits(pattern: re.Pattern[str], layout: str) -> Callable[[object], datetime]:
    def read(value: object) -> datetime:
        text = _normal(value)
        if not pattern.fullmatch(text):
            raise ValueError
        return datetime.strptime(text, layout).replace(tzinfo=JST)

    return read


def _iso(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value).strip()) if not isinstance(value, datetime) else value
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _iso_date(value: object) -> datetime:
    day = value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(_normal(value))
    return datetime(day.year, day.month, day.day, tzinfo=JST)


def _era(value: object) -> datetime:
    text = _normal(value)
    match = _ERA_LONG.fullmatch(text) or _ERA_SHORT.fullmatch(text)
    if not match:
        raise ValueError
    first, last = _BY_NAME.get(match["era"]) or _BY_LETTER[match["era"]]
    number = 1 if match["year"] == "元" else int(match["year"])
    day = date(first.year + number - 1, int(match["month"]), int(match["day"]))
    if number < 1 or not first <= day <= last:
        raise ValueError
    return datetime(day.year, day.month, day.day, int(match["hour"] or 0), int(match["minute"] or 0), tzinfo=JST)


FORMATS: dict[str, Callable[[object], datetime]] = {
    "epoch": _epoch(1),
    "epoch_ms": _epoch(1000),
    "yyyymmdd": _digits(_DIGITS8, "%Y%m%d"),
    "yyyymmddhhmmss": _digits(_DIGITS14, "%Y%m%d%H%M%S"),
    "iso": _iso,
    "iso_date": _iso_date,
    "era": _era,
}


def read_moment(value: object, form: str) -> datetime:
    """Read a time in one of :data:`FORMATS`; raises :class:`TimeFormatError`."""
    if form not in FORMATS:
        raise TimeFormatError(f"unknown time format {form!r}: choose one of {', '.join(FORMATS)}")
    try:
        moment = FORMATS[form](value)
        moment.astimezone(UTC), moment.astimezone(JST)  # at the ends of the calendar one of them may not exist
        return moment
    except (ValueError, OverflowError, OSError):
        raise TimeFormatError(f"not a time written as {form!r}: check the column and its format") from None


def read_date(value: object, form: str) -> date:
    """Read a calendar date in Japan in one of :data:`FORMATS`; raises :class:`TimeFormatError`."""
    return read_moment(value, form).astimezone(JST).date()
