"""Files as relations of DuckDB: every cell as text, every row with its number in the file, counted from 1."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from keiki.planning.linking.configuration import Snapshot
from keiki.planning.linking.errors import LinkingError

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}


def name(text: str) -> str:
    """Quote a foreign name for SQL."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class Relation:
    """One snapshot's file. ``types`` are DuckDB's, by column."""

    snapshot: Snapshot
    scan: str
    types: dict[str, str]

    @property
    def condition(self) -> str:
        """Which rows count at all."""
        terms = [
            f"{self.cell(column)} IN ({', '.join(map(literal, values))})"
            for column, values in self.snapshot.only.items()
        ]
        return " AND ".join(terms) or "TRUE"

    def cell(self, column: str) -> str:
        """The column's cell as text, as Python would write it."""
        quoted = f"file.{name(column)}"
        if self.types[column] == "VARCHAR":
            return quoted
        if self.types[column] == "BOOLEAN":
            return f"CASE WHEN {quoted} THEN 'True' WHEN NOT {quoted} THEN 'False' END"
        return f"CAST({quoted} AS VARCHAR)"

    def is_whole(self, column: str) -> bool:
        """Whether the column holds whole numbers as such."""
        return self.types[column] in _WHOLE


def open_relation(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> Relation:
    """Look into a snapshot's file; raises :class:`LinkingError` if it or one of its columns is not there."""
    path = snapshot.file
    _refuse_unreadable(path)
    quoted = literal(str(path))
    if path.suffix == ".parquet":
        scan = f"(SELECT *, file_row_number + 1 AS row_number FROM read_parquet({quoted}, file_row_number = true))"
    else:
        rows = f"read_csv({quoted}, header = true, all_varchar = true, delim = ',', quote = '\"')"
        scan = f"(SELECT *, row_number() OVER () AS row_number FROM {rows})"  # noqa: S608
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()  # noqa: S608
    except duckdb.Error:
        raise LinkingError(
            f"{path.name} は正しい{path.suffix}ファイルではありません。所有者に再出力を依頼してください。",
            f"{path.name} is not a correct {path.suffix} file: ask its owner to export it again",
        ) from None
    types = {str(column): str(type_) for column, type_, *_ in described}
    missing = [column for column in (*snapshot.columns, *snapshot.only) if column not in types]
    if missing:
        raise LinkingError(
            f"{path.name} に列{'、'.join(missing)}がありません。対応表を確認してください。",
            f"{path.name} has no column {', '.join(missing)}: check the mapping of {snapshot.card.id!r}",
        )
    return Relation(snapshot, scan, types)


def _refuse_unreadable(path: Path) -> None:
    if path.suffix not in (".parquet", ".csv"):
        raise LinkingError(
            f"{path.name} は .parquet でも .csv でもありません。変換してください。",
            f"{path.name} is neither .parquet nor .csv: convert it",
        )
    if not path.is_file():
        raise LinkingError(
            f"{path.name} がありません。スナップショットのファイル名を確認してください。",
            f"there is no file {path.name}: check the snapshot's file name",
        )
