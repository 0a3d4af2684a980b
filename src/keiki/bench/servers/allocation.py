"""The meter allocation server (計器配分): which depot serves a place, and every unit on its shelves.

Keys behind the mark KEP; times in ISO 8601 with zone. Units lie there by serial number, terminal covers by count.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from keiki.bench.servers.writing import JST, prefixed
from keiki.bench.town.models import COMMUNICATION, COVERS, METERING, OPTIONS
from keiki.bench.town.place import InstalledUnits, Place

LAG = timedelta(hours=5)
IN_STOCK, RESERVED, GONE = "10", "20", "90"
SERIALS = {"TMC": "TC", "TMM": "TM", "TMS": "TO", "TMV": "TO"}
UNITS = (*COMMUNICATION, *METERING, *OPTIONS)
SCHEMA = """
CREATE TABLE tanto_soko (kyokyu TEXT PRIMARY KEY, soko TEXT NOT NULL, koshin TEXT NOT NULL);
CREATE TABLE zaiko (soko TEXT NOT NULL, kata TEXT NOT NULL, seiban TEXT PRIMARY KEY, jotai TEXT NOT NULL);
CREATE INDEX zaiko_x ON zaiko (soko, kata, jotai);
CREATE TABLE zaiko_bara (soko TEXT NOT NULL, kata TEXT NOT NULL, suryo INTEGER NOT NULL, PRIMARY KEY (soko, kata));
"""


def fill(connection: sqlite3.Connection, town: Iterable[Place], now: datetime, random: Random) -> None:
    """Create the tables, give every place its depot, and stock every depot with two to six of each unit."""
    connection.executescript(SCHEMA)
    places = tuple(town)
    connection.executemany(
        "INSERT INTO tanto_soko VALUES (?, ?, '')", ((prefixed(place.supply_point), place.depot) for place in places)
    )
    depots = sorted({place.depot for place in places})
    numbers = iter(random.sample(range(10**8), 7 * len(UNITS) * len(depots)))
    for depot in depots:
        for model in UNITS:
            states = [IN_STOCK] * random.randint(2, 6) + [RESERVED] * (random.random() < 0.2)
            for state in states:
                serial = f"{SERIALS[model[:3]]}{model[4]}0{next(numbers):08d}"
                connection.execute("INSERT INTO zaiko VALUES (?, ?, ?, ?)", (depot, model, serial, state))
        for cover in COVERS:
            connection.execute("INSERT INTO zaiko_bara VALUES (?, ?, ?)", (depot, cover, random.randint(5, 40)))
    update(connection, now - LAG)


def take(connection: sqlite3.Connection, depot: str, units: InstalledUnits, *, new_cover: bool) -> None:
    """Take what was hung from the shelves; what did not come from there changes nothing."""
    serials = (units.communication_serial, units.metering_serial, units.option_serial)
    connection.executemany("UPDATE zaiko SET jotai = ? WHERE seiban = ?", ((GONE, serial) for serial in serials))
    if new_cover:
        connection.execute(
            "UPDATE zaiko_bara SET suryo = max(suryo - 1, 0) WHERE soko = ? AND kata = ?", (depot, units.cover)
        )


def update(connection: sqlite3.Connection, now: datetime) -> None:
    """Refresh every place's row."""
    connection.execute("UPDATE tanto_soko SET koshin = ?", (now.astimezone(JST).isoformat(timespec="seconds"),))
