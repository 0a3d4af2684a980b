"""Parquet files batch by batch, every column as texts or whole numbers, whatever its own type.

An owner's program chooses the types: a key may be a text, a decimal or bytes, a time any of a dozen. So each becomes
what a person would write: true and false, ISO 8601 with ``Z`` where the time is an instant, bytes as UTF-8. What no
reader of a cell could take (bytes that are no text, a time outside the calendar) becomes a text that none takes, so
that it costs its cell. A column of lists, a damaged page and a row group that no memory holds refuse the file, with the
column's name.
Needs pyarrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.opening import refuse_unopenable
from keiki.foundation.text.spellings import comparable

BATCH_ROWS = 1 << 17
LONGEST_TEXT = 1001
"""Characters that are kept of a text: one more than the readers of cells take."""
MOST_ROWS = 50_000_000
"""A utility has some 13 million points; a file of a few kilobytes may say that it has any number of rows."""
Numbers = npt.NDArray[np.int64]


class ParquetBatches:
    """One Parquet file: the columns ``columns``, of which ``coded`` come as Arrow dictionaries where they are texts.

    Raises :class:`DamagedFileError` naming the column, and :class:`OSError`.
    """

    def __init__(self, path: Path, columns: Sequence[str], coded: Sequence[str] = (), rows: int = BATCH_ROWS) -> None:
        self.path, self._columns, self._rows = path, list(columns), rows
        self.rows = 0
        refuse_unopenable(path)
        self._file = self._guarded(lambda: self._opened(coded), "")
        self.said = int(self._file.metadata.num_rows)
        """How many rows the file says that it has."""

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        """Yield the rows with their numbers in the file, from 1."""
        with self._file:
            batches = self._file.iter_batches(self._rows, columns=self._columns, use_threads=False)
            while (batch := self._guarded(lambda: next(batches, None))) is not None:
                numbers = np.arange(self.rows + 1, self.rows + len(batch) + 1)
                self.rows += len(batch)
                arrays = [self._guarded(partial(plain_texts, batch.column(name)), name) for name in self._columns]
                yield pa.RecordBatch.from_arrays(arrays, names=self._columns), numbers
            if self.rows != self.said:
                raise self._damaged()

    def close(self) -> None:
        """Close the file unread; done by itself where all rows are read."""
        self._file.close()

    def _opened(self, coded: Sequence[str]) -> Any:
        schema = pyarrow.parquet.read_schema(self.path)
        self._refuse_columns(schema)
        file = _opened(self.path, [name for name in coded if _is_text(schema.field(name).type)])
        self._refuse_rows(file.metadata.num_rows)
        return file

    def _guarded(self, read: Callable[[], Any], column: str | None = None) -> Any:
        return guarded(read, self.path, self._columns, column)

    def _damaged(self) -> DamagedFileError:
        return damaged(self.path, self._columns)

    def _refuse_columns(self, schema: pa.Schema) -> None:
        names = list(schema.names)
        if missing := ", ".join(name for name in self._columns if name not in names):
            raise DamagedFileError(
                f"{self.path.name} に列 {missing} がない", f"{self.path.name} has no column {missing}"
            )
        forms = [comparable(name) for name in names]
        if twice := ", ".join(name for name in self._columns if forms.count(comparable(name)) > 1):
            raise DamagedFileError(
                f"{self.path.name} に列 {twice} が二つある(表記の違いは同じ列とみなす)",
                f"{self.path.name} has the column {twice} twice, in whatever spelling",
            )
        for name in self._columns:
            type_ = schema.field(name).type
            if not _is_single(type_):
                raise DamagedFileError(
                    f"{self.path.name} の列 {name} は一つの値ではなく {type_} である。値の列にする",
                    f"the column {name} of {self.path.name} holds {type_}, not single values: export one value a cell",
                )

    def _refuse_rows(self, rows: int) -> None:
        if rows > MOST_ROWS:
            raise DamagedFileError(
                f"{self.path.name} に{rows:,}行あり、{MOST_ROWS:,}行より多い",
                f"{self.path.name} has {rows:,} rows, more than {MOST_ROWS:,}",
            )


def guarded(read: Callable[[], Any], path: Path, columns: Sequence[str], column: str | None = None) -> Any:
    """Read, and say of what is damaged which column it is; an error of the disk is not the file's.

    Raises :class:`DamagedFileError` and :class:`OSError`. ``column`` is the one that is read, if known ("": none).
    """
    try:
        return read()
    except MemoryError:
        raise too_large(path.name) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise damaged(path, columns, column) from None
    except (pa.ArrowException, UnicodeDecodeError, OverflowError):
        raise damaged(path, columns, column) from None


def damaged(path: Path, columns: Sequence[str], column: str | None = None) -> DamagedFileError:
    """Say of a file that it is damaged, and in which of ``columns``, found by reading each alone."""
    if column is None:  # one that cannot be read at all, before one whose texts or places are none
        column = next((name for valid in (False, True) for name in columns if not _can_be_read(path, name, valid)), "")
    if not column:
        return not_whole(path.name)
    return DamagedFileError(f"{path.name} の列 {column} が壊れている", f"the column {column} of {path.name} is damaged")


def _can_be_read(path: Path, column: str, valid: bool) -> bool:
    """Whether a column can be read alone, and, where asked for, is ``valid``."""
    try:
        with _opened(path, []) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=[column], use_threads=False):
                if valid:
                    batch.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError, MemoryError):
        return False
    return True


def not_whole(name: str) -> DamagedFileError:
    """Say of a file that it is not what its ending says."""
    return DamagedFileError(f"{name} は完全なParquetファイルではない", f"{name} is not a whole Parquet file")


def too_large(name: str) -> DamagedFileError:
    """Say of a file that its pages do not fit in memory."""
    return DamagedFileError(
        f"{name} は、開くとメモリーに収まらない。ページと行グループを小さくする",
        f"{name} does not fit in memory when it is unpacked: write smaller pages and row groups",
    )


def _opened(path: Path, texts: Sequence[str]) -> Any:
    return pyarrow.parquet.ParquetFile(
        path, read_dictionary=list(texts), pre_buffer=False, page_checksum_verification=True
    )


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def _is_single(type_: pa.DataType) -> bool:
    """Whether a cell is one value that can be written."""
    if pa.types.is_dictionary(type_):
        return _is_single(type_.value_type)
    if isinstance(type_, pa.BaseExtensionType):
        return _is_single(type_.storage_type)
    return not (pa.types.is_nested(type_) or pa.types.is_interval(type_))


def plain_texts(column: pa.Array) -> pa.Array:
    """Return a column as texts, as an Arrow dictionary of texts, or as whole numbers where it is of these."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), plain_texts(column.dictionary))
    if isinstance(type_, pa.BaseExtensionType):
        return plain_texts(column.storage)
    if pa.types.is_integer(type_):
        return column
    if pa.types.is_timestamp(type_) and type_.tz is not None:
        column = column.cast(pa.timestamp(type_.unit, "UTC"))  # the zone's name may be no zone, and does not matter
    return _short(_decoded(column) if _is_bytes(type_) else column.cast(pa.string()))


