"""Parquet and CSV files, read and written batch by batch.

CSV columns are carried as text, so that nothing in them is written otherwise than it was read: a supply point keeps its
leading zero. A file appears under its name only when it is complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

BATCH_ROWS = 1 << 17
_CSV_BLOCK = 8 << 20


class FileError(ValueError):
    """A file that cannot be read or written; the text says which and why."""


class Source(Protocol):
    """A file being read."""

    columns: tuple[str, ...]
    malformed: dict[int, str]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Return the rows, batch by batch; one empty batch if there are none."""

    def progress(self) -> float:
        """The part of the file that was read, 0 to 1."""


def open_source(path: Path, coded: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Source:
    """Open a ``.parquet`` or ``.csv`` file. ``coded`` picks the columns of few values from all there are."""
    try:
        return _SOURCES[path.suffix](path, coded)
    except KeyError:
        raise FileError(f"{path.name} is neither .parquet nor .csv: convert it") from None
    except OSError as error:
        raise FileError(f"{path.name} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise FileError(f"{path.name} is not UTF-8: save it as UTF-8") from None
    except pa.ArrowInvalid as error:
        raise FileError(f"{path.name} is not a correct {path.suffix} file: {error}") from None


class _ParquetSource:
    def __init__(self, path: Path, coded: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
        schema = pyarrow.parquet.read_schema(path)
        self.columns = tuple(schema.names)
        texts = [name for name in coded(self.columns) if _is_text(schema.field(name).type)]
        self._file = pyarrow.parquet.ParquetFile(path, read_dictionary=texts, pre_buffer=False)
        self._read = 0
        self.malformed: dict[int, str] = {}

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
        self.columns = tuple(pyarrow.csv.read_csv(pa.py_buffer(header.encode())).column_names)
        few = set(coded(self.columns))
        types = {name: pa.dictionary(pa.int32(), pa.string()) if name in few else pa.string() for name in self.columns}
        self.malformed: dict[int, str] = {}
        self._size, self._file = path.stat().st_size, pa.OSFile(str(path))
        self._reader = pyarrow.csv.open_csv(
            self._file,
            read_options=pyarrow.csv.ReadOptions(block_size=_CSV_BLOCK, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=self._skip, newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False),
        )

    def _skip(self, row: Any) -> str:
        self.malformed[row.number - 1] = f"the row has {row.actual_columns} columns, not {row.expected_columns}"
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


class Sink:
    """A ``.parquet`` or ``.csv`` file being written; :meth:`close` puts it in its place, :meth:`discard` removes it."""

    def __init__(self, path: Path) -> None:
        if path.suffix not in _SOURCES:
            raise FileError(f"{path.name} is neither .parquet nor .csv: give it one of these endings")
        if not path.parent.is_dir():
            raise FileError(f"the folder of {path.name} does not exist: make it")
        self._path, self._draft = path, path.with_name(f".{path.name}.partial")
        self._writer: Any = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Write one more batch; all have the columns and types of the first."""
        if self._path.suffix == ".csv":
            batch = _decoded(batch)
        if self._writer is None:
            self._writer = self._open(batch.schema)
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Complete the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self._draft.replace(self._path)

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._writer is not None:
            self._writer.close()
        self._draft.unlink(missing_ok=True)

    def _open(self, schema: pa.Schema) -> Any:
        if self._path.suffix == ".csv":
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
