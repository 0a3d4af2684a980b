"""A snapshot, batch by batch, as rows in Keiki's terms: what DuckDB joins, and what was rejected on the way.

A row keeps the point's 22 digits, the state of its source about the point, a bit for each fact of a row in force that
could not be read, what of all this holds a design back (``held``: see ``terms``), and the values a design or a rule
needs. Values of coded columns are few, so a row carries one number for all of them, its *profile*; the table of
profiles says what each stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from keiki.domain.linkage.decision import REQUIRED
from keiki.domain.linkage.record import FUTURE_TOLERANCE, JST, SourceCard
from keiki.domain.linkage.shared_units import SERIAL_TERMS
from keiki.domain.linkage.terms import FactType
from keiki.domain.mapping.columns import FactColumn
from keiki.domain.mapping.times import TimeFormat, TimeFormatError
from keiki.foundation.files.dropped_batches import RejectedRow
from keiki.planning.linking.columns import (
    EPOCHS,
    DistinctCellReader,
    Integers,
    ahead,
    day_number,
    free_text,
    is_epoch,
    is_listed,
    japanese_days,
    moments,
    read_listed,
)
from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.files import NumberedBatch, SnapshotFiles
from keiki.planning.linking.profiles import Profiles
from keiki.planning.linking.shared_units import WORD_TYPE, word_column, words_of
from keiki.planning.linking.terms import (
    AHEAD,
    ENDED,
    FIRST_FACT,
    IN_FORCE,
    KEPT,
    SAYS_ENDED,
    SAYS_UNREADABLE,
    STALE,
    UNREADABLE,
)
from keiki.planning.linking.text_bytes import KEY_TYPE, Flags, TextCells, layout, read_keys

Told = Callable[[Snapshot, NumberedBatch, "RowJudgement"], None]


@dataclass(frozen=True)
class RowJudgement:
    """What can be told of each row: key readable; as-of readable, and whether it counts; the facts that were not."""

    keyed: Flags
    timed: Flags
    unread: Integers


@dataclass
class _Columns:
    """What the columns of one batch gave."""

    unread: Integers
    profile: Integers
    values: dict[str, pa.Array] = field(default_factory=dict)
    ended_on: pa.Array | None = None


class SnapshotReader:
    """Reads one snapshot as of ``asked_at``; ``told`` is given every batch with anything to reject."""

    def __init__(self, snapshot: Snapshot, asked_at: datetime, told: Told) -> None:
        self.snapshot, self._asked_at, self._told = snapshot, asked_at, told
        self._today = day_number(asked_at.astimezone(JST).date())
        self._key = layout(snapshot.key)
        self._by_column: dict[str, list[tuple[int, FactColumn]]] = {}
        for place, fact in enumerate(snapshot.facts):
            self._by_column.setdefault(fact.column, []).append((place, fact))
        self._needed = needed_bits(snapshot.card)
        self._left = sum(1 << place for place, fact in enumerate(snapshot.facts) if fact.term.name == "moved_out")
        self.everything = (1 << len(snapshot.facts)) - 1
        self._bits = pa.int32() if len(snapshot.facts) < 32 else pa.int64()
        self._listed = {
            column: DistinctCellReader(read_listed([fact for _, fact in facts], asked_at))
            for column, facts in self._by_column.items()
            if is_listed(facts[0][1])
        }
        self._ages = DistinctCellReader(self._age_of)
        self._epochs = {form: DistinctCellReader(_moment_reader(TimeFormat(form))) for form in EPOCHS}
        self.profiles = Profiles([fact for fact in snapshot.facts if fact.codes is not None and fact.term.name in KEPT])
        coded = [*self._listed, *([] if is_epoch(snapshot.as_of_format) else [snapshot.as_of_column])]
        self._files = SnapshotFiles(snapshot, coded)
        self.rows = 0
        plain = [fact for fact in snapshot.facts if fact.codes is None and fact.term.name in KEPT - {"moved_out"}]
        self.serials = tuple(fact.term.name for fact in plain if fact.term.name in SERIAL_TERMS)
        self.schema = pa.schema(
            [("key", KEY_TYPE), ("state", pa.uint8()), ("held", pa.int32()), ("unread", self._bits)]
            + ([("left_on", pa.date32())] if "moved_out" in snapshot.card.terms else [])
            + [("profile", pa.int32())]
            + [(fact.term.name, _ARROW[fact.term.kind]) for fact in plain]
            + [(word_column(term), WORD_TYPE) for term in self.serials]
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows; the key of a row that has none is null."""
        for numbered in self._files.batches():
            self.rows += len(numbered.rows)
            yield self._judged(numbered)
        self.rows += len(self.rejects)
        if not self.rows:
            raise _no_rows(self.snapshot)

    @property
    def rejects(self) -> list[tuple[str, RejectedRow]]:
        """File, number and fault of the rows that are not of the file's form; complete when all is read."""
        return self._files.rejects

    @property
    def passed_over(self) -> int:
        """Rows of the files that do not count; complete when all is read."""
        return self._files.passed_over

    def _judged(self, numbered: NumberedBatch) -> pa.RecordBatch:
        snapshot, batch = self.snapshot, numbered.rows
        cells = batch.column(snapshot.key_column)
        keys, keyed = read_keys(snapshot.key.read, [self._key], TextCells(cells.cast(pa.string())))
        age = self._ages_of(batch.column(snapshot.as_of_column))
        timed = age >= 0
        for doubtful in numbered.doubts.values():
            timed &= ~doubtful
        found = self._read(batch)
        spoilt = ~keyed | ~timed | (found.unread != 0)
        if spoilt.any():
            self._told(snapshot, numbered, RowJudgement(keyed, timed, found.unread))
        state, left_on = self._states(timed, found)
        live = state == IN_FORCE
        standing = np.where(live, np.array([0, STALE, AHEAD], np.uint8).take(np.maximum(age, 0)), 0)
        standing[live & (found.unread & self._left != 0)] |= SAYS_UNREADABLE
        standing = np.where(state == UNREADABLE, SAYS_UNREADABLE, np.where(state == ENDED, SAYS_ENDED, standing))
        masked = None if live.all() else ~live
        unread = found.unread if masked is None else np.where(live, found.unread, 0)
        columns = [
            *(keys, pa.array(state), pa.array(self._held(standing.astype(np.int32), unread))),
            *(pa.array(unread.astype(self._bits.to_pandas_dtype())), *([] if left_on is None else [left_on])),
            pa.array(found.profile.astype(np.int32), mask=masked),
        ]
        for name in self.schema.names[len(columns) : len(self.schema.names) - len(self.serials)]:
            value = found.values[name]
            columns.append(value if masked is None else pc.if_else(pa.array(live), value, None))
        columns += [words_of(columns[self.schema.get_field_index(term)]) for term in self.serials]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _held(self, standing: npt.NDArray[np.int32], unread: Integers) -> npt.NDArray[np.int32]:
        """Return the standing with the bits of needed facts that were not read."""
        places = np.flatnonzero(unread & sum(self._needed))
        for number, bit in enumerate(self._needed):
            standing[places] |= ((unread[places] & bit) != 0).astype(np.int32) << (FIRST_FACT + number)
        return standing

    def _states(self, timed: Flags, found: _Columns) -> tuple[npt.NDArray[np.uint8], pa.Array | None]:
        """Return each row's state, and, where the source has one, the day of leaving of rows that have ended."""
        state = np.full(len(timed), IN_FORCE, np.uint8)
        left_on = None
        if found.ended_on is not None:
            days = found.ended_on.cast(pa.int32()).fill_null(self._today + 1).to_numpy(zero_copy_only=False)
            ended = timed & (days <= self._today)
            state[ended] = np.where(found.unread[ended] != 0, UNREADABLE, ENDED)
            left_on = pc.if_else(pa.array(ended), found.ended_on, None)
        state[~timed] = UNREADABLE
        return state, left_on

    def _read(self, batch: pa.RecordBatch) -> _Columns:
        found = _Columns(np.zeros(len(batch), np.int64), np.zeros(len(batch), np.int64))
        for column, facts in self._by_column.items():
            if column in self._listed:
                self._take_listed(batch.column(column), column, facts, found)
                continue
            for place, fact in facts:
                if fact.format is not None and is_epoch(fact.format):
                    value, read = self._epoch(fact, batch.column(column))
                else:
                    value, read = free_text(fact, batch.column(column).cast(pa.string()))
                self._keep(found, fact, value)
                found.unread |= np.where(read, 0, 1 << place)
        return found

    def _keep(self, found: _Columns, fact: FactColumn, value: pa.Array) -> None:
        if fact.term.name == "moved_out":
            found.ended_on = value
        elif fact.term.name in self.schema.names:
            found.values[fact.term.name] = value

    def _take_listed(self, cells: pa.Array, column: str, facts: list[tuple[int, FactColumn]], found: _Columns) -> None:
        meanings, places = self._listed[column].places(cells)
        bits = np.zeros(len(meanings), np.int64)
        for number, (place, fact) in enumerate(facts):
            bits |= np.array([0 if each[number][0] else 1 << place for each in meanings], np.int64)
            if fact.codes is None and fact.term.name in (*self.schema.names, "moved_out"):
                known = pa.array([each[number][1] for each in meanings], _ARROW[fact.term.kind])
                self._keep(found, fact, known.take(pa.array(places)))
        if self.profiles.of_column(column):
            coded = [number for number, (_, fact) in enumerate(facts) if fact in self.profiles.facts]
            shares = self.profiles.shares(column, [[each[number][1] for number in coded] for each in meanings])
            found.profile += shares.take(places)
        if bits.any():
            found.unread |= bits.take(places)

    def _epoch(self, fact: FactColumn, cells: pa.Array) -> tuple[pa.Array, Flags]:
        form = fact.format.name if fact.format else ""
        micros, read = moments(cells, form, self._epochs[form])
        if fact.term.done:
            read = read & ~ahead(micros, fact, self._asked_at)
        there = read
        if fact.none:
            texts = pc.utf8_trim(cells.cast(pa.string()).fill_null(""), characters=" \u3000")
            none = pc.is_in(texts, pa.array(sorted(fact.none))).to_numpy(zero_copy_only=False)
            there, read = read & ~none, read | none
        absent = None if there.all() else ~there
        if fact.term.kind is FactType.MOMENT:
            return pa.array(micros, pa.timestamp("us"), mask=absent), read
        return pa.array(japanese_days(micros), pa.date32(), mask=absent), read

    def _ages_of(self, cells: pa.Array) -> npt.NDArray[np.int8]:
        form = self.snapshot.as_of_format.name
        if form not in EPOCHS:
            meanings, places = self._ages.places(cells)
            return np.array(meanings, np.int8).take(places)
        micros, read = moments(cells, form, self._epochs[form])
        now, second = self._asked_at.timestamp(), 1_000_000
        stale = micros < (now - self.snapshot.card.max_age.total_seconds()) * second
        ahead = micros > (now + FUTURE_TOLERANCE.total_seconds()) * second
        return np.where(read, np.where(stale, 1, np.where(ahead, 2, 0)), -1).astype(np.int8)

    def _age_of(self, cell: str | None) -> int:
        """0 fresh, 1 stale, 2 ahead of its time, -1 unreadable."""
        try:
            moment = self.snapshot.as_of_format.moment(cell)
        except TimeFormatError:
            return -1
        if self._asked_at - moment > self.snapshot.card.max_age:
            return 1
        return 2 if moment - self._asked_at > FUTURE_TOLERANCE else 0