def texts_of_bytes(column: pa.Array) -> pa.Array:
    """Return a column of bytes as texts, also where it is a dictionary; any other as it is."""
    type_ = column.type
    if pa.types.is_dictionary(type_):
        values = texts_of_bytes(column.dictionary)
        return column if values is column.dictionary else pa.DictionaryArray.from_arrays(column.indices, values)
    return _decoded(column) if _is_bytes(type_) and not _is_text(type_) else column


def _is_bytes(type_: pa.DataType) -> bool:
    return _is_text(type_) or bool(
        pa.types.is_binary(type_)
        or pa.types.is_large_binary(type_)
        or pa.types.is_fixed_size_binary(type_)
        or pa.types.is_binary_view(type_)
        or pa.types.is_string_view(type_)
    )


def _decoded(column: pa.Array) -> pa.Array:
    """Return texts; bytes that are no UTF-8 (Parquet does not look) stand as U+FFFD."""
    try:
        texts = column.cast(pa.string())
        texts.validate(full=True)
    except pa.ArrowInvalid:
        cells = column.cast(pa.large_binary()).to_pylist()
        return pa.array([None if cell is None else cell.decode("utf-8", "replace") for cell in cells], pa.string())
    return texts


def _short(texts: pa.Array) -> pa.Array:
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    return texts if longest < LONGEST_TEXT else pc.utf8_slice_codeunits(texts, 0, LONGEST_TEXT)
