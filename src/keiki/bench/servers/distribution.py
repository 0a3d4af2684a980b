"""The distribution management server (配電管理システム): what the place is like.

Keys went through a spreadsheet and lost their leading zero; flags as 0/1 and Y/N; times in epoch seconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from keiki.bench.servers.writing import zero_lost
from keiki.bench.town.place import Place

LAG = timedelta(hours=9)
HOUSING = {"detached": "K", "multi_dwelling": "S"}
MEDIA = {"rf": "MH", "plc": "PLC"}
SCHEMA = """
CREATE TABLE haiden_point (
    spid TEXT PRIMARY KEY, tatemono TEXT NOT NULL, keiro TEXT NOT NULL, amegakari INTEGER NOT NULL,
    vmeas TEXT NOT NULL, upd INTEGER NOT NULL);
"""


def fill(connection: sqlite3.Connection, town: Iterable[Place], now: datetime) -> None:
    """Create the table and enter every place."""
    connection.executescript(SCHEMA)
    connection.executemany(
        "INSERT INTO haiden_point VALUES (?, ?, ?, ?, ?, 0)",
        (
            (
                zero_lost(place.supply_point),
                HOUSING[place.housing],
                MEDIA[place.medium],
                int(place.rain_exposed),
                "Y" if place.voltage_measurement else "N",
            )
            for place in town
        ),
    )
    update(connection, now - LAG)


def update(connection: sqlite3.Connection, now: datetime) -> None:
    """Refresh every row."""
    connection.execute("UPDATE haiden_point SET upd = ?", (int(now.timestamp()),))
