"""Owners' times: each format exactly, eras with their borders, and anything else refused with one error."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keiki.domain.linkage.record import JST
from keiki.domain.mapping.times import FORMATS, TimeFormat, TimeFormatError, zone_named

GOOD = [
    ("epoch", 1795388702, datetime(2026, 11, 22, 23, 5, 2, tzinfo=UTC)),
    ("epoch", "1795388702", datetime(2026, 11, 22, 23, 5, 2, tzinfo=UTC)),
    ("epoch_ms", 1795388702584, datetime(2026, 11, 22, 23, 5, 2, 584000, tzinfo=UTC)),
    ("yyyymmdd", "20261123", datetime(2026, 11, 23, tzinfo=JST)),
    ("yyyymmdd", 20261123, datetime(2026, 11, 23, tzinfo=JST)),
    ("yyyymmdd", "２０２６１１２３", datetime(2026, 11, 23, tzinfo=JST)),
    ("yyyymmddhhmmss", "20261123164002", datetime(2026, 11, 23, 16, 40, 2, tzinfo=JST)),
    ("iso", "2026-11-23T12:05:02+09:00", datetime(2026, 11, 23, 12, 5, 2, tzinfo=JST)),
    ("iso", "2026-11-23 03:05:02Z", datetime(2026, 11, 23, 12, 5, 2, tzinfo=JST)),
    ("iso_date", "2026-11-23", datetime(2026, 11, 23, tzinfo=JST)),
    ("iso_date", date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=JST)),
    ("era", "令和8年11月23日", datetime(2026, 11, 23, tzinfo=JST)),
    ("era", "令和８年１１月２３日　9時5分", datetime(2026, 11, 23, 9, 5, tzinfo=JST)),
    ("era", "令和元年5月1日", datetime(2019, 5, 1, tzinfo=JST)),
    ("era", "平成31年4月30日", datetime(2019, 4, 30, tzinfo=JST)),
    ("era", "昭和64年1月7日", datetime(1989, 1, 7, tzinfo=JST)),
    ("era", "R08.11.23", datetime(2026, 11, 23, tzinfo=JST)),
    ("era", "H30/1/4 23:59", datetime(2018, 1, 4, 23, 59, tzinfo=JST)),
    ("era", "令和 8年 1月 4日", datetime(2026, 1, 4, tzinfo=JST)),
    ("era", "令和8年11月23日 9時5分7秒", datetime(2026, 11, 23, 9, 5, 7, tzinfo=JST)),
    ("era", "令和8年11月23日 12:05:02", datetime(2026, 11, 23, 12, 5, 2, tzinfo=JST)),
    ("era", "R 8. 1. 4", datetime(2026, 1, 4, tzinfo=JST)),
    ("era", "R08.11.23  9:05:07", datetime(2026, 11, 23, 9, 5, 7, tzinfo=JST)),
    ("yyyymmdd", "2026 1 4", datetime(2026, 1, 4, tzinfo=JST)),
    ("yyyymmddhhmmss", "2026 1 4 9 5 7", datetime(2026, 1, 4, 9, 5, 7, tzinfo=JST)),
    ("slashes", "2026/11/23", datetime(2026, 11, 23, tzinfo=JST)),
    ("slashes", "2026/1/4", datetime(2026, 1, 4, tzinfo=JST)),
    ("slashes", "2026/ 1/ 4  9:05", datetime(2026, 1, 4, 9, 5, tzinfo=JST)),
    ("slashes", "２０２６／１１／２３ 23:59:58", datetime(2026, 11, 23, 23, 59, 58, tzinfo=JST)),
]
BAD = [
    ("epoch", "now"),
    ("epoch", -1),
    ("epoch", True),
    ("epoch", 1.5),
    ("epoch", "9" * 14),
    ("yyyymmdd", "20260230"),
    ("yyyymmdd", "2026112"),
    ("yyyymmdd", "99999999"),
    ("yyyymmddhhmmss", "20261123246002"),
    ("iso", "2026-11-23T12:05:02"),
    ("iso", ""),
    ("iso", "9999-12-31T23:59:59-10:00"),
    ("iso", "0001-01-01T00:00:00+10:00"),
    ("iso_date", "0000-00-00"),
    ("yyyymmdd", "00000000"),
    ("era", "令和元年4月30日"),
    ("era", "平成元年1月7日"),
    ("era", "平成31年5月1日"),
    ("era", "令和0年5月1日"),
    ("era", "令和8年2月29日"),
    ("era", "明治45年1月1日"),
    ("era", "令和99年12月31日"),
    ("era", "令和65年1月1日"),
    ("era", "R99.12.31"),
    ("era", "平成32年1月1日"),
    ("era", "昭和65年1月1日"),
    ("era", "R8-11"),
    ("era", None),
    ("era", "令和8年11月23日 9時"),
    ("slashes", "11/23/2026"),
    ("slashes", "26/11/23"),
    ("slashes", "2026/13/1"),
    ("slashes", "2026/11/23 24:00"),
    ("slashes", "2026/11/"),
    ("yyyymmdd", "2026  04"),
    ("iso", "2026-11-23 12:05:02 Asia/Tokyo"),
    ("iso", "infinity"),
    ("iso", datetime(2026, 11, 23)),  # noqa: DTZ001
    ("epoch", 253_402_300_799),
    ("epoch", 2**64 - 1),
    ("iso_date", date(1, 1, 1)),
]


@pytest.mark.parametrize(("form", "value", "moment"), GOOD)
def test_a_time_as_its_owner_writes_it(form: str, value: object, moment: datetime) -> None:
    found = TimeFormat(form).moment(value)
    assert found == moment
    assert found.tzinfo is not None


@pytest.mark.parametrize(("form", "value"), BAD)
def test_what_is_not_in_the_format_is_refused_without_being_repeated(form: str, value: object) -> None:
    with pytest.raises(TimeFormatError) as refused:
        TimeFormat(form).moment(value)
    assert str(value) not in str(refused.value) or len(str(value)) < 5


ZONED = [
    ("iso", "2026-11-23 12:05:02", "Asia/Tokyo", datetime(2026, 11, 23, 12, 5, 2, tzinfo=JST)),
    ("iso", "2026-11-23 12:05:02.123456", "UTC", datetime(2026, 11, 23, 12, 5, 2, 123456, tzinfo=UTC)),
    ("iso", datetime(2026, 11, 23, 12, 5), "UTC", datetime(2026, 11, 23, 12, 5, tzinfo=UTC)),  # noqa: DTZ001
    ("iso", "2026-11-23T12:05:02+09:00", "UTC", datetime(2026, 11, 23, 12, 5, 2, tzinfo=JST)),
    ("yyyymmddhhmmss", "20261123030502", "UTC", datetime(2026, 11, 23, 3, 5, 2, tzinfo=UTC)),
    ("slashes", "2026/11/23 3:05", "UTC", datetime(2026, 11, 23, 3, 5, tzinfo=UTC)),
    ("slashes", "2026/11/23", "-03:30", datetime(2026, 11, 23, 3, 30, tzinfo=UTC)),
    ("era", "令和8年11月23日 3時5分", "JST", datetime(2026, 11, 23, 3, 5, tzinfo=JST)),
]


@pytest.mark.parametrize(("form", "value", "zone", "moment"), ZONED)
def test_a_time_without_zone_is_in_the_one_that_is_stated(
    form: str, value: object, zone: str, moment: datetime
) -> None:
    assert TimeFormat(form, zone_named(zone)).moment(value) == moment


@pytest.mark.parametrize("name", ["", "Tokyo", "EST", "+9:00", "+25:00", "09:00", "+09:75"])
def test_a_zone_of_no_one_offset_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        zone_named(name)


def test_a_date_is_japans_calendar_day() -> None:
    assert TimeFormat("iso").date("2026-11-22T20:00:00+00:00") == date(2026, 11, 23)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.binary()), st.sampled_from(sorted(FORMATS)))
def test_anything_is_a_time_with_zone_or_the_one_error(value: object, form: str) -> None:
    try:
        assert TimeFormat(form).moment(value).tzinfo is not None
        TimeFormat(form).date(value)
    except TimeFormatError:
        pass


@given(st.dates(min_value=date(1926, 12, 25), max_value=date(2082, 12, 31)))
def test_every_day_of_three_eras_is_read_back(day: date) -> None:
    name, first = next(
        (name, start)
        for name, start in (("令和", date(2019, 5, 1)), ("平成", date(1989, 1, 8)), ("昭和", date(1926, 12, 25)))
        if day >= start
    )
    year = day.year - first.year + 1
    assert TimeFormat("era").date(f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日") == day
    assert TimeFormat("era").date(f"{name}{year}年{day.month:2d}月{day.day:02d}日") == day
