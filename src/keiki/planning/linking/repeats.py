"""Which rows share their supply point with another row, told from one word of each key.

Few points repeat, and grouping all rows by key to find them takes as long as joining them. Sorting 64 bits of each key
takes a tenth of that. Two points may share these bits; both then count as repeated, which changes nothing but effort.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from keiki.planning.linking.text_bytes import Flags

Words = npt.NDArray[np.uint64]
ODD = np.uint64(0x9E3779B97F4A7C15)
"""2**64 by the golden ratio: multiplying by it spreads any word over the upper bits."""
_SLOTS = 18


def repeated(low: Words) -> Flags:
    """Return which words occur more than once."""
    ordered = np.sort(low)
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    slots = np.zeros(1 << _SLOTS, np.bool_)
    slots[_slot(twice)] = True
    found: Flags = slots[_slot(low)]
    likely = np.flatnonzero(found)
    if len(likely):
        words = low[likely]
        found[likely] = twice[np.minimum(np.searchsorted(twice, words), len(twice) - 1)] == words
    return found


def _slot(low: Words) -> Words:
    slot: Words = (low * ODD) >> np.uint64(64 - _SLOTS)
    return slot
