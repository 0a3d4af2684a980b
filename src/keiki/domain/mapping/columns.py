"""How one owner's columns become facts, as the integrator wrote it: values that say which column holds what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from keiki.domain.linkage.record import SourceCard
from keiki.domain.linkage.terms import Term, Value
from keiki.domain.mapping.keys import KeyFormat
from keiki.domain.mapping.times import TimeFormat

FILE_TIME = "(file name)"
"""The column that stands for the time in a file's name."""
FILE_LINE = "(line)"
"""The column that stands for a row's number in its file: the line, the heading counted; in Parquet the row."""
Models = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""Kind of unit -> maker's model -> attributes, ``unit`` among them."""


@dataclass(frozen=True)
class FactColumn:
    """How one foreign column becomes one fact: by a table of codes, by a time format, or as it stands."""

    term: Term
    column: str
    codes: Mapping[str, Value] | None
    format: TimeFormat | None
    none: frozenset[str]


@dataclass(frozen=True)
class SourceMapping:
    """One source's rows in Keiki's terms: its card, its key, the time it vouches for, and its facts."""

    card: SourceCard
    key_column: str
    key: KeyFormat
    as_of_column: str
    as_of_format: TimeFormat
    facts: tuple[FactColumn, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The foreign columns that are read, each once, the key's first; nothing else of a row is kept."""
        return tuple(dict.fromkeys((self.key_column, self.as_of_column, *(fact.column for fact in self.facts))))
