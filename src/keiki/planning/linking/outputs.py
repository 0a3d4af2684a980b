# ruff: noqa: S608 - names in these queries are this package's own
"""The files that a linkage leaves: what can be designed, what cannot and why, what contradicts, what was rejected,
and which units several points claim.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from keiki.domain.linkage.contradictions import RULES
from keiki.domain.linkage.decision import NEEDS
from keiki.foundation.files.drafts import make_draft
from keiki.planning.linking.applications import CARD
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.shared_units import TABLE
from keiki.planning.linking.verdicts import JoinedRow

NEED_COLUMNS = tuple(NEEDS)
"""What ``keiki design bulk`` takes in, with ``installed_<kind>`` behind it."""
_POINT = (
    f"CASE WHEN key >= {10**21} THEN key::VARCHAR WHEN key >= {10**20} THEN '0' || key::VARCHAR "
    "ELSE lpad(key::VARCHAR, 22, '0') END AS supply_point"
)
"""The 22 digits; ``lpad`` is slow, and an area's number has no more than one zero in front."""
_FORMATS = {".parquet": "FORMAT parquet", ".csv": "FORMAT csv, HEADER"}


@dataclass(frozen=True)
class Outputs:
    """Where the five files go; each is Parquet or CSV by its ending."""

    needs: Path
    blocked: Path
    contradictions: Path
    rejects: Path
    duplicates: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        """All of them."""
        return (self.needs, self.blocked, self.contradictions, self.rejects, self.duplicates)

    @classmethod
    def beside(cls, needs: Path) -> Outputs:
        """Name the others after the first."""
        parts = ("blocked", "contradictions", "rejects", "duplicates")
        others = (needs.with_name(f"{needs.stem}.{part}{needs.suffix}") for part in parts)
        return cls(needs, *others)

    def check(self) -> None:
        """Raise :class:`LinkingError` for an ending or a folder that is none, or one name for two files."""
        for path in self.paths:
            if path.suffix not in _FORMATS:
                raise LinkingError(
                    f"{path.name} の末尾は .parquet か .csv にしてください。",
                    f"{path.name} must end in .parquet or .csv",
                )
            if not path.parent.is_dir():
                raise LinkingError(
                    f"{path.name} を置くフォルダーがありません。作成してください。",
                    f"the folder of {path.name} does not exist: make it",
                )
        if len({os.path.realpath(path) for path in self.paths}) < len(self.paths):
            raise LinkingError("五つの結果は別々のファイルにしてください。", "the five results must be five files")


def write_needs(connection: duckdb.DuckDBPyConnection, joined: JoinedRow, path: Path) -> None:
    """Write the points that can be designed, in the columns that ``keiki design bulk`` takes in.

    Texts are written as such: of an ENUM, DuckDB writes values that do not occur as empty ones.
    """
    installed = ("communication", "metering", "option", "cover")
    texts = {"medium", "route_b", "phase", *(f"installed_{kind}" for kind in installed)}
    columns = ", ".join(
        f"{name}::VARCHAR AS {name}" if name in texts else name
        for name in (*NEED_COLUMNS, *(f"installed_{kind}" for kind in installed), "depot")
    )
    _copy(
        connection,
        f"SELECT {_POINT}, {columns} FROM linked WHERE {joined.ready}",
        path,
    )


def write_blocked(connection: duckdb.DuckDBPyConnection, joined: JoinedRow, path: Path) -> None:
    """Write what is missing or stale: a row for each obstacle at each point, with the source that can remove it."""
    owners = {each.snapshot.card.id: each.snapshot.card.owner for each in joined.stages} | {CARD.id: CARD.owner}
    connection.execute(
        "CREATE TABLE obstacle (bit BIGINT, kind VARCHAR, code VARCHAR, subject VARCHAR, source VARCHAR, "
        "owner_ja VARCHAR, owner_en VARCHAR)"
    )
    connection.executemany(
        "INSERT INTO obstacle VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (each.bit, each.kind, each.code, each.subject, each.source, *owners[each.source])
            for each in joined.obstacles()
        ],
    )
    query = (
        f"SELECT {_POINT}, kind, code, subject, source, owner_ja, owner_en "
        "FROM (SELECT key, held FROM linked WHERE held <> 0) AS back JOIN obstacle ON held & bit <> 0"
    )
    connection.execute(f"CREATE TABLE blocked AS {query}")
    _copy(connection, "FROM blocked", path)


def write_contradictions(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write what contradicts: a row for each rule at each point, with its weight and its message."""
    connection.execute(
        "CREATE TABLE rule (bit BIGINT, rule VARCHAR, weight VARCHAR, message_ja VARCHAR, message_en VARCHAR)"
    )
    connection.executemany(
        "INSERT INTO rule VALUES (?, ?, ?, ?, ?)",
        [(1 << place, rule.id, rule.weight.value, rule.ja, rule.en) for place, rule in enumerate(RULES)],
    )
    query = (
        f"SELECT {_POINT}, rule, weight, message_ja, message_en "
        "FROM (SELECT key, broken FROM linked WHERE broken <> 0) AS odd JOIN rule ON broken & bit <> 0"
    )
    connection.execute(f"CREATE TABLE contradiction AS {query}")
    _copy(connection, "FROM contradiction", path)


def write_duplicates(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write every unit that several points claim: a row for each of these points."""
    _copy(connection, f"SELECT source, term, serial, {_POINT} FROM {TABLE} ORDER BY term, serial, supply_point", path)


def _copy(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    draft = path.with_name(f".{path.name}.partial")
    try:
        make_draft(draft)  # DuckDB writes to it, not to a name of its own
        connection.execute(f"COPY ({query}) TO {_quoted(draft)} ({_FORMATS[path.suffix]}, USE_TMP_FILE false)")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
