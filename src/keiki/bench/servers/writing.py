"""How the owners write keys and times: the outside world's habits, which Keiki's configuration has to name."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_REIWA = date(2019, 5, 1)


def hyphenated(point: str) -> str:
    """Write 06-0012-... as on the bill."""
    return "-".join((point[:2], *(point[cut : cut + 4] for cut in range(2, 22, 4))))


def zero_lost(point: str) -> str:
    """Write the number as it comes out of a spreadsheet that took it for an integer."""
    return str(int(point))


def full_width(point: str) -> str:
    """Write the number in full-width digits."""
    return point.translate(_FULL)


def prefixed(point: str) -> str:
    """Write the number behind the allocation system's own mark."""
    return f"KEP{point}"


def yyyymmdd(day: date) -> str:
    """Write 20261123."""
    return f"{day:%Y%m%d}"


def digits14(moment: datetime) -> str:
    """Write 20261123093000, Japan's time without saying so."""
    return f"{moment.astimezone(JST):%Y%m%d%H%M%S}"


def era(day: date) -> str:
    """Write 令和8年11月23日, 平成30年1月4日; the first year of an era is 元年."""
    name, year = ("令和", day.year - 2018) if day >= _REIWA else ("平成", day.year - 1988)
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def era_minute(moment: datetime) -> str:
    """Write 令和8年11月23日 9時5分, Japan's time."""
    local = moment.astimezone(JST)
    return f"{era(local.date())} {local.hour}時{local.minute}分"
