"""Which supply points have several rows in a snapshot, told from one word of each key after all have passed by.

Few points repeat, and grouping all rows by key to find them takes as long as joining them. Sorting 64 bits of each key
takes a tenth of that. Two points may share these bits; both then count as repeated, which changes nothing but effort.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from keiki.planning.linking.bytes_of_texts import KEY_TYPE

Words = npt.NDArray[np.uint64]
_SLOTS = 24
_ODD = np.uint64(0x9E3779B97F4A7C15)


class Repeats:
    """Takes in a snapshot's keys and tells the repeated ones; needs 16 bytes for each row meanwhile."""

    def __init__(self) -> None:
        self._batches: list[Words] = []

    def add(self, keys: pa.Array) -> None:
        """Note the keys of one batch; those that are null are none."""
        present = keys.drop_null()
        words = np.frombuffer(present.buffers()[1], np.uint64, 2 * len(present), 16 * present.offset)
        self._batches.append(words.reshape(-1, 2))

    def found(self) -> pa.Table:
        """Return a table whose column ``key`` has every repeated key, possibly more than once; forget all keys."""
        batches, self._batches = self._batches, []
        low = np.concatenate([np.empty(0, np.uint64), *(batch[:, 0] for batch in batches)])
        low.sort()
        twice = np.unique(low[1:][low[1:] == low[:-1]])
        del low
        slots = np.zeros(1 << _SLOTS, np.bool_)
        slots[_slot(twice)] = True
        arrays = [_keys(_among(batch, twice, slots)) for batch in batches] if len(twice) else []
        return pa.table({"key": pa.chunked_array(arrays, KEY_TYPE)})


def _slot(low: Words) -> Words:
    slot: Words = (low * _ODD) >> np.uint64(64 - _SLOTS)
    return slot


def _among(batch: Words, twice: Words, slots: npt.NDArray[np.bool_]) -> Words:
    """Return the rows of a batch whose first word is in ``twice`` (sorted); ``slots`` passes over most others."""
    likely = batch[slots[_slot(batch[:, 0])]]
    places = np.minimum(np.searchsorted(twice, likely[:, 0]), len(twice) - 1)
    chosen: Words = likely[twice[places] == likely[:, 0]]
    return chosen


def _keys(words: Words) -> pa.Array:
    return pa.Array.from_buffers(KEY_TYPE, len(words), [None, pa.py_buffer(np.ascontiguousarray(words))])
