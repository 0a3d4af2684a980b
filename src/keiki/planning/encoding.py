"""Rows of a file as states of the table, and why a row has none.

A row has one column for each need, named as the catalogue names it, and ``installed_<kind>`` for each kind of unit. A
need's value may be written as text (``60``, ``true``). An empty installed column, or a unit that the catalogue does not
know, is a unit that is not known: it will be replaced. A need that is empty or not declared makes the row a reject.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from keiki.domain.units import Catalogue, Need, Value
from keiki.planning.table import Numbers, StateTable

_BAD = np.int64(-(1 << 62))
_WORDS: Mapping[str, bool] = {"true": True, "false": False, "1": True, "0": False}


class ColumnsError(ValueError):
    """A file that lacks columns; the text names them all."""


def need_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """The columns of the needs."""
    return tuple(catalogue.needs)


def wall_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """The columns of the installed units."""
    return tuple(f"installed_{kind}" for kind in catalogue.kinds)


def parse_value(need: Need, written: object) -> Value | None:
    """Return a need's value as the catalogue has it, or None if it is not one."""
    value: Any = written
    if isinstance(value, str) and need.type != "string":
        value = value.strip().lower()
        value = _WORDS.get(value) if need.type == "bool" else int(value) if value.isdecimal() else value
    elif isinstance(value, float | Decimal) and need.type == "int" and value % 1 == 0:
        value = int(value)
    elif need.type == "bool" and type(value) is int and value in (0, 1):
        value = bool(value)
    return next((known for known in need.values if type(known) is type(value) and known == value), None)


class StateEncoder:
    """Encodes batches of rows for one table."""

    def __init__(self, catalogue: Catalogue, table: StateTable) -> None:
        self._needs = tuple(catalogue.needs.values())
        self.needs, self.wall = need_columns(catalogue), wall_columns(catalogue)
        sizes = (*(len(need.values) for need in self._needs), *table.sizes)
        self._strides = [int(np.prod(sizes[place + 1 :], dtype=np.int64)) for place in range(len(sizes))]
        self._units = [{unit_id: place for place, unit_id in enumerate(ids)} for ids in table.unit_ids]

    def require_columns(self, names: Sequence[str]) -> None:
        """Raise :class:`ColumnsError` unless a file with columns ``names`` can be read."""
        missing = [name for name in (*self.needs, *self.wall) if name not in names]
        if missing:
            raise ColumnsError(
                f"the file has no column {', '.join(missing)}: name its columns as the catalogue names its needs, "
                "and installed_<kind> for the units that hang"
            )

    def encode(self, batch: pa.RecordBatch) -> Numbers:
        """Return the state of each row as int64; negative for a row that has none."""
        state = np.zeros(len(batch), np.int64)
        for need, name, stride in zip(self._needs, self.needs, self._strides, strict=False):
            state += self._share(batch.column(name), lambda value, need=need: self._place(need, value), stride)
        units = zip(self._units, self.wall, self._strides[len(self.needs) :], strict=True)
        for places, name, stride in units:
            state += self._share(batch.column(name), lambda unit, places=places: places.get(unit, len(places)), stride)
        return state

    def reason(self, row: Mapping[str, object]) -> str:
        """Say why a row has no state."""
        for need in self._needs:
            if parse_value(need, row[need.id]) is None:
                possible = ", ".join(str(value) for value in need.values)
                if row[need.id] in (None, ""):
                    return f"need “{need.id}” is empty: it is one of {possible}"
                return f"need “{need.id}” cannot be {row[need.id]!r}: it is one of {possible}"
        raise AssertionError("the row has a state")

    @staticmethod
    def _place(need: Need, written: object) -> int | None:
        value = parse_value(need, written)
        return None if value is None else need.values.index(value)

    @staticmethod
    def _share(column: pa.Array, place_of: Any, stride: int) -> Numbers:
        """What a column adds to each row's state: the place of its value times ``stride``."""
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        values = [*encoded.dictionary.to_pylist(), None]
        places = [place_of(value) for value in values]
        shares = np.array([_BAD if place is None else place * stride for place in places], np.int64)
        indices = encoded.indices
        if indices.null_count:
            indices = indices.fill_null(len(values) - 1)
        added: Numbers = shares.take(indices.to_numpy(zero_copy_only=False))
        return added
