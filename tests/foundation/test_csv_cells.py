"""No cell that Keiki exports is run by a spreadsheet, and none is cut off."""

from __future__ import annotations

import csv
import io

import pytest

from keiki.foundation.files.csv_cells import csv_line, inert


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", " =", "\u3000＝", "\u200b=", "\0="]
)
def test_whatever_would_be_run_has_an_apostrophe_before_it(start: str) -> None:
    line = csv_line(["1", f'{start}HYPERLINK("http://x")'])
    ((first, cell),) = csv.reader(io.StringIO(line, newline=""))
    assert first == "1"
    assert cell[0] in "'\u2400"
    assert "\0" not in line


@pytest.mark.parametrize("cell", ["", "RF-W1", "2016-04-01", "a=b", "株式会社＝", "'=1"])
def test_every_other_cell_is_as_it_is(cell: str) -> None:
    assert inert(cell) == cell
