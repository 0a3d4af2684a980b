"""A source's rows on disk, in parts by their keys, so that points are joined part by part.

Joining millions of rows at once misses the processor's caches with every row, and beyond the memory allowed all of it
is written and read again. The rows of one part fit. Rows are sorted by part a million at a time and written to one
file, so that a part is one slice of each million.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.repeats import ODD, Words, repeated
from keiki.planning.linking.text_bytes import Flags

PART_BYTES = 10 << 20
"""How much of the largest snapshot goes into one part: some 200,000 rows of Parquet."""
PART_TYPE = pa.uint8()
RUN_ROWS = 1 << 20
"""How many rows are sorted by part together."""
_BITS = 8


def parts_for(sizes: Iterable[int]) -> int:
    """Return in how many parts snapshots of these sizes (in bytes) are joined: a power of two."""
    largest = max(sizes)
    return 1 << min(_BITS, max(0, math.ceil(math.log2(max(1, largest) / PART_BYTES))))


def part_of(keys: pa.Array, parts: int) -> pa.Array:
    """Return the part of each key, null where the key is."""
    return pa.array(_part(_low_words(keys), parts), PART_TYPE, mask=~keys.is_valid().to_numpy(zero_copy_only=False))


def _low_words(keys: pa.Array) -> Words:
    """Return the lower 64 bits of each key."""
    words: Words = np.frombuffer(keys.buffers()[1], np.uint64, 2 * len(keys), 16 * keys.offset)
    return words[::2]


def _part(low: Words, parts: int) -> npt.NDArray[np.uint8]:
    bits = parts.bit_length() - 1
    return ((low * ODD) >> np.uint64(64 - _BITS)).astype(np.uint8) >> np.uint8(_BITS - bits)


class PartitionedRows:
    """One source's rows: written batch by batch, closed, then read part by part.

    The first column is the key. Raises :class:`LinkingError` where there is no room.
    """

    def __init__(self, path: Path, schema: pa.Schema, parts: int) -> None:
        self.parts, self._path, self._schema = parts, path, schema
        self._waiting: list[pa.RecordBatch] = []
        self._starts: list[npt.NDArray[np.intp]] = []
        self._words: list[Words] = []
        self._several: list[Flags] = []
        try:
            self._file = pa.OSFile(str(path), "wb")
            self._writer = pa.ipc.new_file(self._file, schema)
        except OSError as error:
            raise _no_room(error) from None

    def write(self, batch: pa.RecordBatch) -> None:
        """Take in rows; those without a key are passed over."""
        self._waiting.append(batch)
        if sum(map(len, self._waiting)) >= RUN_ROWS:
            self._write_run()

    def _write_run(self) -> None:
        run = pa.concat_batches([pa.RecordBatch.from_pylist([], self._schema), *self._waiting])
        self._waiting.clear()
        keys = run.column(0)
        low = _low_words(keys)
        part = _part(low, self.parts)
        order = np.argsort(part, kind="stable")
        if keys.null_count:
            order = order[keys.is_valid().to_numpy(zero_copy_only=False)[order]]
        self._starts.append(np.searchsorted(part[order], np.arange(self.parts + 1)))
        self._words.append(low[order])
        try:
            self._writer.write_batch(run.take(pa.array(order)))
        except OSError as error:
            raise _no_room(error) from None

    def close(self) -> pa.Table:
        """Complete the file and return the rows of every point with several rows, each with its ``part``."""
        self._write_run()
        try:
            self._writer.close()
            self._file.close()
        except OSError as error:
            raise _no_room(error) from None
        found = [pa.Table.from_batches([], self._schema.append(pa.field("part", PART_TYPE)))]
        for part in range(self.parts):
            words = [low[start[part] : start[part + 1]] for low, start in zip(self._words, self._starts, strict=True)]
            several = repeated(np.concatenate([np.empty(0, np.uint64), *words]))
            self._several.append(several)
            if several.any():
                rows = self._rows(part).filter(pa.array(several))
                found.append(rows.append_column("part", pa.array(np.full(len(rows), part), PART_TYPE)))
        self._words.clear()
        return pa.concat_tables(found)

    @contextmanager
    def batches(self) -> Iterator[list[pa.RecordBatch]]:
        """Give all rows, in no order that means anything; nothing of them may be kept behind the block."""
        with pa.memory_map(str(self._path)) as mapped, pa.ipc.open_file(mapped) as file:
            yield [file.get_batch(place) for place in range(file.num_record_batches)]

    def single(self, part: int, columns: Sequence[str]) -> pa.Table:
        """Return the rows of a part whose points have no other row."""
        several = self._several[part]
        rows = self._rows(part).select(columns)
        return (rows.filter(pa.array(~several)) if several.any() else rows).combine_chunks()

    def _rows(self, part: int) -> pa.Table:
        with pa.ipc.open_file(pa.memory_map(str(self._path))) as file:
            batches = [
                file.get_batch(place).slice(start[part], start[part + 1] - start[part])
                for place, start in enumerate(self._starts)
            ]
        return pa.Table.from_batches(batches, self._schema)


def _no_room(error: OSError) -> LinkingError:
    why = error.strerror or type(error).__name__
    return LinkingError(
        f"結果のフォルダーに途中の行を書けません ({why})。空きディスクを確認してください。",
        f"rows cannot be kept beside the result meanwhile ({why}): make room on the disk",
    )
