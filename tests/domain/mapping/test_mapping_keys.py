"""Key formats: every owner's way of writing the 22 digits is read back exactly, and no other way is."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keiki.domain.mapping.keys import KeyFormat, read_any_format
from keiki.domain.supply_point import CUT, IS_FORMULA, SupplyPoint, SupplyPointError, spreadsheet_damage

FORMATS = [
    KeyFormat("bare"),
    KeyFormat("hyphenated"),
    KeyFormat("full_width"),
    KeyFormat("zero_lost"),
    KeyFormat("bare", "KEP"),
]
POINT = SupplyPoint("0600121789396435141107")
points = st.builds(
    lambda area, rest: SupplyPoint(f"{area:02d}{rest:020d}"),
    st.integers(1, 10),
    st.integers(0, 10**20 - 1),
)


@pytest.mark.parametrize(
    ("form", "written"),
    list(
        zip(
            FORMATS,
            (
                "0600121789396435141107",
                "06-0012-1789-3964-3514-1107",
                "０６００１２１７８９３９６４３５１４１１０７",
                "600121789396435141107",
                "KEP0600121789396435141107",
            ),
            strict=True,
        )
    ),
    ids=lambda value: getattr(value, "name", None),
)
def test_a_number_as_each_owner_writes_it(form: KeyFormat, written: str) -> None:
    assert form.write(POINT) == written
    assert form.read(written) == POINT
    assert form.read(written + "  ") == POINT, "fixed-width columns are padded"


CUT_KEYS = [
    "600121789396435000000",
    "６００１２１７８９３９６４３５００００００",
    "6.00121789396435E+20",
    "6.00122e+20",
    "600,121,789,396,435,000,000",
    "600121789396435000000.0",
    "1000121789396430000000",
    "6E+20",
]


@pytest.mark.parametrize("written", CUT_KEYS)
def test_a_number_that_a_spreadsheet_cut_is_named_in_whatever_format_it_is_looked_for(written: str) -> None:
    readers = [*(form.read for form in FORMATS[:4]), read_any_format, SupplyPoint.parse]
    for read in readers:
        with pytest.raises(SupplyPointError) as refused:
            read(written)
        assert refused.value.sentence == CUT


@pytest.mark.parametrize("dash", "-‐‑–—―−ー－ｰ─")
def test_a_number_is_read_with_any_dash_where_people_write_it(dash: str) -> None:
    written = str(POINT).replace("-", dash)
    assert read_any_format(written) == SupplyPoint.parse(f"\u200b{written}") == POINT


def test_what_a_spreadsheet_writes_to_keep_a_number_is_read_where_people_write_it() -> None:
    for written in (f'="{POINT.number}"', f'= "{POINT.number}"', f"'{POINT.number}"):
        assert SupplyPoint.parse(written) == POINT
        assert read_any_format(written) == POINT
    with pytest.raises(SupplyPointError) as refused:
        KeyFormat("bare").read(f'="{POINT.number}"')
    assert refused.value.sentence == IS_FORMULA
    with pytest.raises(SupplyPointError) as refused:
        SupplyPoint.parse('="600121789396435000000"')
    assert refused.value.sentence == CUT


def test_a_number_that_ends_in_zeros_is_one_where_its_leading_zero_stands() -> None:
    assert SupplyPoint.parse("0600121789396435000000").number == "0600121789396435000000"
    assert KeyFormat("bare").read("0600121789396435000000").number == "0600121789396435000000"


@given(points, st.sampled_from(FORMATS))
def test_what_a_format_writes_it_reads_back(point: SupplyPoint, form: KeyFormat) -> None:
    assume(spreadsheet_damage(form.write(point)) is None)
    assert form.read(form.write(point)) == point


@given(points, st.sampled_from(FORMATS), st.sampled_from(FORMATS))
def test_a_key_in_another_format_is_refused_or_is_the_same_point(
    point: SupplyPoint, writer: KeyFormat, reader: KeyFormat
) -> None:
    try:
        assert reader.read(writer.write(point)) == point
    except SupplyPointError:
        assert writer != reader or spreadsheet_damage(writer.write(point))


@given(st.text() | st.from_regex(r"(KEP)?[0-9０-９ -]{20,30}"), st.sampled_from(FORMATS))
def test_any_text_is_a_point_or_the_one_error_without_its_digits(text: str, form: KeyFormat) -> None:
    try:
        point = form.read(text)
    except SupplyPointError as error:
        said = str(error)
    else:
        assert form.write(point) == text.rstrip(" \u3000")
        return
    assert not re.search(r"[0-9]{3}", said)


def test_a_number_that_lost_more_than_its_zero_is_not_filled_up() -> None:
    with pytest.raises(SupplyPointError):
        KeyFormat("zero_lost").read("12345")


def test_an_unknown_format_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"roman.*bare, hyphenated"):
        KeyFormat("roman")


@given(points, st.sampled_from(FORMATS[:4]), st.sampled_from(("", "  ", "\u3000")))
def test_whichever_format_a_number_is_written_in_it_is_the_same_point(
    point: SupplyPoint, form: KeyFormat, blanks: str
) -> None:
    assume(spreadsheet_damage(form.write(point)) is None)
    assert read_any_format(form.write(point) + blanks) == point


@pytest.mark.parametrize(
    "text", ["", "6001217893964351411", "KEP0600121789396435141107", "060012178939643514110²", "KEP6E+20"]
)
def test_what_is_in_no_format_is_no_point(text: str) -> None:
    with pytest.raises(SupplyPointError) as caught:
        read_any_format(text)
    assert re.search("[ぁ-ん]", caught.value.sentence[0])
    assert "correct it" in caught.value.sentence[1]


@pytest.mark.parametrize("prefix", ["XEP", "kep", "KE0", "   "])
def test_another_prefix_of_the_same_length_is_refused_and_no_digit_is_in_the_error(prefix: str) -> None:
    with pytest.raises(SupplyPointError, match="does not begin with 'KEP'") as refused:
        KeyFormat("bare", "KEP").read(prefix + POINT.number)
    assert POINT.number[-4:] not in str(refused.value)
