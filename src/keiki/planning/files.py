"""Parquet and CSV files, read and written batch by batch.

CSV columns are carried as text, so that nothing in them is written otherwise than it was read: a supply point keeps its
leading zero. A file appears under its name only when it is complete.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from keiki.domain.units import RefusedError, Sentence
from keiki.planning.words import reason, say

BATCH_ROWS = 1 << 17
_CSV_BLOCK = 8 << 20


class FileError(RefusedError):
    """A file that cannot be read or written; the sentence says which and why."""


class Source(Protocol):
    """A file being read."""

    columns: tuple[str, ...]
    malformed: dict[int, Sentence]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Return the rows, batch by batch; one empty batch if there are none."""

    def progress(self) -> float:
        """The part of the file that was read, 0 to 1."""


def open_source(path: Path, coded: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Source:
    """Open a ``.parquet`` or ``.csv`` file. ``coded`` picks the columns of few values from all there are."""
    if _ending(path) not in _SOURCES:
        raise FileError(say("unknown-ending", file=path.name))
    try:
        opened = _SOURCES[_ending(path)](path, coded)
    except OSError as error:
        raise FileError(say("unreadable", file=path.name, why=reason(error))) from None
    except UnicodeDecodeError:
        raise FileError(say("not-utf8", file=path.name)) from None
    except pa.ArrowException as error:
        raise incorrect(path, error) from None
    for name in opened.columns:
        if opened.columns.count(name) > 1:
            raise FileError(say("column-twice", file=path.name, column=name))
    return opened


def incorrect(path: Path, error: pa.ArrowException) -> FileError:
    """Return the refusal of a file that Arrow cannot make sense of."""
    if "invalid UTF8" in str(error):
        return FileError(say("not-utf8", file=path.name))
    return FileError(say("not-correct", file=path.name, ending=_ending(path), why=error))


def _ending(path: Path) -> str:
    return path.suffix.lower()


class _ParquetSource:
    def __init__(self, path: Path, coded: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
        schema = pyarrow.parquet.read_schema(path)
        self.columns = tuple(schema.names)
        texts = [name for name in coded(self.columns) if _is_text(schema.field(name).type)]
        self._file = pyarrow.parquet.ParquetFile(path, read_dictionary=texts, pre_buffer=False)
        self._read = 0
        self.malformed: dict[int, Sentence] = {}

    def batches(self) -> Iterator[pa.RecordBatch]:
        for batch in self._file.iter_batches(batch_size=BATCH_ROWS):
            self._read += len(batch)
            yield batch
        if not self._read:
            yield pa.RecordBatch.from_pylist([], self._file.schema_arrow)

    def progress(self) -> float:
        return self._read / max(1, int(self._file.metadata.num_rows))


class _CsvSource:
    def __init__(self, path: Path, coded: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            header = opened.readline()
        if not header.strip():
            raise FileError(say("empty-file", file=path.name))
        self.columns = tuple(pyarrow.csv.read_csv(pa.py_buffer(header.encode())).column_names)
        few = set(coded(self.columns))
        types = {name: pa.dictionary(pa.int32(), pa.string()) if name in few else pa.string() for name in self.columns}
        self.malformed: dict[int, Sentence] = {}
        self._size, self._file = path.stat().st_size, pa.OSFile(str(path))
        self._reader = pyarrow.csv.open_csv(
            self._file,
            read_options=pyarrow.csv.ReadOptions(block_size=_CSV_BLOCK, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=self._skip, newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False),
        )

    def _skip(self, row: Any) -> str:
        self.malformed[row.number - 1] = say("ragged-row", actual=row.actual_columns, expected=row.expected_columns)
        return "skip"

    def batches(self) -> Iterator[pa.RecordBatch]:
        read = 0
        for batch in self._reader:
            read += len(batch)
            yield batch
        if not read:
            yield pa.RecordBatch.from_pylist([], self._reader.schema)

    def progress(self) -> float:
        return float(self._file.tell()) / max(1, self._size)


_SOURCES: dict[str, Callable[[Path, Callable[[tuple[str, ...]], tuple[str, ...]]], Source]] = {
    ".parquet": _ParquetSource,
    ".csv": _CsvSource,
}


def check_place(path: Path) -> None:
    """Raise :class:`FileError` if no file can be written at ``path``: before hours of work, not after."""
    if not path.parent.is_dir():
        raise FileError(say("no-folder", file=path.name))
    if path.is_dir():
        raise FileError(say("is-folder", file=path.name))
    if not os.access(path.parent, os.W_OK):
        raise FileError(say("unwritable", file=path.name, why=say("no-permission")))


class Sink:
    """A ``.parquet`` or ``.csv`` file being written; :meth:`close` puts it in its place, :meth:`discard` removes it.

    Whoever writes a second file beside it calls :meth:`complete`, puts that one in its place, and then :meth:`close`.
    """

    def __init__(self, path: Path) -> None:
        if _ending(path) not in _SOURCES:
            raise FileError(say("unknown-ending", file=path.name))
        check_place(path)
        self._path, self._draft = path, path.with_name(f".{path.name}.partial")
        self._writer: Any = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one more batch; all have the columns and types of the first."""
        if _ending(self._path) == ".csv":
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
        if _ending(self._path) == ".csv":
            options = pyarrow.csv.WriteOptions(quoting_style="needed")
            return pyarrow.csv.CSVWriter(str(self._draft), schema, write_options=options)
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