_ARROW = {
    FactType.TEXT: pa.string(),
    FactType.INTEGER: pa.int32(),
    FactType.FLAG: pa.bool_(),
    FactType.DATE: pa.date32(),
    FactType.MOMENT: pa.timestamp("us"),
}


def _moment_reader(form: TimeFormat) -> Callable[[str | None], datetime | None]:
    def read(cell: str | None) -> datetime | None:
        try:
            return form.moment(cell)
        except TimeFormatError:
            return None

    return read


def _no_rows(snapshot: Snapshot) -> LinkingError:
    names = ", ".join(path.name for path in snapshot.files)
    return LinkingError(
        f"{names} に1行もありません。空のまま書き出されていないか、所有者に確認してください。",
        f"{names} has no row at all (or none that counts): ask its owner whether it was exported empty",
    )


def needed_bits(card: SourceCard) -> list[int]:
    """Return the bits in ``unread`` of the facts that a design needs, in the order of their bits in ``held``."""
    return [1 << place for place, term in enumerate(card.terms) if term in REQUIRED]


def refuse_mixed_columns(snapshot: Snapshot) -> None:
    """Raise :class:`LinkingError` for a column that is read as a list for one fact and as it stands for another."""
    for column in {fact.column for fact in snapshot.facts}:
        if len({is_listed(fact) for fact in snapshot.facts if fact.column == column}) > 1:
            raise LinkingError(
                f"列「{column}」は、コードと値の両方としては読めません。",
                f"the column {column!r} of {snapshot.card.id!r} is read by codes and as it stands: choose one",
            )
