"""A dropped file in Arrow batches, millions of rows at a time: the same rows and rejects as ``dropped`` gives singly.

CSV and Parquet are read by Arrow where that is safe (``csv_batches``, ``parquet_batches``); fixed width is cut row by
row. Each batch comes with the numbers by which its rows are found in the file: lines of CSV, else rows from 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from keiki.foundation.files.csv_batches import CsvBatches
from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.fixed_width import read_numbered_records
from keiki.foundation.files.layout import FileLayout
from keiki.foundation.files.parquet_batches import ParquetBatches, not_whole
from keiki.foundation.files.parquet_reading import PARQUET_MEMORY, ParquetRequest, parquet_answer
from keiki.foundation.text.bilingual import Bilingual

Numbers = npt.NDArray[np.int64]
RejectedRow = tuple[int, Bilingual]
"""A row that is not read: its number in the file, and why."""
_ROWS = 1 << 16
_WRONG_LENGTH = Bilingual(
    ja="1件の長さが決められた長さと異なります。",
    en="the record is longer or shorter than the layout says: check it with its owner",
)


class DroppedBatches(Protocol):
    """A file being read. ``rejects`` is complete when all batches are read; ``rows`` counts rows and rejects."""

    rejects: list[RejectedRow]

    @property
    def rows(self) -> int:
        """How many rows were read so far, rejects included."""

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        """Yield the rows with their numbers. Raises :class:`DamagedFileError` and :class:`OSError`."""


def open_batches(layout: FileLayout, path: Path, columns: Sequence[str], coded: Sequence[str]) -> DroppedBatches:
    """Open a file; ``coded`` are those of ``columns`` with few values, which come as Arrow dictionaries if they can.

    Raises :class:`DamagedFileError` for a file that is not of its form or lacks a column, and :class:`OSError`.
    """
    if layout.form == "parquet":
        return _Parquet(path, columns, coded)
    if layout.form == "fixed_width":
        return _FixedWidth(layout, path, columns)
    return _Csv(layout, path, columns, coded)


class _Parquet:
    """Unpacked by a process of its own, as a drop is: 512 MB beyond the file's own size are all that it may take."""

    def __init__(self, path: Path, columns: Sequence[str], coded: Sequence[str]) -> None:
        self.rejects: list[RejectedRow] = []
        self.rows, self._path = 0, path
        looked_at = ParquetBatches(path, columns, coded)  # what its end tells is refused before anything is unpacked
        looked_at.close()
        self._said = looked_at.said
        memory = PARQUET_MEMORY + path.stat().st_size
        self._request = ParquetRequest(str(path), list(columns), list(coded), memory, arrow=True)

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        with parquet_answer(self._request) as answer:
            try:
                for batch in pa.ipc.open_stream(answer.stream):
                    first, self.rows = self.rows + 1, self.rows + len(batch)
                    yield batch, np.arange(first, self.rows + 1)
            except (pa.ArrowException, OSError):
                raise answer.ended() from None
            answer.refuse(json.loads(answer.line()))
        if self.rows != self._said:
            raise not_whole(self._path.name)


class _Csv:
    def __init__(self, layout: FileLayout, path: Path, columns: Sequence[str], coded: Sequence[str]) -> None:
        self._layout = layout
        self.rejects: list[RejectedRow] = []
        try:
            self._file = CsvBatches(path, layout.csv_form, coded=lambda _: coded, only=columns)
        except CsvRefusedError as error:
            raise DamagedFileError(error.text.ja, error.text.en) from None

    @property
    def rows(self) -> int:
        return self._file.rows

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        try:
            for batch, lines in self._file.batches():
                self._take_rejects()
                if len(batch):
                    yield batch, lines
        except CsvRefusedError as error:
            raise DamagedFileError(error.text.ja, error.text.en) from None
        self._take_rejects()
        self._layout.check_trailer(self._file.trailer, self._file.rows)

    def _take_rejects(self) -> None:
        self.rejects += [(reject.line, reject.reason) for reject in self._file.rejects[len(self.rejects) :]]


class _FixedWidth:
    def __init__(self, layout: FileLayout, path: Path, columns: Sequence[str]) -> None:
        self._layout, self._path, self._columns = layout, path, tuple(columns)
        self.rejects: list[RejectedRow] = []
        self.rows = 0

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        rows: list[tuple[object, ...]] = []
        numbers: list[int] = []
        for number, cells in read_numbered_records(self._layout, self._path, self._columns):
            self.rows += 1
            if ... in cells:
                self.rejects.append((number, _WRONG_LENGTH))
                continue
            rows.append(cells)
            numbers.append(number)
            if len(rows) == _ROWS:
                yield self._batch(rows, numbers)
                rows, numbers = [], []
        if rows:
            yield self._batch(rows, numbers)

    def _batch(self, rows: list[tuple[object, ...]], numbers: list[int]) -> tuple[pa.RecordBatch, Numbers]:
        arrays = [pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, names=list(self._columns)), np.array(numbers, np.int64)
