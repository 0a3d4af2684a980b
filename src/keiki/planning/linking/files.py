"""The files of one snapshot, read batch by batch: the columns that the mapping names, and each row's number.

The owners' files are read as they are, by the same code as the office's drops (``keiki.foundation.files``). Where the
as-of time stands in the file's name, it comes as a column like any other. Columns of few values come coded (Arrow
dictionaries). Every row of a file comes out, as a row, as one that does not count, or as a reject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keiki.domain.linkage.masking import is_legible
from keiki.domain.mapping.cells import BLANKS
from keiki.domain.mapping.columns import FILE_TIME
from keiki.foundation.files.dropped_batches import DroppedBatches, Numbers, RejectedRow, open_batches
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.folder import time_in_name
from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.errors import LinkingError, cannot_be_read
from keiki.planning.linking.text_bytes import Flags


@dataclass(frozen=True)
class NumberedBatch:
    """Rows of one file, with their numbers there.

    ``doubts`` are the rows, by column of ``only``, whose cell cannot be read: they may count or not.
    """

    file: str
    rows: pa.RecordBatch
    numbers: Numbers
    doubts: Mapping[str, Flags] = field(default_factory=dict)


class SnapshotFiles:
    """One snapshot's files; raises :class:`LinkingError` if one, or one of its columns, is not there or is damaged.

    ``rejects`` are the rows of a file that are not read, complete when all batches are; ``passed_over`` counts those
    that do not count.
    """

    def __init__(self, snapshot: Snapshot, coded: Sequence[str]) -> None:
        self._snapshot = snapshot
        columns = dict.fromkeys((*snapshot.columns, *snapshot.only))
        self._columns = [column for column in columns if column != FILE_TIME]
        self._coded = [*coded, *(column for column in snapshot.only if column not in snapshot.columns)]
        self._coded = [column for column in self._coded if column != FILE_TIME]
        self.rejects: list[tuple[str, RejectedRow]] = []
        self.passed_over = 0
        for path in snapshot.files:
            self._open(path)

    def batches(self) -> Iterator[NumberedBatch]:
        """Yield the rows that count, file by file."""
        for path in self._snapshot.files:
            opened, read = self._open(path), 0
            named = self._time(path)
            try:
                for batch, numbers in opened.batches():
                    read += len(batch)
                    kept = self._counted(path.name, batch, numbers)
                    if len(kept.rows):
                        yield replace(kept, rows=_with_time(kept.rows, named))
            except DamagedFileError as error:
                raise _ask_owner(error) from None
            except OSError as error:
                raise cannot_be_read(path, error) from None
            self.rejects += [(path.name, reject) for reject in opened.rejects]
            refuse_lost_rows(path, opened, read)

    def _open(self, path: Path) -> DroppedBatches:
        try:
            return open_batches(self._snapshot.layout, path, self._columns, self._coded)
        except DamagedFileError as error:
            raise _ask_owner(error) from None
        except OSError as error:
            raise cannot_be_read(path, error) from None

    def _time(self, path: Path) -> str | None:
        """Return the as-of time that stands in a file's name, where it does."""
        if self._snapshot.as_of_in_name is None:
            return None
        try:
            return time_in_name(self._snapshot.as_of_in_name, path.name)
        except DamagedFileError as error:
            raise LinkingError(f"{path.name}: {error.text.ja}", f"{path.name}: {error.text.en}") from None

    def _counted(self, file: str, batch: pa.RecordBatch, numbers: Numbers) -> NumberedBatch:
        counted = np.ones(len(batch), np.bool_)
        doubts: dict[str, Flags] = {}
        for column, values in self._snapshot.only.items():
            cells = batch.column(column)
            if not pa.types.is_dictionary(cells.type):
                cells = cells.cast(pa.string()).dictionary_encode()
            texts = pc.utf8_trim(cells.dictionary, characters=BLANKS)
            named = pc.is_in(texts, pa.array(values, pa.string()))
            illegible = pa.array([text is not None and not is_legible(text) for text in texts.to_pylist()], pa.bool_())
            doubts[column] = _of_rows(illegible, cells.indices)
            counted &= _of_rows(named, cells.indices) | doubts[column]
        if not counted.all():
            self.passed_over += int((~counted).sum())
            batch, numbers = batch.filter(pa.array(counted)), numbers[counted]
            doubts = {column: doubt[counted] for column, doubt in doubts.items()}
        return NumberedBatch(file, batch, numbers, {column: doubt for column, doubt in doubts.items() if doubt.any()})


def _of_rows(found: pa.Array, indices: pa.Array) -> Flags:
    """Return for every row what was found of its distinct cell; an empty cell is nothing."""
    flags: Flags = found.take(indices).fill_null(False).to_numpy(zero_copy_only=False)
    return flags


def refuse_lost_rows(path: Path, opened: DroppedBatches, read: int) -> None:
    """Raise :class:`LinkingError` unless every row of the file was read or rejected."""
    if read + len(opened.rejects) != opened.rows:
        raise LinkingError(
            f"{path.name} の{opened.rows}行のうち{read + len(opened.rejects)}行しか扱えていません。報告してください。",
            f"of {opened.rows} rows of {path.name} only {read + len(opened.rejects)} were read or rejected: report it",
        )


def _with_time(batch: pa.RecordBatch, named: str | None) -> pa.RecordBatch:
    if named is None:
        return batch
    times = pa.DictionaryArray.from_arrays(np.zeros(len(batch), np.int32), pa.array([named]))
    return pa.RecordBatch.from_arrays([*batch.columns, times], names=[*batch.schema.names, FILE_TIME])


def _ask_owner(error: DamagedFileError) -> LinkingError:
    return LinkingError(
        f"{error.text.ja}。対応表と照らし、所有者に再出力を依頼してください。",
        f"{error.text.en}: check it against the mapping, or ask its owner to export it again",
    )
