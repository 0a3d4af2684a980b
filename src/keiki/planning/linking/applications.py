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
from keiki.domain.mapping.cells import BLANKS, CellRejection
from keiki.domain.mapping.keys import KeyFormat, read_any_format
from keiki.domain.supply_point import SupplyPointError
from keiki.foundation.files.dropped_batches import DroppedBatches, open_batches
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.layout import FileLayout
from keiki.foundation.text.spellings import Spellings
from keiki.planning.linking.columns import DistinctCellReader, Integers
from keiki.planning.linking.errors import LinkingError, cannot_be_read
from keiki.planning.linking.files import refuse_lost_rows
from keiki.planning.linking.parts import PART_TYPE, part_of
from keiki.planning.linking.rejects import Reason, RejectOrigin, Rejects
from keiki.planning.linking.text_bytes import KEY_TYPE, TextCells, layout, read_keys

KEY, MEDIUM = "supply_point", "route_b"
MEDIA = ("none", "wireless", "plc")
_SPELLINGS = Spellings(MEDIA)
CARD = SourceCard("applications", ("申込みファイル", "File of applications"), (MEDIUM,), timedelta.max)
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
class ApplicationCounts:
    """What the file came to: its ``rows``, points whose application counts, and points that no source knows."""

    rows: int
    points: int
    unknown: int


class Applications:
    """The file, read into the tables ``applied`` (its rows) and ``application`` (its points).

    Raises :class:`LinkingError` for a file that cannot be used.
    """

    def __init__(self, path: Path, rejects: Rejects, parts: int) -> None:
        self._path, self._rejects, self._parts, self._rows = path, rejects, parts, 0
        self._origin = RejectOrigin(CARD, path.name)
        self._layouts = [layout(KeyFormat(name)) for name in ("bare", "hyphenated", "full_width", "zero_lost")]
        self._media = DistinctCellReader(_medium)

    def read(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make both tables, and reject what cannot be read or contradicts."""
        try:
            source = open_batches(_layout(self._path), self._path, (KEY, MEDIUM), (MEDIUM,))
            connection.execute("CREATE TABLE applied (row BIGINT, key DECIMAL(22, 0), medium UTINYINT, part UTINYINT)")
            for batch in self._batches(source):
                connection.register("applying", pa.Table.from_batches([batch]))
                connection.execute("INSERT INTO applied FROM applying")
                connection.unregister("applying")
        except DamagedFileError as error:
            raise LinkingError(
                f"{error.text.ja}。申込みファイルには {KEY} と {MEDIUM} が必要です。",
                f"{error.text.en} (a file of applications has {KEY} and {MEDIUM})",
            ) from None
        except OSError as error:
            raise cannot_be_read(self._path, error) from None
        refuse_lost_rows(self._path, source, self._rows)
        self._rows += len(source.rejects)
        self._rejects.tell_malformed(CARD, [(self._path.name, reject) for reject in source.rejects])
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
        self._tell(connection, contradicting, MEDIUM, (CellRejection.CONTRADICTING, _CONTRADICTS))

    def compare(self, connection: duckdb.DuckDBPyConnection) -> ApplicationCounts:
        """Hold the file against the points of ``linked``; rows about a point that is not there are rejected."""
        unknown = (
            "SELECT row, '0' FROM applied WHERE key IS NOT NULL AND key NOT IN (SELECT key FROM linked) ORDER BY 1"
        )
        self._tell(connection, unknown, KEY, (CellRejection.UNKNOWN_POINT, _UNKNOWN))
        counted = connection.execute("""
            SELECT count(*) FILTER (a.held = 0 AND l.key IS NOT NULL), count(*) FILTER (l.key IS NULL)
            FROM application AS a LEFT JOIN linked AS l ON a.key = l.key
        """).fetchone()
        points, strangers = counted or (0, 0)
        return ApplicationCounts(self._rows, points, strangers)

    def _batches(self, source: DroppedBatches) -> Iterator[pa.RecordBatch]:
        for batch, numbers in source.batches():
            self._rows += len(batch)
            if len(batch):
                yield self._judged(batch, numbers)

    def _judged(self, batch: pa.RecordBatch, numbers: Integers) -> pa.RecordBatch:
        cells = batch.column(KEY)
        keys, keyed = read_keys(read_any_format, self._layouts, TextCells(cells.cast(pa.string())))
        meanings, places = self._media.places(batch.column(MEDIUM))
        media = np.array(meanings, np.uint8).take(places)
        self._rejects.tell_column(self._origin, (KEY, MEDIUM, _key_reason), batch, numbers, ~keyed)
        self._rejects.tell_column(
            self._origin, (MEDIUM, MEDIUM, _medium_reason), batch, numbers, keyed & (media == _UNREAD)
        )
        arrays = [pa.array(numbers), keys, pa.array(media), part_of(keys, self._parts)]
        return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)

    def _tell(self, connection: duckdb.DuckDBPyConnection, query: str, column: str, reason: Reason) -> None:
        """Reject the rows that ``query`` gives, with the value of each."""
        found = connection.execute(query)
        while rows := found.fetchmany(1 << 14):
            self._rejects.tell_rows(self._origin, column, MEDIUM, reason, rows)


def _layout(path: Path) -> FileLayout:
    """Tell CSV from Parquet by the file's ending."""
    forms = {".csv": "csv", ".parquet": "parquet"}
    if path.suffix.lower() not in forms:
        raise LinkingError(
            f"{path.name} は .parquet でも .csv でもありません。変換してください。",
            f"{path.name} is neither .parquet nor .csv: convert it",
        )
    return FileLayout(form=forms[path.suffix.lower()], strict=True)


def _medium(cell: str | None) -> int:
    found = _SPELLINGS.find(cell or "")
    return _UNREAD if found is None else MEDIA.index(found)


def _key_reason(cell: str | None) -> Reason:
    try:
        read_any_format(str(cell))
    except SupplyPointError as error:
        return CellRejection.KEY, error.sentence
    raise AssertionError("the key can be read")


def _medium_reason(cell: str | None) -> Reason:
    if cell is None or not cell.strip(BLANKS):
        return CellRejection.EMPTY, (f"{MEDIUM} が空です。", f"{MEDIUM} is empty: write none, wireless or plc")
    return CellRejection.CODE, (
        f"「{mask(cell)}」という媒体はありません。none、wireless、plc のいずれかです。",
        f"{mask(cell)!r} is no medium: it is none, wireless or plc",
    )
