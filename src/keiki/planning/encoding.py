"""Rows of a file as states of the table, and why a row has none.

A row has one column for each need, named as the catalogue names it, and ``installed_<kind>`` for each kind of unit. A
need's value may be written as text (``60``, ``true``). An empty installed column, or a unit that the catalogue does not
know, is a unit that is not known: it will be replaced. A need that is empty or not declared makes the row a reject.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from keiki.domain.selection.words import say as say_of_needs
from keiki.domain.units import Catalogue, Need, RefusedError, Sentence
from keiki.planning.table import Numbers, StateTable
from keiki.planning.values import parse_value, plain
from keiki.planning.words import say

_BAD = np.int64(-(1 << 62))


class ColumnsError(RefusedError):
    """A file that lacks columns; the sentence names them all."""


def need_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """The columns of the needs."""
    return tuple(catalogue.needs)


def wall_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """The columns of the installed units."""
    return tuple(f"installed_{kind}" for kind in catalogue.kinds)


class StateEncoder:
    """Encodes batches of rows for one table.

    ``unknown_units`` counts the rows so far with an installed unit that is written but not in the catalogue.
    """

    def __init__(self, catalogue: Catalogue, table: StateTable) -> None:
        self._needs = tuple(catalogue.needs.values())
        self.needs, self.wall = need_columns(catalogue), wall_columns(catalogue)
        sizes = (*(len(need.values) for need in self._needs), *table.sizes)
        self._strides = [int(np.prod(sizes[place + 1 :], dtype=np.int64)) for place in range(len(sizes))]
        self.unknown_units = 0
        self._units = [{str(unit_id): place for place, unit_id in enumerate(ids)} for ids in table.unit_ids]

    def require_columns(self, names: Sequence[str]) -> None:
        """Raise :class:`ColumnsError` unless a file with columns ``names`` can be read."""
        missing = [name for name in (*self.needs, *self.wall) if name not in names]
        if missing:
            raise ColumnsError(say("columns-missing", columns=missing))

    def encode(self, batch: pa.RecordBatch) -> Numbers:
        """Return the state of each row as int64; negative for a row that has none."""
        state = np.zeros(len(batch), np.int64)
        for need, name, stride in zip(self._needs, self.needs, self._strides, strict=False):
            state += self._share(batch.column(name), lambda value, need=need: self._place(need, value), stride)
        strangers: Numbers | None = None
        units = zip(self._units, self.wall, self._strides[len(self.needs) :], strict=True)
        for places, name, stride in units:
            column = _coded(batch.column(name))
            state += self._share(column, lambda unit, places=places: _unit_place(places, unit), stride)
            here = _strangers(column, places)
            if here is not None:
                strangers = here if strangers is None else strangers | here
        self.unknown_units += int(np.count_nonzero(strangers & (state >= 0))) if strangers is not None else 0
        return state

    def reason(self, row: Mapping[str, object]) -> Sentence:
        """Say why a row has no state."""
        for need in self._needs:
            if parse_value(need, row[need.id]) is None:
                if row[need.id] in (None, ""):
                    return say("need-empty", need=need.id, possible=need.values)
                return say_of_needs("need-value", need=need.id, value=repr(row[need.id]), possible=need.values)
        raise AssertionError("the row has a state")

    @staticmethod
    def _place(need: Need, written: object) -> int | None:
        value = parse_value(need, written)
        return None if value is None else need.values.index(value)

    @staticmethod
    def _share(column: pa.Array, place_of: Any, stride: int) -> Numbers:
        """What a column adds to each row's state: the place of its value times ``stride``."""
        encoded = _coded(column)
        values = [*encoded.dictionary.to_pylist(), None]
        places = [place_of(value) for value in values]
        shares = np.array([_BAD if place is None else place * stride for place in places], np.int64)
        indices = encoded.indices
        if indices.null_count:
            indices = indices.fill_null(len(values) - 1)
        added: Numbers = shares.take(indices.to_numpy(zero_copy_only=False))
        return added


def _coded(column: pa.Array) -> pa.Array:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _unit_place(places: Mapping[str, int], written: object) -> int:
    """The place of a unit; the last one for a unit that is not known."""
    return places.get(plain(written), len(places)) if isinstance(written, str) else len(places)


def _strangers(column: pa.Array, places: Mapping[str, int]) -> Numbers | None:
    """The rows where a unit is written that is not known; None if there are none."""
    written = column.dictionary.to_pylist()
    strange = [value not in (None, "", "?") and _unit_place(places, value) == len(places) for value in written]
    if not any(strange):
        return None
    rows: Numbers = np.array([*strange, False]).take(
        column.indices.fill_null(len(strange)).to_numpy(zero_copy_only=False)
    )
    return rows
