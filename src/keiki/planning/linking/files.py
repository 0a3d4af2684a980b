"""Snapshot files, read batch by batch: the columns that the mapping names and no other, and each row's number.

Parquet keeps its own types; CSV is UTF-8 text with a header, whose rows are numbered by the lines of the file. Columns
of few values come coded (Arrow dictionaries).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet

from keiki.domain.linkage.terms import Text
from keiki.foundation.files.csv_batches import CsvBatches
from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.errors import LinkingError

BATCH_ROWS = 1 << 17
Numbers = npt.NDArray[np.int64]


class SnapshotFile:
    """One snapshot's file; raises :class:`LinkingError` if it or one of its columns is not there."""

    def __init__(self, snapshot: Snapshot, coded: Sequence[str]) -> None:
        self.snapshot, self._path, self._ending = snapshot, snapshot.file, snapshot.file.suffix.lower()
        self._columns = list(dict.fromkeys((*snapshot.columns, *snapshot.only)))
        self._coded = [*coded, *(column for column in snapshot.only if column not in snapshot.columns)]
        self.malformed: list[tuple[int, Text]] = []
        self._check()

    def batches(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        """Yield the rows that count, with their numbers in the file from 1."""
        try:
            for batch, numbers in self._parquet() if self._ending == ".parquet" else self._csv():
                yield self._counted(batch, numbers)
        except pa.ArrowInvalid:
            raise _not_correct(self._path) from None
        except CsvRefusedError as error:
            raise LinkingError(error.text.ja, error.text.en) from None

    def _counted(self, batch: pa.RecordBatch, numbers: Numbers) -> tuple[pa.RecordBatch, Numbers]:
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
        if self._ending not in (".parquet", ".csv"):
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
            missing = self._missing()
        except pa.ArrowInvalid:
            raise _not_correct(path) from None
        except CsvRefusedError as error:
            raise LinkingError(error.text.ja, error.text.en) from None
        if missing:
            raise LinkingError(
                f"{path.name} に列{'、'.join(missing)}がありません。対応表を確認してください。",
                f"{path.name} has no column {', '.join(missing)}: check the mapping of {self.snapshot.card.id!r}",
            )

    def _missing(self) -> list[str]:
        if self._ending == ".csv":
            CsvBatches(self._path, only=self._columns)
            return []
        names = set(pyarrow.parquet.read_schema(self._path).names)
        return [column for column in self._columns if column not in names]

    def _parquet(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        schema, read = pyarrow.parquet.read_schema(self._path), 0
        texts = [column for column in self._coded if pa.types.is_string(schema.field(column).type)]
        with pyarrow.parquet.ParquetFile(self._path, read_dictionary=texts, pre_buffer=False) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=self._columns, use_threads=False):
                first, read = read + 1, read + len(batch)
                yield batch, np.arange(first, read + 1)

    def _csv(self) -> Iterator[tuple[pa.RecordBatch, Numbers]]:
        file = CsvBatches(self._path, only=self._columns, coded=lambda _: self._coded)
        for batch, lines in file.batches():
            self.malformed += [(reject.line, (reject.reason.ja, reject.reason.en)) for reject in file.rejects]
            file.rejects.clear()
            yield batch, lines
        self.malformed += [(reject.line, (reject.reason.ja, reject.reason.en)) for reject in file.rejects]


def _not_correct(path: Path) -> LinkingError:
    return LinkingError(
        f"{path.name} は正しい{path.suffix}ファイルではありません。所有者に再出力を依頼してください。",
        f"{path.name} is not a correct {path.suffix} file: ask its owner to export it again",
    )
