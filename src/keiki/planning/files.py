"""Parquet and CSV files, read and written batch by batch.

CSV columns are carried as text, so that nothing in them is written otherwise than it was read: a supply point keeps its
leading zero. A file appears under its name only when it is complete.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from keiki.domain.units import RefusedError
from keiki.foundation.files.csv_batches import CsvBatches
from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.foundation.files.drafts import make_draft
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.opening import NO_PERMISSION, refuse_unopenable
from keiki.foundation.files.parquet_batches import guarded
from keiki.foundation.text.bilingual import Bilingual
from keiki.foundation.text.spellings import comparable
from keiki.planning.table import Numbers
from keiki.planning.words import reason, say

BATCH_ROWS = 1 << 17


class FileError(RefusedError):
    """A file that cannot be read or written; the sentence says which and why."""


@dataclass(frozen=True)
class RowPortion:
    """Some rows: as a batch, with the number of each, and the rows among them that cannot be read, with why."""

    rows: pa.RecordBatch
    numbers: Numbers
    rejects: Sequence[tuple[int, Bilingual]] = ()


class RowSource(Protocol):
    """A file being read. ``counted_in`` says what rows are numbered by: ``"line"`` of a text file, or ``"row"``."""

    columns: tuple[str, ...]
    counted_in: str

    def portions(self) -> Iterator[RowPortion]:
        """Return the rows, portion by portion; an empty one if there are none."""

    def progress(self) -> float:
        """The part of the file that was read, 0 to 1."""


def open_source(path: Path, wanted: Sequence[str]) -> RowSource:
    """Open a ``.parquet`` or ``.csv`` file. ``wanted`` are the columns that are looked at, most of few values."""
    if _file_suffix(path) not in _SOURCES:
        raise FileError(say("unknown-ending", file=path.name))
    try:
        opened = _SOURCES[_file_suffix(path)](path, {comparable(name) for name in wanted})
    except CsvRefusedError as error:
        raise refused(error) from None
    except OSError as error:
        raise FileError(say("unreadable", file=path.name, why=reason(error))) from None
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise incorrect(path, error) from None
    _refuse_twice(path, opened.columns)
    return opened


def _refuse_twice(path: Path, columns: Sequence[str]) -> None:
    for name in columns:
        if columns.count(name) > 1:
            raise FileError(say("column-twice", file=path.name, column=name))


def refused(error: CsvRefusedError) -> FileError:
    """Return the refusal of a CSV file as a sentence of planning."""
    return FileError(error.text)


def incorrect(path: Path, error: Exception) -> FileError:
    """Return the refusal of a file that Arrow cannot make sense of."""
    return FileError(say("not-correct", file=path.name, ending=_file_suffix(path), why=error))


def _file_suffix(path: Path) -> str:
    return path.suffix.lower()


class _ParquetSource:
    counted_in = "row"

    def __init__(self, path: Path, wanted: Collection[str]) -> None:
        refuse_unopenable(path)
        self._path = path
        schema = pyarrow.parquet.read_schema(path)
        self.columns = tuple(schema.names)
        _refuse_twice(path, self.columns)  # Arrow finds no column by a name that two have
        looked_at = [name for name in self.columns if comparable(name) in wanted]
        for name in looked_at:
            if pa.types.is_nested(schema.field(name).type):
                raise FileError(say("nested-column", file=path.name, column=name))
        texts = [name for name in looked_at if _is_text(schema.field(name).type)]
        self._file = pyarrow.parquet.ParquetFile(
            path, read_dictionary=texts, pre_buffer=False, page_checksum_verification=True
        )
        self._read = 0

    def portions(self) -> Iterator[RowPortion]:
        batches = self._file.iter_batches(batch_size=BATCH_ROWS)
        while (batch := self._next(batches)) is not None:
            first, self._read = self._read + 1, self._read + len(batch)
            yield RowPortion(batch, np.arange(first, self._read + 1))
        if not self._read:
            yield RowPortion(pa.RecordBatch.from_pylist([], self._file.schema_arrow), np.zeros(0, np.int64))

    def _next(self, batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
        """Return the next batch; raises :class:`FileError` for a damaged one, and names its column."""

        def read() -> pa.RecordBatch | None:
            if (batch := next(batches, None)) is not None:
                batch.validate(full=True)  # a damaged page may have places beyond a dictionary, or bytes of no text
            return batch

        try:
            return guarded(read, self._path, self.columns)
        except DamagedFileError as error:
            raise FileError(say("export-again", why=error.text)) from None

    def progress(self) -> float:
        return self._read / max(1, int(self._file.metadata.num_rows))


class _CsvSource:
    counted_in = "line"

    def __init__(self, path: Path, wanted: Collection[str]) -> None:
        self._file = CsvBatches(path, coded=lambda names: [name for name in names if comparable(name) in wanted])
        self.columns = self._file.names

    def portions(self) -> Iterator[RowPortion]:
        try:
            for rows, lines in self._file.batches():
                yield RowPortion(rows, lines, self._rejects())
            if rejects := self._rejects():
                yield RowPortion(rows.slice(0, 0), lines[:0], rejects)
        except CsvRefusedError as error:
            raise refused(error) from None

    def _rejects(self) -> list[tuple[int, Bilingual]]:
        rejects = sorted((reject.line, reject.reason) for reject in self._file.rejects)
        self._file.rejects.clear()
        return rejects

    def progress(self) -> float:
        return self._file.bytes_read / max(1, self._file.size)


_SOURCES: dict[str, Callable[[Path, Collection[str]], RowSource]] = {".parquet": _ParquetSource, ".csv": _CsvSource}


def check_place(path: Path) -> None:
    """Raise :class:`FileError` if no file can be written at ``path``: before hours of work, not after."""
    if not path.parent.is_dir():
        raise FileError(say("no-folder", file=path.name))
    if path.is_dir():
        raise FileError(say("is-folder", file=path.name))
    if not os.access(path.parent, os.W_OK):
        raise FileError(say("unwritable", file=path.name, why=NO_PERMISSION))


class RowSink:
    """A ``.parquet`` or ``.csv`` file being written; :meth:`close` puts it in its place, :meth:`discard` removes it.

    Whoever writes a second file beside it calls :meth:`complete`, puts that one in its place, and then :meth:`close`.
    """

    def __init__(self, path: Path) -> None:
        if _file_suffix(path) not in _SOURCES:
            raise FileError(say("unknown-ending", file=path.name))
        check_place(path)
        self._path, self._draft = path, path.with_name(f".{path.name}.partial")
        self._writer: Any = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one more batch; all have the columns and types of the first."""
        if _file_suffix(self._path) == ".csv":
            batch = _decoded(batch)
        if self._writer is None:
            self._writer = self._open(batch.schema)
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Complete the file and put it in its place."""
        self.complete()
        if self._draft.exists():
            self._draft.replace(self._path)

    def complete(self) -> None:
        """Write what is left to be written, not yet under the file's name."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def discard(self) -> None:
        """Leave nothing behind."""
        self.complete()
        self._draft.unlink(missing_ok=True)

    def _open(self, schema: pa.Schema) -> Any:
        make_draft(self._draft)
        if _file_suffix(self._path) == ".csv":
            self._refuse_unwritable(schema)
            options = pyarrow.csv.WriteOptions(quoting_style="needed")
            return pyarrow.csv.CSVWriter(str(self._draft), schema, write_options=options)
        return self._parquet(schema)

    def _refuse_unwritable(self, schema: pa.Schema) -> None:
        """Raise :class:`FileError` for a column whose values no CSV holds, such as lists."""
        for field in schema:
            try:
                pyarrow.csv.write_csv(pa.schema([field]).empty_table(), io.BytesIO())
            except pa.ArrowException:
                raise FileError(say("not-as-csv", file=self._path.name, column=field.name, type=field.type)) from None

    def _parquet(self, schema: pa.Schema) -> Any:
        few = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        others = [field.name for field in schema if field.name not in few]
        return pyarrow.parquet.ParquetWriter(
            str(self._draft),
            schema,
            use_dictionary=few,
            write_statistics=others,  # of coded columns they tell little and cost a third of the writing
            compression="snappy",
            store_schema=False,  # coded columns are plain texts again for whoever reads the file
        )


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def _decoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
