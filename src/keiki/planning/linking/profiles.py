"""Profiles: one number for all coded values of a row, and the table that says what each number stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from keiki.domain.linkage.terms import FactType, Value
from keiki.domain.mapping.columns import FactColumn
from keiki.planning.linking.columns import Integers
from keiki.planning.linking.errors import LinkingError

_MOST = 1 << 22


class Profiles:
    """The profiles of one source. Every fact has its values and one more for "could not be read"."""

    def __init__(self, facts: Sequence[FactColumn]) -> None:
        self.facts = tuple(facts)
        self._columns = list(dict.fromkeys(fact.column for fact in facts))
        self._combinations: dict[str, list[tuple[Value, ...]]] = {}
        self._strides: dict[str, int] = {}
        stride = 1
        for column in self._columns:
            own = [fact for fact in facts if fact.column == column]
            codes = dict.fromkeys(code for fact in own for code in (*(fact.codes or {}), *fact.none))
            found = dict.fromkeys(
                tuple(None if code in fact.none else (fact.codes or {}).get(code) for fact in own) for code in codes
            )
            nothing = (None,) * len(own)
            self._combinations[column] = [nothing, *(each for each in found if each != nothing)]
            self._strides[column] = stride
            stride *= len(self._combinations[column])
        if stride > _MOST:
            raise LinkingError(
                "一つの台帳のコードの組合せが多すぎます。対応表のコードを減らしてください。",
                f"the codes of one source make {stride} combinations, more than {_MOST}: give it fewer codes",
            )
        self.count = stride

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that a profile stands for."""
        return tuple(fact.term.name for fact in self.facts)

    def shares(self, column: str, meanings: Sequence[Sequence[Value]]) -> Integers:
        """Return what cells of a coded column add to the profile; a meaning has the values of the column's facts."""
        places = {values: place for place, values in enumerate(self._combinations[column])}
        stride = self._strides[column]
        return np.array([places[tuple(values)] * stride for values in meanings], np.int64)

    def of_column(self, column: str) -> bool:
        """Whether the column has a share in the profile."""
        return column in self._strides

    def write(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
        """Make the table of all profiles: ``profile`` and a column for each term."""
        numbers = np.arange(self.count)
        arrays: dict[str, Any] = {"profile": pa.array(numbers)}
        for column in self._columns:
            combinations = self._combinations[column]
            places = pa.array(numbers // self._strides[column] % len(combinations))
            for number, fact in enumerate(each for each in self.facts if each.column == column):
                values = pa.array([each[number] for each in combinations], _ARROW[fact.term.kind])
                arrays[fact.term.name] = values.take(places)
        shown = "".join(f', CAST("{fact.term.name}" AS {_sql_type(fact)}) AS "{fact.term.name}"' for fact in self.facts)
        cursor = connection.cursor()
        cursor.register("profiles", pa.table(arrays))
        cursor.execute(f'CREATE TABLE "{table}" AS SELECT profile::INTEGER AS profile{shown} FROM profiles')  # noqa: S608


_ARROW = {FactType.TEXT: pa.string(), FactType.INTEGER: pa.int32(), FactType.FLAG: pa.bool_()}


def _sql_type(fact: FactColumn) -> str:
    """Texts become an ENUM, the same one for the same choices, so that two of them are compared as numbers."""
    if fact.term.kind is not FactType.TEXT:
        return {FactType.INTEGER: "INTEGER", FactType.FLAG: "BOOLEAN"}[fact.term.kind]
    values = fact.term.choices or tuple(dict.fromkeys(str(value) for value in (fact.codes or {}).values()))
    return "ENUM (" + ", ".join("'" + str(value).replace("'", "''") + "'" for value in values) + ")"
