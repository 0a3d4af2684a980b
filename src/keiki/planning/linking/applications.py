"""The file of applications: at which points route B is applied for, and over which medium.

Two columns, ``supply_point`` (written in any of the key formats) and ``route_b`` (none, wireless, plc). Rows that say
the same are one application. A point whose application cannot be read, or whose rows contradict each other, is held
back: designing it as if nothing had been applied for would be a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from keiki.domain.linkage.masking import mask
from keiki.domain.linkage.record import SourceCard
from keiki.domain.mapping.cells import BLANKS, Unreadable
from keiki.domain.mapping.keys import KeyFormat, read_any_format
from keiki.domain.supply_point import SupplyPointError
from keiki.foundation.text.spellings import Spellings, comparable
from keiki.planning.files import FileError, Source, incorrect, open_source
from keiki.planning.linking.bytes_of_texts import KEY_TYPE, Cells, layout, read_keys
from keiki.planning.linking.columns import Integers, Listed
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.parts import PART_TYPE, part_of
from keiki.planning.linking.rejects import Reason, Rejects

KEY, MEDIUM = "supply_point", "route_b"
MEDIA = ("none", "wireless", "plc")
_SPELLINGS = Spellings(MEDIA)
CARD = SourceCard("applications", ("申込ファイル", "File of applications"), (MEDIUM,), timedelta.max)
HELD_UNREADABLE, HELD_CONTRADICTING = 1, 2
"""Bits of ``held`` in the table ``application``: why nothing can be decided from a point's applications."""
_UNREAD = len(MEDIA)
_SCHEMA = pa.schema([("row", pa.int64()), ("key", KEY_TYPE), ("medium", pa.uint8()), ("part", PART_TYPE)])
_CONTRADICTS = (
    "同じ供給地点に異なる申込みがあります。一つにしてください。",
    "another row applies for another medium at the same point: keep one",
)
_UNKNOWN = (
    "どの台帳にもない供給地点です。番号を確認してください。",
    "no source knows this supply point: check its number",
)


@dataclass(frozen=True)
class Applied:
    """What the file came to: its ``rows``, points whose application counts, and points that no source knows."""

    rows: int
    points: int
    unknown: int


