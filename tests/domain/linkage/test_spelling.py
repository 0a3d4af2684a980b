"""What people type, spelled as owners write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keiki.bench.servers.customer import half_width
from keiki.domain.linkage.spelling import address_patterns, number_spelling, serial_spellings, unit_number


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("tcr012345678", "TCR012345678"),
        (" ＴＣＲ０１２３４５６７８\u3000", "TCR012345678"),
        ("TCR 0123 45678", "TCR012345678"),
        ("123456789‐0", "123456789-0"),
        ("１２３４５６７８９ー０", "123456789-0"),
        ("123456789−0", "123456789-0"),
        ("'123456789ｰ0", "123456789-0"),
        ("123456789\u200b─0", "123456789-0"),
        (" \u3000", ""),
        ("TCR\x000", "TCR0"),
    ],
)
def test_a_number_has_one_spelling(typed: str, spelled: str) -> None:
    assert number_spelling(typed) == spelled


@pytest.mark.parametrize(
    "spelled",
    [
        "tms461980378",
        "ＴＭＳ４６１９８０３７８",
        "TMS-461980378",
        "'TMS461980378",
        "TMS461980378\u200b",
        "TMS 46ー1980378",
    ],
)
def test_a_unit_has_one_number_however_it_is_spelled(spelled: str) -> None:
    assert unit_number(spelled) == unit_number("TMS461980378") == "TMS461980378"


@pytest.mark.parametrize("odd", ["-", "'", "'-", "--"])
def test_a_serial_number_of_marks_alone_is_not_empty(odd: str) -> None:
    assert unit_number(odd)


def test_an_owner_is_asked_for_a_serial_number_plain_as_stored_and_without_hyphens() -> None:
    assert serial_spellings("TMS461980378") == ("TMS461980378",)
    assert serial_spellings("tms-46") == ("TMS-46", "tms-46", "TMS46")
    assert serial_spellings(" \u3000") == ()


def test_a_number_for_an_owner_who_writes_full_width() -> None:
    assert number_spelling("tcr-01", full_width=True) == "ＴＣＲ－０１"


HELD = {
    "as typed": ("青瀬町3丁目", "大阪府豊中市青瀬町3丁目12番5号"),
    "typed in full width": ("青瀬町３丁目", "大阪府豊中市青瀬町3丁目12番5号"),
    "held in full width": ("青瀬町3丁目12番", "大阪府豊中市青瀬町３丁目１２番５号"),
    "a blank that the owner has not": ("豊中市 青瀬町", "大阪府豊中市青瀬町3丁目"),
    "a blank of the other width": ("5号 メゾン計乃", "青瀬町3丁目12番5号\u3000メゾン計乃502号室"),
    "katakana held in half width": ("ハイツ若葉", "青瀬町3丁目\u3000ﾊｲﾂ若葉101号室"),
    "voiced katakana held in half width": ("グランハイツ霞", "青瀬町3丁目 ｸﾞﾗﾝﾊｲﾂ霞"),
    "katakana typed in half width": ("ﾊﾟｰｸｻｲﾄﾞ樋之上", "パークサイド樋之上 弐番館"),
    "a character that a normal form would change": ("第②瀬田", "計乃台\u3000第②瀬田ビル"),
    "a percent sign": ("100%館", "計乃台100%館"),
    "an underline": ("A_1", "計乃台A_1"),
    "an exclamation mark": ("わ!い", "計乃台わ!い"),
    "a backslash": (r"A\1", r"計乃台A\1"),
}


def finds(patterns: tuple[str, ...], held: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as database:
        return any(database.execute("SELECT ? LIKE ? ESCAPE '!'", (held, each)).fetchone()[0] for each in patterns)


@pytest.mark.parametrize(("typed", "held"), HELD.values(), ids=HELD)
def test_a_part_of_an_address_is_found_as_its_owner_spells_it(typed: str, held: str) -> None:
    assert finds(address_patterns(typed), held)


@pytest.mark.parametrize("typed", ["%%", "__", "%", "青", " \u3000", "", "−−", "青%"])
def test_too_little_finds_nothing(typed: str) -> None:
    assert address_patterns(typed) == ()


@pytest.mark.parametrize(("typed", "held"), [("1%3", "123"), ("1_3", "123"), (r"1\%3", r"1\23"), ("1!%3", "1!23")])
def test_what_would_be_a_wildcard_is_taken_as_it_is(typed: str, held: str) -> None:
    assert not finds(address_patterns(typed), held)


@given(st.text(min_size=1, max_size=12))
def test_whatever_is_typed_finds_itself(typed: str) -> None:
    held = "".join(char for char in typed if char.isprintable() or char.isspace())
    patterns = address_patterns(typed)
    assert not patterns or finds(patterns, held)
    assert len(patterns) <= 5


@given(st.text(alphabet="アイウエオガギグゴパピプポヴャュョッーン", min_size=2, max_size=12))
def test_katakana_is_found_as_old_customer_systems_hold_it(typed: str) -> None:
    assert finds(address_patterns(f"若葉{typed.lstrip('ー')}"), f"若葉{half_width(typed.lstrip('ー'))}")
