"""The meter construction server (計器工事実績): which units were hung where, when.

Table and columns in Japanese; keys in full-width digits; dates by era; every job stays, the newest is marked ◎. The
time up to which the ledger is complete stands in a table of its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from keiki.bench.servers.writing import era, era_minute, full_width
from keiki.bench.town.place import InstalledUnits, Place

LAG = timedelta(hours=14)
AFTER_CERTIFICATION = timedelta(days=45)
SCHEMA = """
CREATE TABLE 計器工事 (
    工事番号 INTEGER PRIMARY KEY, 供給地点特定番号 TEXT NOT NULL, 最新 TEXT NOT NULL,
    通信型式 TEXT NOT NULL, 通信製番 TEXT NOT NULL, 計量型式 TEXT NOT NULL, 計量製番 TEXT NOT NULL,
    付加型式 TEXT NOT NULL, 付加製番 TEXT NOT NULL, 端子カバー TEXT NOT NULL,
    検定日 TEXT NOT NULL, 工事日 TEXT NOT NULL);
CREATE INDEX 計器工事_地点 ON 計器工事 (供給地点特定番号);
CREATE INDEX 計器工事_通信 ON 計器工事 (通信製番);
CREATE INDEX 計器工事_計量 ON 計器工事 (計量製番);
CREATE INDEX 計器工事_付加 ON 計器工事 (付加製番);
CREATE TABLE 台帳基準 (基準日時 TEXT NOT NULL);
"""


def fill(connection: sqlite3.Connection, town: Iterable[Place], now: datetime) -> None:
    """Create the tables and enter what hangs on every wall."""
    connection.executescript(SCHEMA)
    for place in town:
        record(connection, place.supply_point, place.installed, place.installed.certified + AFTER_CERTIFICATION)
    connection.execute("INSERT INTO 台帳基準 VALUES ('')")
    update(connection, now - LAG)


def record(connection: sqlite3.Connection, point: str, units: InstalledUnits, day: date) -> None:
    """Enter a job's result; the one before it is no longer the newest."""
    key = full_width(point)
    connection.execute("UPDATE 計器工事 SET 最新 = '' WHERE 供給地点特定番号 = ?", (key,))
    connection.execute(
        "INSERT INTO 計器工事 VALUES (NULL, ?, '◎', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            units.communication,
            units.communication_serial,
            units.metering,
            units.metering_serial,
            units.option or "－",
            units.option_serial or "－",
            units.cover,
            era(units.certified),
            era(day),
        ),
    )


def update(connection: sqlite3.Connection, now: datetime) -> None:
    """Close the ledger up to ``now``."""
    connection.execute("UPDATE 台帳基準 SET 基準日時 = ?", (era_minute(now),))
