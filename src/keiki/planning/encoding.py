"""Rows of a file as states of the table, and why a row has none.

A row has one column for each need, named as the catalogue names it, and ``installed_<kind>`` for each kind of unit. A
need's value may be written as text (``60``, ``true``). An empty installed column, or a unit that the catalogue does not
know, is a unit that is not known: it will be replaced, and every unknown id is counted. A need that is empty or not
declared makes the row a reject, and so does a supply point number that a spreadsheet cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from keiki.domain.selection.words import say as say_of_needs
from keiki.domain.units import Catalogue, Need, RefusedError
from keiki.foundation.files.parquet_batches import texts_of_bytes
from keiki.foundation.text.bilingual import Bilingual
from keiki.foundation.text.spellings import Spellings, comparable, plain
from keiki.planning.point_keys import KEY_HEADINGS, cut_keys, key_damage
from keiki.planning.table import Numbers, StateTable
from keiki.planning.values import parse_value
from keiki.planning.words import say

_NONE = -1


class ColumnsError(RefusedError):
    """A file that lacks columns, or has one twice; the sentence names them."""


def need_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """The columns of the needs."""
    return tuple(catalogue.needs)


def wall_columns(catalogue: Catalogue) -> tuple[str, ...]:
    """The columns of the installed units."""
    return tuple(f"installed_{kind}" for kind in catalogue.kinds)


class StateEncoder:
    """Encodes batches of rows for one table, with the columns where :meth:`find_columns` found them.

    ``unknown_units`` counts, by column and id as it is written, the rows with an installed unit that the catalogue does
    not know; rejects are not among them.
    """

    def __init__(self, catalogue: Catalogue, table: StateTable) -> None:
        self._needs = tuple(catalogue.needs.values())
        self.needs, self.wall = need_columns(catalogue), wall_columns(catalogue)
        sizes = (*(len(need.values) for need in self._needs), *table.sizes)
        self._strides = [int(np.prod(sizes[place + 1 :], dtype=np.int64)) for place in range(len(sizes))]
        self._units = [catalogue.spellings_of[kind] for kind in table.kinds]
        self._unit_places = [{str(unit_id): place for place, unit_id in enumerate(ids)} for ids in table.unit_ids]
        self._columns: list[int] = []
        self._keys: list[int] = []
        self.unknown_units: Counter[tuple[str, str]] = Counter()

    def find_columns(self, names: Sequence[str]) -> None:
        """Find the columns in a file that has ``names``, however they are spelt; raises :class:`ColumnsError`."""
        forms = [comparable(name) for name in names]
        wanted = [comparable(name) for name in (*self.needs, *self.wall)]
        named = dict(zip(wanted, (*self.needs, *self.wall), strict=True))
        if missing := [named[form] for form in wanted if form not in forms]:
            raise ColumnsError(say("columns-missing", columns=missing))
        self._keys = [place for place, form in enumerate(forms) if form in KEY_HEADINGS]
        looked_at = {**{forms[place]: names[place] for place in reversed(self._keys)}, **named}
        if twice := [name for form, name in looked_at.items() if forms.count(form) > 1]:
            raise ColumnsError(say("columns-twice", columns=twice))
        self._columns = [forms.index(form) for form in wanted]

    def encode(self, batch: pa.RecordBatch) -> Numbers:
        """Return the state of each row as int64; -1 for a row that has none."""
        state, bad = np.zeros(len(batch), np.int64), np.zeros(len(batch), np.bool_)
        columns = [_coded(texts_of_bytes(batch.column(place))) for place in self._columns]
        for need, column, stride in zip(self._needs, columns, self._strides, strict=False):
            places = _places(column, partial(_need_place, need))
            if (places < 0).any():
                bad |= _spread(places < 0, column)
            state += _spread(places * stride, column)
        walls = list(zip(self.wall, self._units, self._unit_places, columns[len(self.needs) :], strict=True))
        for (_, known, places_of, column), stride in zip(walls, self._strides[len(self.needs) :], strict=True):
            places = _places(column, partial(_unit_place, known, places_of))
            state += _spread(places * stride, column)
        for place in self._keys:
            bad |= cut_keys(texts_of_bytes(batch.column(place)))
        state[bad] = _NONE
        for name, known, _, column in walls:
            self._count_unknown(name, known, column, bad)
        return state

    def reason(self, batch: pa.RecordBatch, row: int) -> Bilingual:
        """Say why a row has no state."""
        for place in self._keys:
            if damage := key_damage(_cell(batch, place, row)):
                return Bilingual(ja=damage[0], en=damage[1])
        for need, place in zip(self._needs, self._columns, strict=False):
            value = _cell(batch, place, row)
            if parse_value(need, value) is None:
                if value is None or (isinstance(value, str) and not plain(value)):
                    return say("need-empty", need=need.id, possible=need.values)
                return say_of_needs("need-value", need=need.id, value=repr(value), possible=need.values)
        raise AssertionError("the row has a state")

    def _count_unknown(self, name: str, known: Spellings, column: pa.Array, bad: Numbers) -> None:
        ids = [_unknown(known, value) for value in column.dictionary.to_pylist()]
        if not any(ids):
            return
        indices = column.indices.filter(pa.array(~bad)) if bad.any() else column.indices
        counts = np.bincount(indices.drop_null().to_numpy(zero_copy_only=False), minlength=len(ids))
        for id_, count in zip(ids, counts.tolist(), strict=True):
            if id_ and count:
                self.unknown_units[name, id_] += count


def _cell(batch: pa.RecordBatch, place: int, row: int) -> Any:
    return texts_of_bytes(batch.column(place).slice(row, 1))[0].as_py()


def _coded(column: pa.Array) -> pa.Array:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _places(column: pa.Array, place_of: Callable[[Any], int]) -> Numbers:
    """The place of each distinct value, and behind them that of a cell that is null."""
    return np.array([place_of(value) for value in (*column.dictionary.to_pylist(), None)], np.int64)


def _spread(of_values: Numbers, column: pa.Array) -> Numbers:
    """For each row what ``of_values`` has for its value."""
    indices = column.indices
    if indices.null_count:
        indices = indices.fill_null(len(of_values) - 1)
    spread: Numbers = of_values.take(indices.to_numpy(zero_copy_only=False))
    return spread


def _need_place(need: Need, written: object) -> int:
    value = parse_value(need, written)
    return _NONE if value is None else need.values.index(value)


def _unit_place(known: Spellings, places: Mapping[str, int], written: object) -> int:
    """The place of a unit; the last one for a unit that is not known."""
    found = known.find(written) if isinstance(written, str) else None
    return len(places) if found is None else places[found]


def _unknown(known: Spellings, written: object) -> str | None:
    """What is written, if it is an id that is not known."""
    if written is None or (isinstance(written, str) and (known.find(written) or plain(written) in ("", "?"))):
        return None
    return str(written)
