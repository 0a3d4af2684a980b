"""Supply point numbers that a spreadsheet cut, found in a column by its heading, thousands of cells at once.

A row that carries such a number cannot be told from its neighbours any more, however well it is designed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from keiki.domain.supply_point import CUT, spreadsheet_damage, without_formula
from keiki.foundation.text.spellings import comparable, plain

_HEADINGS = ("supply_point", "supply_point_number", "supply_point_no", "supply_point_id", "supply point number")
_HEADINGS_JA = ("供給地点", "供給地点特定番号")
KEY_HEADINGS = frozenset(map(comparable, (*_HEADINGS, *_HEADINGS_JA)))
"""Headings, as :func:`comparable`, of columns that hold supply point numbers."""
_SUSPECT = "[EeＥｅ]|[0０][,0０]{5}"
"""What a number that was cut has somewhere: an exponent, or six zeros with thousands' separators or without."""
_DIGITS = 22
Flags = npt.NDArray[np.bool_]


def cut_keys(column: pa.Array) -> Flags:
    """Return in which rows of a key column a spreadsheet, or a column of floating-point numbers, cut the number."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        of_values = np.append(cut_keys(column.dictionary), np.False_)
        cut: Flags = of_values.take(column.indices.fill_null(len(of_values) - 1).to_numpy(zero_copy_only=False))
        return cut
    if pa.types.is_floating(type_):
        return _flags(column.is_valid())
    if pa.types.is_decimal(type_):
        column = column.cast(pa.string())
    elif not _is_text(type_):
        return np.zeros(len(column), np.bool_)
    found = np.zeros(len(column), np.bool_)
    near = _cells_with_zero_tail(column)
    if near is None:
        near = np.flatnonzero(_flags(pc.match_substring_regex(column, _SUSPECT)))
    for place in near.tolist():
        found[place] = key_damage(column[place].as_py()) is not None
    return found


def _cells_with_zero_tail(column: pa.Array) -> npt.NDArray[np.intp] | None:
    """Return which cells end in six zeros where all are 22 plain digits, as they most often are; else None."""
    if column.null_count or not len(column) or not pa.types.is_string(column.type):
        return None
    _, offsets, texts = column.buffers()
    ends = np.frombuffer(offsets, np.int32, len(column) + 1, 4 * column.offset)
    if (np.diff(ends) != _DIGITS).any():
        return None
    cells = np.frombuffer(texts, np.uint8)[ends[0] : ends[-1]]
    if cells.min() < ord("0") or cells.max() > ord("9"):
        return None
    near = np.flatnonzero(cells[_DIGITS - 1 :: _DIGITS] == ord("0"))
    ends_so: Flags = (cells.reshape(-1, _DIGITS)[near, -6:] == ord("0")).all(axis=1)
    return near[ends_so]


def key_damage(written: Any) -> tuple[str, str] | None:
    """Say what was made of one number, in Japanese and English; ``None`` where it is as it was, or is no number."""
    if isinstance(written, float):
        return CUT
    return None if written is None else spreadsheet_damage(without_formula(plain(str(written))))


def _flags(found: pa.Array) -> Flags:
    flags: Flags = found.fill_null(False).to_numpy(zero_copy_only=False)
    return flags.copy() if not flags.flags.writeable else flags


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))
