"""Masks show a value's shape and none of its letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keiki.domain.linkage.masking import mask


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("髙﨑 德子", "字字 字字"),
        ("0600121789396435141107", "9" * 22),
        ("takasaki.0000@example.jp", "aaaaaaaa.9999@aaaaaaa.aa"),
        ("ﾀｶｻｷ", "ｱｱｱｱ"),
        ("ZZC-900", "AAA-999"),
        ("ﾐﾃ", "ﾐﾃ"),
        ("9", "9"),
        (None, "(empty)"),
        ("  ", "(empty)"),
        ("\x00\x01", "(control)"),
    ],
)
def test_shapes(value: object, shape: str) -> None:
    assert mask(value) == shape


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=3))
def test_no_letter_or_digit_is_shown(text: str) -> None:
    assert set(mask(text).partition("…")[0]) <= set("9Aaｱ字")
    assert len(mask(text).partition("…")[0]) <= 24


@given(st.text())
def test_a_mask_prints(text: str) -> None:
    assert mask(text).isprintable()
