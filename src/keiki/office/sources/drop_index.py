"""The index of one dropped file: a SQLite file in the office's data folder that finds a supply point's rows at once.

It holds the columns that the configuration names and no other, is readable by the office alone (mode 0600), and is
written beside and renamed, so that a half-made index is never read. Its name is a digest of the drop's name, size and
time and of what is read from it: another drop, or another mapping, is another index.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from keiki.domain.linkage.shared_units import SERIAL_TERMS
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.mapping.columns import FILE_LINE, FILE_TIME, FactColumn
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.foundation.files.drafts import make_draft
from keiki.foundation.files.dropped import read_numbered
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.fixed_width import Cells
from keiki.foundation.files.folder import DropFolder, DroppedFile, time_in_name
from keiki.office.sources.asking import MOST_ROWS, Rows, Survey
from keiki.office.sources.configuration import SourceConfiguration

FORM = 4
"""The form of an index: one of another form is made anew."""
BLANKS = " \u3000"


class DropIndex:
    """The index of a drop at ``file``; made by :func:`build`."""

    def __init__(self, source: SourceConfiguration, file: Path) -> None:
        self.file, self._source = file, source
        self._connection = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def look_up(self, point: SupplyPoint) -> Rows:
        """Return the rows of a supply point."""
        return self._rows("SELECT * FROM drop_rows WHERE point = ?", (point.number,))

    def points_with(self, term: str, serial: str) -> tuple[SupplyPoint, ...]:
        """Return the supply points whose rows name the unit with a serial number; ``term`` is that of the number."""
        query = "SELECT DISTINCT point FROM drop_units WHERE serial = ? AND term = ? ORDER BY point"
        found = self._connection.execute(query, (unit_number(serial), term))
        return tuple(SupplyPoint(point) for (point,) in found)

    @property
    def knows_somebody(self) -> bool:
        """Whether any row's key could be read; if none, the key's format or the file's encoding is another one."""
        return bool(self._connection.execute("SELECT 1 FROM drop_rows WHERE point IS NOT NULL LIMIT 1").fetchone())

    def survey(self) -> Survey:
        """Count all rows and return the first."""
        ((count,),) = self._connection.execute("SELECT count(*) FROM drop_rows").fetchall()
        return Survey(int(count), self._rows("SELECT * FROM drop_rows LIMIT ?", (MOST_ROWS,)))

    def _rows(self, query: str, parameters: Sequence[object]) -> Rows:
        columns = self._source.columns
        found = self._connection.execute(query, parameters).fetchall()
        return [
            {FILE_LINE: row[2]}
            | {name: cell for name, cell in zip(columns, row[3:], strict=True) if row[1] or name in columns[:1]}
            for row in found
        ]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def index_file(cache: Path, source: SourceConfiguration, folder: DropFolder, drop: DroppedFile) -> Path:
    """Return where the index of ``drop`` is or will be."""
    serials = tuple((fact.term.name, fact.column, sorted(fact.none)) for fact in _serials(source))
    read = (FORM, str(drop.path), drop.size, drop.changed_ns, source.columns, source.key, serials, folder)
    return cache / f"{source.card.id}-{hashlib.sha256(repr(read).encode()).hexdigest()[:24]}.sqlite"


def build(file: Path, source: SourceConfiguration, folder: DropFolder, drop: DroppedFile) -> None:
    """Make the index of ``drop``. Raises :class:`DamagedFileError` where it is not whole or changes meanwhile."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f"{file.stem}.{os.getpid()}.new")
    make_draft(draft, 0o600)
    try:
        _fill(draft, source, folder, drop)
        if DroppedFile.of(drop.path) != drop:
            raise DamagedFileError(
                "読んでいる間に変わった。まだ書かれている途中",
                "it changed while it was read: it is still being written",
            )
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)


def _fill(draft: Path, source: SourceConfiguration, folder: DropFolder, drop: DroppedFile) -> None:
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536")
        cells = ", ".join(f"c{place}" for place in range(len(source.columns)))
        marks = ", ".join("?" * (len(source.columns) + 3))
        connection.execute(f"CREATE TABLE drop_rows (point TEXT, whole INTEGER, line INTEGER, {cells})")
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO drop_rows VALUES ({marks})", _rows(source, folder, drop))  # noqa: S608
        if not connection.execute("SELECT 1 FROM drop_rows LIMIT 1").fetchone():
            raise DamagedFileError("1行もない", "it has no rows")
        connection.execute("CREATE INDEX drop_point ON drop_rows (point)")
        _list_units(connection, source)
        connection.execute("COMMIT")


def _serials(source: SourceConfiguration) -> list[FactColumn]:
    return [fact for fact in source.facts if fact.term.name in SERIAL_TERMS]


def _list_units(connection: sqlite3.Connection, source: SourceConfiguration) -> None:
    """List the serial numbers of units with their supply points: read as a row's reader does, in one spelling."""
    connection.create_function("unit_number", 1, unit_number, deterministic=True)
    connection.execute("CREATE TABLE drop_units (serial TEXT, term TEXT, point TEXT)")
    for fact in _serials(source):
        cell = f"trim(c{source.columns.index(fact.column)}, ?)"
        none = ", ".join("?" * (len(fact.none) + 1))
        connection.execute(
            f"INSERT INTO drop_units SELECT unit_number({cell}), ?, point FROM drop_rows "  # noqa: S608
            f"WHERE point IS NOT NULL AND {cell} NOT IN ({none})",
            (BLANKS, fact.term.name, BLANKS, "", *sorted(fact.none)),
        )
    connection.execute("CREATE INDEX drop_unit ON drop_units (serial, term)")


def _rows(source: SourceConfiguration, folder: DropFolder, drop: DroppedFile) -> Iterator[Cells]:
    """Yield each row with its point in front (none where the key cannot be read), and its number in the file."""
    time = None if folder.as_of_in_name is None else time_in_name(folder.as_of_in_name, drop.path.name)
    columns = [column for column in source.columns if column != FILE_TIME]
    at = source.columns.index(FILE_TIME) if FILE_TIME in source.columns else None
    for line, cells in read_numbered(folder.layout, drop.path, columns):
        whole = ... not in cells
        known = [None if cell is ... else cell for cell in cells]
        if at is not None:
            known.insert(at, time)
        yield (_point(source, cells[0]), int(whole), line, *known)


def _point(source: SourceConfiguration, cell: object) -> str | None:
    try:
        return source.key.read(str(cell)).number
    except SupplyPointError:
        return None
