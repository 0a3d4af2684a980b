"""Cells of CSV files that people open in a spreadsheet: none is run as a formula, none is cut off at a NUL."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from keiki.foundation.text.spellings import BLANKS, INVISIBLE

FORMULA_STARTS: Final = "=+-@＝＋－＠"
"""What begins a formula, in full width as well: Japanese spreadsheets read both."""
_LINE_BREAKS: Final = ("\t", "\r", "\n")
NUL_SHOWN: Final = "\u2400"
"""What stands in the place of a NUL, at which some programs end a cell or a file."""


def inert(cell: str) -> str:
    """Return ``cell`` as a spreadsheet shows it and does nothing else: an apostrophe before what it would run."""
    shown = cell.replace("\0", NUL_SHOWN)
    runs = shown.startswith(_LINE_BREAKS) or shown.lstrip(BLANKS + INVISIBLE)[:1] in tuple(FORMULA_STARTS)
    return f"'{shown}" if runs else shown


def csv_line(cells: Iterable[str], line_end: str = "\r\n") -> str:
    """Return a line of CSV, each of whose cells is :func:`inert`."""
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end).writerow([inert(cell) for cell in cells])
    return out.getvalue()
