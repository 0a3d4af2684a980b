"""One list of spellings: what is one id, and what is not."""

from __future__ import annotations

import pytest

from keiki.foundation.text.spellings import Spellings, comparable, heading, plain

DASHES = "-－ー―—ｰ‐−–‑‒─━"


@pytest.mark.parametrize("dash", DASHES)
def test_every_dash_is_the_hyphen_of_an_id(dash: str) -> None:
    assert plain(f"RF{dash}W1") == "RF-W1"
    assert Spellings(["RF-W1", "RF-W2"]).find(f"RF{dash}W1") == "RF-W1"


@pytest.mark.parametrize(
    "written", ["rf-w1", " RF-W1\u3000", "'RF-W1", "’RF-W1", "RF\u200b-W1", "\ufeffRF-W1", "ＲＦ－Ｗ１", "RF- W1"]
)
def test_case_width_blanks_apostrophe_and_what_nobody_sees_do_not_matter(written: str) -> None:
    assert Spellings(["RF-W1"]).find(written) == "RF-W1"


def test_another_id_is_another_and_names_that_look_alike_are_found_as_written_only() -> None:
    known = Spellings(["RF-W1", "rf-w1", "RFW2"])
    assert known.find("RF-W2") is None
    assert known.find("RF-W1") == "RF-W1"
    assert known.find("ＲＦ－Ｗ１") is None
    assert known.find("") is None


@pytest.mark.parametrize("written", ["RF-W¹", "RF-W①", "RF-Wⅰ", "RF-Ｗ₁"])
def test_a_footnotes_mark_is_no_digit(written: str) -> None:
    assert Spellings(["RF-W1", "RF-WI"]).find(written) is None


def test_half_width_kana_and_their_marks_are_the_wide_ones() -> None:
    assert comparable("ｶﾞｲｼﾞｭｳ ﾒｰﾀ") == comparable("ガイジュウメータ")


def test_both_wave_dashes_are_one() -> None:
    assert comparable("自\u301c至") == comparable("自\uff5e至") == comparable("自~至")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("供給地点\n特定番号", "供給地点特定番号"),
        ("supply\r\npoint", "supply point"),
        ("\ufeff key \u3000", "key"),
        ("備考 1", "備考 1"),
    ],
)
def test_a_heading_is_read_as_people_read_it(written: str, read: str) -> None:
    assert heading(written) == read