class Applications:
    """The file, read into the tables ``applied`` (its rows) and ``application`` (its points).

    Raises :class:`LinkingError` for a file that cannot be used.
    """

    def __init__(self, path: Path, rejects: Rejects, parts: int) -> None:
        self._path, self._rejects, self._parts = path, rejects, parts
        self._rows = self._malformed = 0
        self._layouts = [layout(KeyFormat(name)) for name in ("bare", "hyphenated", "full_width", "zero_lost")]
        self._media = Listed(_medium)
        self._places: list[int] = []
        self._refused: FileError | None = None

    def read(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make both tables, and reject what cannot be read or contradicts."""
        try:
            source = open_source(self._path, (MEDIUM,))
            self._places = _column_places(self._path, source.columns)
            connection.register("applying", pa.RecordBatchReader.from_batches(_SCHEMA, self._batches(source)))
            connection.execute("CREATE TABLE applied AS FROM applying")
        except FileError as error:
            raise _linking(error) from None
        except duckdb.Error:
            if self._refused:  # DuckDB tells only in words of its own what stopped the stream
                raise _linking(self._refused) from None
            raise
        connection.unregister("applying")
        (kept,) = connection.execute("SELECT count(*) FROM applied").fetchone() or (0,)
        if kept + self._malformed != self._rows:
            raise AssertionError("rows in the file of applications, read and rejected, do not add up")
        listed = ", ".join(f"'{medium}'" for medium in MEDIA)
        connection.execute(f"""
            CREATE TABLE application AS
            SELECT key, any_value(part) AS part, ([{listed}])[min(medium) + 1]::ENUM ({listed}) AS route_b,
                CASE WHEN max(medium) = {_UNREAD} THEN {HELD_UNREADABLE}
                    WHEN min(medium) <> max(medium) THEN {HELD_CONTRADICTING} ELSE 0 END AS held
            FROM applied WHERE key IS NOT NULL GROUP BY key
        """)  # noqa: S608
        contradicting = f"""
            SELECT row, ([{listed}])[medium + 1] FROM applied SEMI JOIN
            (SELECT key FROM application WHERE held = {HELD_CONTRADICTING}) USING (key) ORDER BY row
        """  # noqa: S608
        self._tell(connection, contradicting, MEDIUM, (Unreadable.CONTRADICTING, _CONTRADICTS))

    def compare(self, connection: duckdb.DuckDBPyConnection) -> Applied:
        """Hold the file against the points of ``linked``; rows about a point that is not there are rejected."""
        unknown = (
            "SELECT row, '0' FROM applied WHERE key IS NOT NULL AND key NOT IN (SELECT key FROM linked) ORDER BY 1"
        )
        self._tell(connection, unknown, KEY, (Unreadable.UNKNOWN_POINT, _UNKNOWN))
        counted = connection.execute("""
            SELECT count(*) FILTER (a.held = 0 AND l.key IS NOT NULL), count(*) FILTER (l.key IS NULL)
            FROM application AS a LEFT JOIN linked AS l ON a.key = l.key
        """).fetchone()
        points, strangers = counted or (0, 0)
        return Applied(self._rows, points, strangers)

    def _batches(self, source: Source) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._portions(source)
        except pa.ArrowException as error:
            self._refused = incorrect(self._path, error)
            raise
        except FileError as error:
            self._refused = error
            raise

    def _portions(self, source: Source) -> Iterator[pa.RecordBatch]:
        for portion in source.portions():
            self._rows += len(portion.rows) + len(portion.rejects)
            self._malformed += len(portion.rejects)
            self._rejects.tell_malformed(CARD, [(line, (why.ja, why.en)) for line, why in portion.rejects])
            if len(portion.rows):
                columns = [portion.rows.column(place) for place in self._places]
                yield self._judged(pa.RecordBatch.from_arrays(columns, names=[KEY, MEDIUM]), portion.numbers)

    def _judged(self, batch: pa.RecordBatch, numbers: Integers) -> pa.RecordBatch:
        cells = batch.column(KEY)
        keys, keyed = read_keys(read_any_format, self._layouts, Cells(cells.cast(pa.string())))
        meanings, places = self._media.places(batch.column(MEDIUM))
        media = np.array(meanings, np.uint8).take(places)
        self._rejects.tell_column(CARD, (KEY, MEDIUM, _why_key), batch, numbers, ~keyed)
        self._rejects.tell_column(CARD, (MEDIUM, MEDIUM, _why_medium), batch, numbers, keyed & (media == _UNREAD))
        arrays = [pa.array(numbers), keys, pa.array(media), part_of(keys, self._parts)]
        return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)

    def _tell(self, connection: duckdb.DuckDBPyConnection, query: str, column: str, reason: Reason) -> None:
        """Reject the rows that ``query`` gives, with the value of each."""
        found = connection.execute(query)
        while rows := found.fetchmany(1 << 14):
            self._rejects.tell_rows(CARD, column, MEDIUM, reason, rows)


def _linking(error: FileError) -> LinkingError:
    return LinkingError(error.sentence.text("ja"), error.sentence.text("en"))


def _column_places(path: Path, columns: tuple[str, ...]) -> list[int]:
    """Return where key and medium stand, however their headings are spelt."""
    forms = [comparable(name) for name in columns]
    if wrong := [name for name in (KEY, MEDIUM) if forms.count(name) != 1]:
        raise LinkingError(
            f"{path.name} に列 {'、'.join(wrong)} がないか、2つあります。"
            f"申込ファイルには {KEY} と {MEDIUM} が1つずつ必要です。",
            f"{path.name} has no column {', '.join(wrong)}, or two: a file of applications has one {KEY} "
            f"and one {MEDIUM}",
        )
    return [forms.index(name) for name in (KEY, MEDIUM)]


def _medium(cell: str | None) -> int:
    found = _SPELLINGS.find(cell or "")
    return _UNREAD if found is None else MEDIA.index(found)


def _why_key(cell: str | None) -> Reason:
    try:
        read_any_format(str(cell))
    except SupplyPointError as error:
        return Unreadable.KEY, error.sentence
    raise AssertionError("the key can be read")


def _why_medium(cell: str | None) -> Reason:
    if cell is None or not cell.strip(BLANKS):
        return Unreadable.EMPTY, (f"{MEDIUM} が空です。", f"{MEDIUM} is empty: write none, wireless or plc")
    return Unreadable.CODE, (
        f"「{mask(cell)}」という媒体はありません。none、wireless、plc のいずれかです。",
        f"{mask(cell)!r} is no medium: it is none, wireless or plc",
    )
