"""The five owners' servers as databases of any size: the rows of the snapshots, in SQLite files that are asked by key.

The same draw, the same proportions and the same one row in a hundred with a mistake as in the files (``mistakes.py``,
``places.py``), and the customers, whom no file has, so that they can be asked for and searched. Tables, columns and
indexes as in ``keiki.bench.servers``, so that the town's ``sources.toml`` reads them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from keiki.bench.servers.servers import sources_text
from keiki.bench.snapshots.customers import CUSTOMER_NUMBER, customer_rows
from keiki.bench.snapshots.places import DRAW, NOW, SHARE
from keiki.bench.snapshots.writing import file_rows

BATCH = 50_000
TABLES = {
    "customer": ("KEIYAKU_M", "KYOKYU_CHITEN_NO"),
    "distribution": ("haiden_point", "spid"),
    "construction": ("計器工事", "供給地点特定番号"),
    "allocation": ("tanto_soko", "kyokyu"),
    "supervisory": ("scs_meter", "sp_no"),
}
"""Each owner's table and the column that its server finds a supply point by."""
SEARCHED = {"customer": ("OKYAKU_NO",), "construction": ("通信製番", "計量製番", "付加製番")}
"""Columns that an owner's table is searched by besides its key."""
LEDGER_TIME = "基準日時"
"""The construction ledger keeps its time in a table of its own."""


def write_databases(
    folder: Path, points: int, *, seed: int, now: datetime, told: Callable[[str], None] = lambda _: None
) -> Path:
    """Write five databases of ``points`` places as of ``now`` (with zone) and return the path of ``sources.toml``.

    ``told`` is called with each owner's name before its database is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as drawn:
        drawn.execute(DRAW.format(seed=seed))
        drawn.execute(NOW.format(now=now.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")))
        drawn.execute(SHARE)
        for owner in TABLES:
            told(owner)
            path = folder / f"{owner}.db"
            path.unlink(missing_ok=True)
            with closing(sqlite3.connect(path, isolation_level=None)) as database:
                _write(database, owner, drawn.execute(_rows(owner, points)))
                if owner == "customer":
                    _write_customers(database, drawn.execute(customer_rows(points)))
                database.execute("ANALYZE")
    (folder / "sources.toml").write_text(sources_text(folder), encoding="utf-8")
    return folder / "sources.toml"


def _write(database: sqlite3.Connection, owner: str, rows: duckdb.DuckDBPyConnection) -> None:
    table, key = TABLES[owner]
    names = [column[0] for column in rows.description or ()]
    ledger = names.index(LEDGER_TIME) if LEDGER_TIME in names else None
    kept = [name for name in names if name != LEDGER_TIME]
    database.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144; BEGIN")
    database.execute(f"CREATE TABLE {table} ({', '.join(kept)})")
    insert = f"INSERT INTO {table} VALUES ({', '.join('?' * len(kept))})"  # noqa: S608 - names of this module
    time = None
    while batch := rows.fetchmany(BATCH):
        if ledger is not None:
            time = batch[0][ledger]
            batch = [row[:ledger] + row[ledger + 1 :] for row in batch]
        database.executemany(insert, batch)
    for number, column in enumerate((key, *SEARCHED.get(owner, ())), 1):
        database.execute(f"CREATE INDEX {table}_x{number} ON {table} ({column})")
    if ledger is not None:
        database.execute("CREATE TABLE 台帳基準 (基準日時 TEXT NOT NULL)")
        database.execute("INSERT INTO 台帳基準 VALUES (?)", (time,))
    database.execute("COMMIT")


def _rows(owner: str, points: int) -> str:
    rows = file_rows(owner, points)
    return f"SELECT *, {CUSTOMER_NUMBER} AS OKYAKU_NO FROM ({rows})" if owner == "customer" else rows  # noqa: S608


def _write_customers(database: sqlite3.Connection, rows: duckdb.DuckDBPyConnection) -> None:
    names = [column[0] for column in rows.description or ()]
    database.execute("BEGIN")
    database.execute(f"CREATE TABLE OKYAKU_M ({', '.join(names)}, PRIMARY KEY (OKYAKU_NO))")
    while batch := rows.fetchmany(BATCH):
        database.executemany(f"INSERT INTO OKYAKU_M VALUES ({', '.join('?' * len(names))})", batch)  # noqa: S608
    database.execute("COMMIT")
