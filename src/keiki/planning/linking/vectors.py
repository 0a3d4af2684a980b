"""Functions that DuckDB calls with a vector of cells at a time: keys and free texts, read as the domain reads one.

Cells in the usual form are done by arithmetic on their bytes, thousands at once. Any other cell is handed to the
domain's own reader, each distinct one once, so that no rule is written twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from keiki.domain.linkage.keys import KeyFormat
from keiki.domain.supply_point import SupplyPointError
from keiki.planning.linking.cells import UnreadableError, read_cell
from keiki.planning.linking.configuration import FactColumn

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
_DIGITS = 22


@dataclass(frozen=True)
class Layout:
    """A well-written key as bytes: ``least`` and ``most`` for every place, and the places of its digits.

    ``lost`` leading zeros are not written.
    """

    least: Bytes
    most: Bytes
    digits: slice | npt.NDArray[np.intp]
    lost: int = 0

    @property
    def length(self) -> int:
        """How many bytes there are."""
        return len(self.least)

    def read(self, block: Bytes) -> tuple[Bytes, Flags]:
        """Return the 22 digits of every row of an (n, length) block as ASCII, and which rows are well written."""
        above = block - self.least
        fits = above <= self.most - self.least
        good: Flags = np.ones(len(block), np.bool_) if fits.all() else fits.all(axis=1)
        values = above[:, self.digits] if isinstance(self.digits, slice) else above.take(self.digits, axis=1)
        out = np.full((len(block), _DIGITS), ord("0"), np.uint8)
        if self.lost:
            values[:, 0] += 1
        out[:, self.lost :] += values
        return out, good


def layout(form: KeyFormat) -> Layout:
    """Return the usual layout of a key format."""
    sample = {"full_width": "０" * 22, "hyphenated": "00-0000-0000-0000-0000-0000", "zero_lost": "1" + "0" * 20}
    written = form.prefix + sample.get(form.name, "0" * _DIGITS)
    least = np.frombuffer(written.encode(), np.uint8)
    start = len(form.prefix.encode())
    if form.name == "hyphenated":
        places = np.flatnonzero(least[start:] != ord("-")) + start
        digits: slice | npt.NDArray[np.intp] = places
    else:
        places = np.arange(start, len(least))[2::3] if form.name == "full_width" else np.arange(start, len(least))
        digits = slice(int(places[0]), None, 3 if form.name == "full_width" else 1)
    most = least.copy()
    most[places] = least[places] | 9
    lost = int(form.name == "zero_lost")
    most[start] -= 0
    return Layout(least, most, digits, lost)


class _Cells:
    """An Arrow array of texts as bytes and offsets."""

    def __init__(self, given: Any) -> None:
        self.array = given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given
        _, offsets, data = self.array.buffers()
        count = len(self.array)
        self.offsets = np.frombuffer(offsets, np.int32, count + 1, 4 * self.array.offset)
        self.data: Bytes = np.frombuffer(data or b"", np.uint8)
        self.lengths = np.diff(self.offsets)
        self.present = np.ones(count, np.bool_)
        if self.array.null_count:
            self.present = self.array.is_valid().to_numpy(zero_copy_only=False)

    def of_length(self, length: int) -> tuple[Bytes, Flags]:
        """Return the bytes of the cells of one length as a block, and which cells these are."""
        chosen = (self.lengths == length) & self.present
        starts = self.offsets[:-1][chosen]
        if chosen.all() and len(chosen):
            first = int(starts[0])
            return self.data[first : first + length * len(starts)].reshape(-1, length), chosen
        block: Bytes = self.data[starts[:, None] + np.arange(length, dtype=np.int32)]
        return block, chosen

    def plain(self) -> Flags:
        """Which cells are not empty and of printing ASCII without blanks."""
        first, last = int(self.offsets[0]), int(self.offsets[-1])
        odd = np.flatnonzero(self.data[first:last] - np.uint8(0x21) > 0x5D)
        good: Flags = (self.lengths > 0) & self.present
        if len(odd):
            good[np.searchsorted(self.offsets, odd + first, "right") - 1] = False
        return good


    def among(self, texts: frozenset[str]) -> Flags:
        """Which cells are one of a few texts exactly."""
        found: Flags = pc.is_in(self.array, pa.array(sorted(texts))).to_numpy(zero_copy_only=False)
        return found


def key_function(form: KeyFormat) -> Callable[[Any], Any]:
    """Return the function that reads a vector of keys: the 22 digits, or null where a key is not in this format."""
    usual = layout(form)

    def read_keys(given: Any) -> Any:
        cells = _Cells(given)
        block, chosen = cells.of_length(usual.length)
        digits, well = usual.read(block)
        good = chosen.copy()
        good[chosen] = well
        if good.all():
            return _texts(digits, None)
        every = np.full((len(good), _DIGITS), ord("0"), np.uint8)
        every[chosen] = digits
        for place in np.flatnonzero(~good):
            try:
                number = form.read(str(cells.array[int(place)].as_py())).number
            except SupplyPointError:
                continue
            every[place] = np.frombuffer(number.encode(), np.uint8)
            good[place] = True
        return _texts(every, good)

    return read_keys


def _texts(digits: Bytes, present: Flags | None) -> Any:
    count = len(digits)
    offsets = np.arange(0, _DIGITS * count + 1, _DIGITS, dtype=np.int32)
    bitmap = None if present is None else pa.py_buffer(np.packbits(present, bitorder="little"))
    data = pa.py_buffer(np.ascontiguousarray(digits))
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), data, bitmap)


def text_function(fact: FactColumn) -> Callable[[Any], Any]:
    """Return the function that reads a vector of free texts: the text, empty for "there is none", null if unreadable."""

    def read_texts(given: Any) -> Any:
        cells = _Cells(given)
        odd = ~cells.plain()
        if fact.none:
            odd |= cells.among(fact.none)
        if not odd.any():
            return cells.array
        rest = _by_distinct(cells.array.filter(pa.array(odd)), lambda cell: _text(fact, cell))
        return pc.replace_with_mask(cells.array, pa.array(odd), rest)

    return read_texts


def readable_function(fact: FactColumn) -> Callable[[Any], Any]:
    """Return the function that says of a vector of free texts which can be read."""

    def are_readable(given: Any) -> Any:
        cells = _Cells(given)
        readable = cells.plain()
        odd = np.flatnonzero(~readable)
        if len(odd):
            rest = cells.array.take(pa.array(odd))
            answered = _by_distinct(rest, lambda cell: _text(fact, cell)).is_valid()
            readable[odd] = answered.to_numpy(zero_copy_only=False)
        return pa.array(readable)

    return are_readable


def _by_distinct(array: Any, read: Callable[[str | None], str | None]) -> Any:
    coded = array.dictionary_encode(null_encoding="encode")
    answers = pa.array([read(cell) for cell in coded.dictionary.to_pylist()], pa.string())
    return answers.take(coded.indices)


def _text(fact: FactColumn, cell: str | None) -> str | None:
    try:
        value = read_cell(fact, cell)
    except UnreadableError:
        return None
    return "" if value is None else str(value)


def register(connection: duckdb.DuckDBPyConnection, name: str, function: Callable[[Any], Any], returned: str) -> None:
    """Let SQL call a function of vectors of texts; absent cells are shown to it too."""
    connection.create_function(
        name,
        function,
        [duckdb.sqltype("VARCHAR")],
        duckdb.sqltype(returned),
        type="arrow",
        null_handling="special",
    )
