"""The supervisory control server's office copy (監視制御 写し): what route A sees of each meter.

Bare keys; states in English short forms; the poll's time as 14 digits in Japan's time, readings in epoch milliseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from keiki.bench.servers.writing import digits14
from keiki.bench.town.place import Place

LAG = timedelta(minutes=25)
READING_AGE = timedelta(minutes=40)
STATES = {"normal": "RUN", "abnormality": "ERR", "starting": "INI"}
SCHEMA = """
CREATE TABLE scs_meter (
    sp_no TEXT PRIMARY KEY, comm_sn TEXT NOT NULL, comm_st TEXT NOT NULL, reach INTEGER NOT NULL,
    last_read_ms INTEGER, polled TEXT NOT NULL);
"""


def fill(connection: sqlite3.Connection, town: Iterable[Place], now: datetime) -> None:
    """Create the table and enter what the last poll saw: every meter up and read."""
    connection.executescript(SCHEMA)
    for place in town:
        see(
            connection,
            place.supply_point,
            place.installed.communication_serial,
            state="normal",
            reading=now - READING_AGE,
            now=now - LAG,
        )


def see(
    connection: sqlite3.Connection, point: str, serial: str, *, state: str, reading: datetime | None, now: datetime
) -> None:
    """Enter what route A sees of a meter; ``None`` for the reading: it did not answer, and the last one stays."""
    read_ms = None if reading is None else int(reading.timestamp() * 1000)
    connection.execute(
        "INSERT INTO scs_meter VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sp_no) DO UPDATE SET comm_sn = excluded.comm_sn,"
        " comm_st = excluded.comm_st, reach = excluded.reach, polled = excluded.polled,"
        " last_read_ms = coalesce(excluded.last_read_ms, last_read_ms)",
        (point, serial, STATES[state], int(reading is not None), read_ms, digits14(now)),
    )


def update(connection: sqlite3.Connection, now: datetime) -> None:
    """Finish a poll of all meters that saw nothing new."""
    connection.execute("UPDATE scs_meter SET polled = ?", (digits14(now),))
