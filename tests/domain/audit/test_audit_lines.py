"""Lines of the audit: one form for one value, read strictly."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keiki.domain.audit.checkpoint import Checkpoint, next_after
from keiki.domain.audit.event import GENESIS, ChainLink, RecordedEvent
from keiki.domain.audit.lines import BadLine, canonical, plain, write_time

NOW = datetime(2026, 11, 23, 9, 30, 0, 7, tzinfo=UTC)
LINK = ChainLink.after(GENESIS, RecordedEvent(1, NOW, "佐藤", "sato@desk", "DesignFinished", "D-1", "", {"n": 1}))


def test_a_fraction_is_kept_as_its_text_and_a_huge_number_too() -> None:
    kept = plain({"share": 0.1, "big": 10**30, "small": -3, "never": float("nan"), "pair": (1, True), "half": "\ud800"})
    assert kept == {"share": "0.1", "big": str(10**30), "small": -3, "never": "NaN", "pair": [1, True], "half": "?"}
    assert plain(kept) == kept
    assert json.loads(canonical(kept)) == kept


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        plain({"when": NOW})


@given(
    st.datetimes(NOW.replace(year=2, tzinfo=None), NOW.replace(year=9998, tzinfo=None)),
    st.integers(-14, 14),
)
def test_a_time_is_written_the_same_in_every_zone(at: datetime, hours: int) -> None:
    aware = at.replace(tzinfo=UTC)
    assert write_time(aware) == write_time(aware.astimezone(timezone(timedelta(hours=hours))))
    assert len(write_time(aware)) == 27


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line + " ",
        lambda line: line.replace(":", ": ", 1),
        lambda line: line.replace('"n":1', '"n":1.0'),
        lambda line: line.replace('"n":1', '"n":1,"n":1'),
        lambda line: line.replace('"n":1', '"n":NaN'),
        lambda line: line.replace("佐藤", "\\u4f50\\u85e4"),
        lambda line: line.replace('"position":1', '"position":0'),
        lambda line: line.replace('"position":1', '"position":true'),
        lambda line: line.replace('"position":1', '"position":"1"'),
        lambda line: line.replace('"origin":"sato@desk",', ""),
        lambda line: line.replace("000007Z", "000007"),
        lambda line: line.replace("-11-23", "-13-23"),
        lambda line: line.replace('"details":{"n":1}', '"details":[]'),
        lambda line: line[:-20],
        lambda line: "[]",
        lambda line: "",
        lambda line: "[" * 100_000,
    ],
)
def test_an_event_in_another_form_is_no_line(spoil: object) -> None:
    spoilt = spoil(LINK.to_line())  # type: ignore[operator]
    assert spoilt != LINK.to_line()
    try:
        link = ChainLink.from_line(spoilt)
    except BadLine:
        return
    assert not link.is_whole


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_a_line_or_refused_as_one(data: bytes) -> None:
    for reader in (ChainLink.from_line, Checkpoint.from_line):
        with pytest.raises(BadLine):
            reader(data)


def test_checkpoints_name_the_one_before() -> None:
    def sign(data: bytes) -> bytes:
        return bytes(64)

    first = next_after(None, position=3, hash_="a" * 64, at=NOW, key_id="b" * 16).signed(sign)
    second = next_after(first, position=5, hash_="c" * 64, at=NOW, key_id="b" * 16).signed(sign)
    assert (first.number, second.number, second.previous) == (1, 2, first.digest)
    assert Checkpoint.from_line(second.to_line()) == second
