"""Writing the snapshots: five Parquet files, the mapping of their columns, and ``snapshots.toml`` that names both."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import duckdb

from keiki.bench.servers.servers import sources_text
from keiki.bench.snapshots.mistakes import MISTAKES
from keiki.bench.snapshots.owners import OWNERS
from keiki.bench.snapshots.places import DRAW, NOW, SHARE, places

MOST = 100_000_000
_STEPS = dict(zip(OWNERS, (15485863, 32452843, 49979687, 67867967, 86028121), strict=True))
"""Every owner keeps the places in an order of their own: place = step * row modulo the number of places."""


def write_snapshots(
    folder: Path,
    points: int,
    *,
    seed: int,
    now: datetime,
    threads: int = 2,
    told: Callable[[str], None] = lambda _: None,
) -> Path:
    """Write snapshots of ``points`` places as of ``now`` (with zone) and return the path of ``snapshots.toml``.

    The same numbers give the same rows with the same release of DuckDB, from whose hash all is drawn. ``told`` is
    called with each owner's name before its file is written. Raises :class:`ValueError` for a number of points that
    cannot be drawn.
    """
    if not 1 <= points <= MOST:
        raise ValueError(f"cannot draw {points} places: ask for 1 to {MOST}")
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": threads, "memory_limit": "2GB"}) as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(DRAW.format(seed=seed))
        connection.execute(NOW.format(now=now.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")))
        connection.execute(SHARE)
        for owner in OWNERS:
            told(owner)
            path = str(folder / f"{owner}.parquet").replace("'", "''")
            connection.execute(f"COPY ({file_rows(owner, points)}) TO '{path}' (FORMAT parquet)")
    (folder / "sources.toml").write_text(sources_text(folder), encoding="utf-8")
    text = resources.files(__package__).joinpath("snapshots.toml").read_text(encoding="utf-8")
    (folder / "snapshots.toml").write_text(text, encoding="utf-8")
    return folder / "snapshots.toml"


def file_rows(owner: str, points: int) -> str:
    """Return the query of an owner's file: its rows in its order, one in a hundred with a mistake."""
    step = _STEPS[owner]
    while math.gcd(step, points) > 1:
        step += 2
    numbers = f"SELECT row * {step} % {points} AS place FROM range({points}) AS counted(row)"  # noqa: S608
    salt = 100 + list(OWNERS).index(owner)
    spoilt, upper = [], 0
    for mistake in MISTAKES[owner]:
        band = f"wrong BETWEEN {upper} AND {upper + mistake.share - 1}"
        spoilt.append((mistake.column, f"WHEN {band} THEN {mistake.instead}"))
        upper += mistake.share
    columns = dict.fromkeys(column for column, _ in spoilt)
    replaced = ", ".join(
        f"CASE {' '.join(case for name, case in spoilt if name == column)} ELSE {column} END AS {column}"
        for column in columns
    )
    return (
        f"WITH places AS ({places(numbers)}), written AS ({OWNERS[owner]}) "  # noqa: S608
        f"SELECT * EXCLUDE (place, part, wrong) REPLACE ({replaced}) "
        f"FROM (SELECT *, (draw(place * 3 + part, {salt}) % 100000)::INTEGER AS wrong FROM written)"
    )
