"""One foreign column, batch by batch, in Keiki's terms: by the domain's own readers, each distinct cell read once.

Three kinds. **Listed** columns have few distinct cells (codes, models, dates, most as-of times): each is read by the
rule for a single cell and remembered. **Counted** ones hold times as whole numbers (epochs): arithmetic. **Free** ones
hold text (serial numbers): plain ASCII stands as it is, any other cell is read by the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from keiki.domain.linkage.record import JST
from keiki.domain.linkage.shared_units import UNIT_NUMBERS
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.linkage.terms import FactType, Value
from keiki.domain.mapping.cells import FURTHEST_AHEAD, UnreadableError, read_fact, refuse_ahead
from keiki.domain.mapping.columns import FactColumn
from keiki.domain.mapping.times import TimeFormat
from keiki.planning.linking.text_bytes import Flags, TextCells

EPOCHS = {"epoch": (1_000_000, 253_402_268_399), "epoch_ms": (1_000, 99_999_999_999_999)}
"""Microseconds to one, and the largest that the format reads (its 14 digits, or the year 9999 in Japan)."""
_REMEMBERED = 1_000_000
Meaning = TypeVar("Meaning")
Integers = npt.NDArray[np.int64]


def is_listed(fact: FactColumn) -> bool:
    """Whether a fact's column has few distinct cells by its nature."""
    return fact.codes is not None or (fact.term.kind is not FactType.TEXT and not is_epoch(fact.format))


def is_epoch(form: TimeFormat | None) -> bool:
    """Whether a column holds times as whole numbers."""
    return form is not None and form.name in EPOCHS


def as_text(cell: object) -> str | None:
    """A cell as the readers of single rows take it."""
    return None if cell is None else str(cell)


@dataclass
class DistinctCellReader(Generic[Meaning]):
    """Reads distinct cells once each, and remembers what they mean."""

    read: Callable[[str | None], Meaning]
    _known: dict[Any, Meaning] = field(default_factory=dict)

    def places(self, column: pa.Array) -> tuple[list[Meaning], Integers]:
        """Return what the batch's distinct cells mean, and for each row the place of its cell among them."""
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        cells = [*coded.dictionary.to_pylist(), None]
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        known = self._known
        for cell in cells:
            if cell not in known:
                known[cell] = self.read(as_text(cell))
        indices = coded.indices
        if indices.null_count:
            indices = indices.fill_null(len(cells) - 1)
        return [known[cell] for cell in cells], indices.to_numpy(zero_copy_only=False)


def moments(column: pa.Array, form: str, read: DistinctCellReader[datetime | None]) -> tuple[Integers, Flags]:
    """Return epochs as microseconds, and which could be read; cells that are no plain number are read one by one."""
    factor, most = EPOCHS[form]
    if pa.types.is_integer(column.type):
        there = column.is_valid().to_numpy(zero_copy_only=False)
        numbers = column.fill_null(0).to_numpy(zero_copy_only=False)  # unsigned ones may be beyond int64
        good = there & (numbers >= 0) & (numbers <= most)
        return np.where(good, numbers, 0).astype(np.int64) * factor, good
    meanings, places = read.places(column)
    micros = np.array([0 if each is None else _micros(each) for each in meanings], np.int64)
    good = np.array([each is not None for each in meanings], np.bool_)
    return micros.take(places), good.take(places)


def _micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def japanese_days(micros: Integers) -> npt.NDArray[np.int32]:
    """Return the days since 1970 in Japan of microseconds since 1970."""
    offset = JST.utcoffset(None) // timedelta(microseconds=1)
    return ((micros + offset) // 86_400_000_000).astype(np.int32)


def ahead(micros: Integers, fact: FactColumn, asked_at: datetime) -> Flags:
    """Return which times of something done lie further ahead than :func:`refuse_ahead` allows."""
    latest = _micros(asked_at + FURTHEST_AHEAD)
    if fact.term.kind is FactType.MOMENT:
        return micros > latest
    days: Flags = japanese_days(micros) > japanese_days(np.array([latest], np.int64))[0]
    return days


def free_text(fact: FactColumn, column: pa.Array) -> tuple[pa.Array, Flags]:
    """Return the texts (null: none, or unreadable) and which could be read; serial numbers as :func:`unit_number`."""
    cells = TextCells(column)
    odd = ~cells.plain()
    plain_none = [text for text in fact.none if text and all("!" <= char <= "~" for char in text)]
    if plain_none:
        odd |= pc.is_in(cells.array, pa.array(plain_none)).to_numpy(zero_copy_only=False)
    given = cells.array
    if fact.term.name in UNIT_NUMBERS and _may_be_spelled_otherwise(cells):
        given = pc.ascii_upper(pc.replace_substring(pc.ascii_ltrim(given, "'`"), "-", ""))
        odd |= pc.equal(pc.binary_length(given), 0).fill_null(False).to_numpy(zero_copy_only=False)
    if not odd.any():
        return given, ~odd
    coded = cells.array.filter(pa.array(odd)).dictionary_encode(null_encoding="encode")
    answers = [_read(fact, cell) for cell in coded.dictionary.to_pylist()]
    texts = pa.array([value for value, _ in answers], pa.string()).take(coded.indices)
    read = ~odd
    read[odd] = np.array([good for _, good in answers], np.bool_).take(coded.indices.to_numpy(zero_copy_only=False))
    return pc.replace_with_mask(given, pa.array(odd), texts), read


def _may_be_spelled_otherwise(cells: TextCells) -> bool:
    """Whether any byte is one that :func:`unit_number` changes in ASCII: a small letter, a hyphen, an apostrophe."""
    used = cells.data[cells.offsets[0] : cells.offsets[-1]]
    return bool(used.size) and bool(used.max() >= ord("`") or (used == ord("-")).any() or (used == ord("'")).any())


def _read(fact: FactColumn, cell: str | None) -> tuple[str | None, bool]:
    try:
        value = read_fact(fact, cell)
    except UnreadableError:
        return None, False
    if value is None:
        return None, True
    return unit_number(str(value)) if fact.term.name in UNIT_NUMBERS else str(value), True


def read_listed(
    facts: Sequence[FactColumn], asked_at: datetime
) -> Callable[[str | None], tuple[tuple[bool, Value], ...]]:
    """Return the reader of a column's cells: for each fact whether it could be read, and its value."""

    def read(cell: str | None) -> tuple[tuple[bool, Value], ...]:
        found: list[tuple[bool, Value]] = []
        for fact in facts:
            try:
                value = read_fact(fact, cell)
                refuse_ahead(fact, value, asked_at)
                found.append((True, _stored(value)))
            except UnreadableError:
                found.append((False, None))
        return tuple(found)

    return read


def _stored(value: Value) -> Value:
    return value.astimezone(JST).replace(tzinfo=None) if isinstance(value, datetime) else value


def day_number(day: date) -> int:
    """Return the days since 1970."""
    return (day - date(1970, 1, 1)).days
