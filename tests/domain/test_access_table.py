"""The page about access says what the table says."""

from __future__ import annotations

from development.access_table import PAGE, drawn, table
from keiki.domain.access import Right


def test_the_page_is_what_the_table_draws() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == drawn(text), "run ./keiki access-table"


def test_every_right_has_its_row() -> None:
    assert all(right.words.en in table() for right in Right)
