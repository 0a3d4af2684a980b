"""Made-up supply points for the benchmarks: needs as they occur, and units as they hang.

Everything is drawn from a hash of the row's number, so that the same rows come out wherever this is run.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_ROWS = """
WITH drawn AS (
    SELECT i, hash(i) AS a, hash(i + 7000000001) AS b, hash(i + 9000000011) AS c FROM range({rows}) AS t(i)
), place AS (
    SELECT i, a, b, c,
        a % 100 < 70 AS rf,
        (a // 100) % 100 AS p,
        (a // 10000) % 100 AS q,
        (b % 100) AS old_p
    FROM drawn
), needs AS (
    SELECT *,
        CASE WHEN rf THEN 'rf' ELSE 'plc' END AS medium,
        CASE WHEN q < 80 THEN 'none' WHEN q < 97 THEN 'wireless' ELSE 'plc' END AS route_b,
        (a // 1000000) % 100 < 12 AS two_way,
        CASE WHEN p < 15 THEN '1P2W' WHEN p < 90 THEN '1P3W' ELSE '3P3W' END AS phase,
        CASE WHEN p < 13 THEN 30 WHEN p < 15 THEN 120 WHEN p < 75 THEN 60 WHEN p < 90 THEN 120 WHEN p < 96 THEN 60
             ELSE 120 END AS capacity,
        (a // 100000000) % 100 < 40 AND NOT (p >= 96) AS remote_switching,
        (b // 100) % 100 < 4 AS voltage_measurement,
        (b // 10000) % 100 < 15 AS rain
    FROM place
), wall AS (
    SELECT *,
        (c // 100) % 100 < 8 AS was_two_way,
        (c // 10000) % 100 < 10 AS was_b,
        replace(replace(replace(phase, '1P2W', '2W'), '1P3W', '3W'), '3P3W', '3P') || capacity AS model
    FROM needs
)
SELECT
    '06' || lpad((a // 7 % 100000000000)::VARCHAR, 12, '0') || lpad(i::VARCHAR, 8, '0') AS supply_point,
    medium, route_b, two_way, phase, capacity::INTEGER AS capacity, remote_switching, voltage_measurement, rain,
    CASE WHEN c % 1000 = 0 THEN NULL
         ELSE (CASE WHEN rf THEN 'RF' ELSE 'PL' END) || '-' || (CASE WHEN was_b THEN 'W' ELSE 'N' END)
              || (CASE WHEN was_two_way THEN '2' ELSE '1' END) END AS installed_communication,
    CASE WHEN c % 1000 = 1 THEN 'OLD-M7'
         ELSE model || '-' || (CASE WHEN was_two_way THEN '2' ELSE '1' END)
              || (CASE WHEN was_b THEN 'B' ELSE 'N' END) END AS installed_metering,
    CASE WHEN (c // 1000000) % 100 < 30 AND model <> '3P120' THEN 'SW' || model ELSE 'NONE' END AS installed_option,
    CASE WHEN (b // 1000000) % 100 < 12 THEN 'CV-R' ELSE 'CV-N' END AS installed_cover
FROM wall
"""


def make_rows(path: Path, rows: int, *, threads: int = 2) -> None:
    """Write ``rows`` supply points to ``path`` (Parquet or CSV, by the name's ending)."""
    form = "FORMAT parquet" if path.suffix == ".parquet" else "FORMAT csv, HEADER"
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.execute(f"COPY ({_ROWS.format(rows=rows)}) TO '{path}' ({form})")
