"""Snapshot files, read batch by batch: the columns that the mapping names and no other, and each row's number.

Parquet keeps its own types; CSV is UTF-8 text with a header. Columns of few values come coded (Arrow dictionaries).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from keiki.domain.linkage.terms import Text
from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.errors import LinkingError

BATCH_ROWS = 1 << 17
_CSV_BLOCK = 16 << 20
Numbers = npt.NDArray[np.int64]


class SnapshotFile:
    """One snapshot's file; raises :class:`LinkingError` if it or one of its columns is not there."""

    def __init__(self, snapshot: Snapshot, coded: Sequence[str]) -> None:
        self.snapshot, self._path = snapshot, snapshot.file
        self._columns = list(dict.fromkeys((*snapshot.columns, *snapshot.only)))
        self._coded = [*coded, *(column for column in snapshot.only if column not in snapshot.columns)]
        self.malformed: list[tuple[int, Text]] = []
        self._check()

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        """Yield the rows that count, with their numbers in the file from 1."""
        read = 0
        try:
            for batch in self._parquet() if self._path.suffix == ".parquet" else self._csv():
                numbers = np.arange(read + 1, read + len(batch) + 1)
                read += len(batch)
                yield self._counted(batch, numbers)
        except pa.ArrowInvalid:
            raise _not_correct(self._path) from None

    def _counted(self, batch: pa.RecordBatch, numbers: Numbers) -> tuple[pa.RecordBatch, Numbers]:
        for place in sorted(number for number, _ in self.malformed):
            numbers[numbers >= place] += 1
        for column, values in self.snapshot.only.items():
            cells = batch.column(column)
            if pa.types.is_dictionary(cells.type):
                cells = cells.dictionary_decode()
            kept = pa.compute.is_in(cells.cast(pa.string()), pa.array(values))
            numbers = numbers[kept.to_numpy(zero_copy_only=False)]
            batch = batch.filter(kept)
        return batch, numbers

    def _check(self) -> None:
        path = self._path
        if path.suffix not in (".parquet", ".csv"):
            raise LinkingError(
                f"{path.name} は .parquet でも .csv でもありません。変換してください。",
                f"{path.name} is neither .parquet nor .csv: convert it",
            )
        if not path.is_file():
            raise LinkingError(
                f"{path.name} がありません。スナップショットのファイル名を確認してください。",
                f"there is no file {path.name}: check the snapshot's file name",
            )
        try:
            names = self._names()
        except (pa.ArrowInvalid, UnicodeDecodeError):
            raise _not_correct(path) from None
        missing = [column for column in self._columns if column not in names]
        if missing:
            raise LinkingError(
                f"{path.name} に列{'、'.join(missing)}がありません。対応表を確認してください。",
                f"{path.name} has no column {', '.join(missing)}: check the mapping of {self.snapshot.card.id!r}",
            )

    def _names(self) -> list[str]:
        if self._path.suffix == ".parquet":
            return list(pyarrow.parquet.read_schema(self._path).names)
        with self._path.open(encoding="utf-8-sig", newline="") as opened:
            return list(pyarrow.csv.read_csv(pa.py_buffer(opened.readline().encode())).column_names)

    def _parquet(self) -> Iterator[pa.RecordBatch]:
        schema = pyarrow.parquet.read_schema(self._path)
        texts = [column for column in self._coded if pa.types.is_string(schema.field(column).type)]
        with pyarrow.parquet.ParquetFile(self._path, read_dictionary=texts, pre_buffer=False) as file:
            yield from file.iter_batches(BATCH_ROWS, columns=self._columns, use_threads=False)

    def _csv(self) -> Iterator[pa.RecordBatch]:
        few = pa.dictionary(pa.int32(), pa.string())
        types = {column: few if column in self._coded else pa.string() for column in self._columns}
        convert = pyarrow.csv.ConvertOptions(
            column_types=types, include_columns=self._columns, strings_can_be_null=False
        )
        yield from pyarrow.csv.open_csv(
            self._path,
            read_options=pyarrow.csv.ReadOptions(block_size=_CSV_BLOCK, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(invalid_row_handler=self._skip, newlines_in_values=True),
            convert_options=convert,
        )

    def _skip(self, row: Any) -> str:
        cells = f"{row.actual_columns} / {row.expected_columns}"
        told = (f"列の数が見出しと異なります ({cells})。", f"not as many cells as the header has ({cells})")
        self.malformed.append((row.number - 1, told))
        return "skip"


def _not_correct(path: Path) -> LinkingError:
    return LinkingError(
        f"{path.name} は正しい{path.suffix}ファイルではありません。所有者に再出力を依頼してください。",
        f"{path.name} is not a correct {path.suffix} file: ask its owner to export it again",
    )
