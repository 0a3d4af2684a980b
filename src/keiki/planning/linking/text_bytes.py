"""Keys and free texts by their bytes: the usual form of thousands of cells told at once by arithmetic.

What is not in the usual form is left to the domain's own readers, cell by cell, so that no rule is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from keiki.domain.mapping.cells import LONGEST_TEXT
from keiki.domain.mapping.keys import KeyFormat
from keiki.domain.supply_point import SupplyPoint, SupplyPointError

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
_DIGITS = 22
_KEPT = 15
"""How many digits a spreadsheet keeps."""
_POWERS = 10 ** np.arange(10, -1, -1, dtype=np.int64)
KEY_TYPE = pa.decimal128(22)
"""A supply point number as DuckDB joins it: less than half the size of its text. 10**11 = 5**11 * 2**11."""


@dataclass(frozen=True)
class KeyLayout:
    """A well-written key as bytes: ``least`` and ``most`` for every place, and the places of its digits.

    ``lost`` leading zeros are not written.
    """

    least: Bytes
    most: Bytes
    digits: slice | npt.NDArray[np.intp]
    lost: int = 0

    @property
    def at_risk(self) -> bool:
        """Whether a spreadsheet may have cut such a key: digits alone."""
        return len(self.least) in (_DIGITS - 1, _DIGITS)

    @property
    def length(self) -> int:
        """How many bytes there are."""
        return len(self.least)

    def read(self, block: Bytes) -> tuple[Bytes, Flags]:
        """Return the 22 digits of every row of an (n, length) block as ASCII, and which rows are well written."""
        above = block - self.least
        fits = above <= self.most - self.least
        good: Flags = np.logical_and.reduce(fits, axis=1) if not fits.all() else np.ones(len(block), np.bool_)
        values = above[:, self.digits] if isinstance(self.digits, slice) else above.take(self.digits, axis=1)
        if self.at_risk:
            # What may be a number that a spreadsheet cut is left to the reader of a single key.
            good &= values[:, _KEPT:].any(axis=1)
        out = np.full((len(block), _DIGITS), ord("0"), np.uint8)
        if self.lost:
            values[:, 0] += 1
        out[:, self.lost :] += values
        return out, good


def layout(form: KeyFormat) -> KeyLayout:
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
    return KeyLayout(least, most, digits, lost)


class TextCells:
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
        chosen: Flags = (self.lengths == length) & self.present
        if not chosen.all():
            return TextCells(self.array.filter(pa.array(chosen))).of_length(length)[0], chosen
        first = int(self.offsets[0])
        return self.data[first : first + length * len(chosen)].reshape(-1, length), chosen

    def plain(self) -> Flags:
        """Which cells are not empty, not too long, and of printing ASCII without blanks."""
        first, last = int(self.offsets[0]), int(self.offsets[-1])
        odd = np.flatnonzero(self.data[first:last] - np.uint8(0x21) > 0x5D)
        good: Flags = (self.lengths > 0) & (self.lengths <= LONGEST_TEXT) & self.present
        if len(odd):
            good[np.searchsorted(self.offsets, odd + first, "right") - 1] = False
        return good

    def among(self, texts: frozenset[str]) -> Flags:
        """Which cells are one of a few texts exactly."""
        found: Flags = pc.is_in(self.array, pa.array(sorted(texts))).to_numpy(zero_copy_only=False)
        return found


def read_keys(
    read: Callable[[str], SupplyPoint], layouts: Sequence[KeyLayout], cells: TextCells
) -> tuple[pa.Array, Flags]:
    """Return every key as a number, and which keys could be read (null where not).

    ``layouts``, each of another length, are the usual ones; any other key is given to ``read``.
    """
    good = np.zeros(len(cells.present), np.bool_)
    every = np.full((len(good), _DIGITS), ord("0"), np.uint8)
    for usual in layouts:
        block, chosen = cells.of_length(usual.length)
        digits, well = usual.read(block)
        if well.all() and chosen.all():
            return _numbers(digits, None), chosen
        every[chosen] = digits
        good[chosen] = well
    for place in np.flatnonzero(~good):
        try:
            number = read(str(cells.array[int(place)].as_py())).number
        except SupplyPointError:
            continue
        every[place] = np.frombuffer(number.encode(), np.uint8)
        good[place] = True
    return _numbers(every, good), good


def _numbers(digits: Bytes, present: Flags | None) -> Any:
    """Return 22 digits in ASCII as whole numbers of 128 bits: two halves of 11 digits, put together by 64 bits."""
    halves = (digits - np.uint8(ord("0"))).reshape(-1, 11) @ _POWERS
    high, low = halves[0::2].astype(np.uint64), halves[1::2].astype(np.uint64)
    product = high * np.uint64(5**11)
    words = np.empty((len(digits), 2), np.uint64)
    words[:, 0] = (product << np.uint64(11)) + low
    words[:, 1] = (product >> np.uint64(53)) + (words[:, 0] < low)
    bitmap = None if present is None else pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.Array.from_buffers(KEY_TYPE, len(digits), [bitmap, pa.py_buffer(words)])
