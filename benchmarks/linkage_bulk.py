"""Bulk linkage against DuckDB's bare join of the same files: seconds, ratio and peak memory.

The bare join reads the five files, writes each key as 22 digits, joins and writes columns as they stand. It checks
nothing: no code, no date, no second row, no age; a point that one owner lacks is lost. It is measured three times:

* *result* writes only the columns that needs and installed units are made of. This is the peer: the same files, their
  keys in five formats, the columns of the result. (DuckDB passes over the other columns; linkage reads them all, since
  it lists what cannot be read.)
* *ready* does the same over copies whose keys are 22 digits already, which no owner sends: only the join is left.
* *mapped* writes all columns that the mapping names, which is what a verdict has to look at.

Each measurement is a process of its own; pairs alternate, medians are compared.

    python benchmarks/linkage_bulk.py                        # 1 million points, 5 pairs
    python benchmarks/linkage_bulk.py --points 13000000 --pairs 1
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

import duckdb

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SOURCE = Path(__file__).parents[1] / "src"
KEYS = {
    "customer": "replace(KYOKYU_CHITEN_NO, '-', '')",
    "distribution": "lpad(spid, 22, '0')",
    "construction": "translate(供給地点特定番号, '０１２３４５６７８９', '0123456789')",
    "allocation": "replace(kyokyu, 'KEP', '')",
    "supervisory": "sp_no",
}
BARE = ("result", "ready", "mapped")
ROWS = {"customer": "TENKYO_YMD = '99999999'", "construction": "最新 = '◎'"}
COLUMNS = {
    "result": {
        "customer": "DENTO_SYUBETU, KEIYAKU_A, SAIENE_RENKEI, ENKAKU_KAIHEI",
        "distribution": "keiro, amegakari, vmeas",
        "construction": "通信型式, 計量型式, 付加型式, 端子カバー",
        "allocation": "soko",
        "supervisory": "",
    },
    "mapped": {
        "customer": "KEIYAKU_NO, KEIYAKU_SYUBETU, DENTO_SYUBETU, KEIYAKU_A, SAIENE_RENKEI, ENKAKU_KAIHEI, "
        "TEKIYO_KAISI_YMD, TENKYO_YMD, KIJUN_YMD",
        "distribution": "tatemono, keiro, amegakari, vmeas, upd",
        "construction": "通信型式, 通信製番, 計量型式, 計量製番, 付加型式, 付加製番, "
        "端子カバー, 検定日, 工事日, 基準日時",
        "allocation": "soko, koshin",
        "supervisory": "comm_sn, comm_st, reach, last_read_ms, polled",
    },
}


def owners_rows(folder: Path, owner: str, columns: dict[str, str]) -> str:
    """Return the query of an owner's rows that count, with the key as 22 digits and ``columns``."""
    shown = f", {columns[owner]}" if columns[owner] else ""
    rows = f" WHERE {ROWS[owner]}" if owner in ROWS else ""
    return f"SELECT {KEYS[owner]} AS key{shown} FROM '{folder / owner}.parquet'{rows}"


def make_ready(folder: Path) -> None:
    """Write copies of the files with the rows that count, the key as 22 digits and the columns of the result."""
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": True}) as connection:
        for owner in KEYS:
            target = folder / f"{owner}.ready.parquet"
            connection.execute(f"COPY ({owners_rows(folder, owner, COLUMNS['result'])}) TO '{target}'")


def bare_join(folder: Path, memory: str, *, what: str) -> str:
    """Join the five files on normalised keys and write columns."""
    columns = COLUMNS["result" if what == "ready" else what]
    parts = [
        f"(FROM '{folder / owner}.ready.parquet') AS {owner}"
        if what == "ready"
        else f"({owners_rows(folder, owner, columns)}) AS {owner}"
        for owner in KEYS
    ]
    first, *others = parts
    joined = " ".join((first, *(f"JOIN {other} USING (key)" for other in others)))
    shown = ", ".join(("key", *filter(None, columns.values())))
    with tempfile.TemporaryDirectory(dir=folder) as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": 2,
            "memory_limit": memory,
            "temp_directory": spill,
            "preserve_insertion_order": False,
        }
        with duckdb.connect(config=settings) as connection:
            target = folder / "bare.parquet"
            ((count,),) = connection.execute(f"COPY (SELECT {shown} FROM {joined}) TO '{target}'").fetchall()
    return f"{count} joined"


def prepared_linkage() -> Callable[[Path, str], str]:
    """Return what links the five files; importing it is not measured, as importing DuckDB is not."""
    sys.path.insert(0, str(SOURCE))
    from keiki.domain.linkage.decision import RouteBApplication
    from keiki.planning.linking import Outputs, link_bulk, read_configuration

    def linkage(folder: Path, memory: str) -> str:
        summary = link_bulk(
            read_configuration(folder / "snapshots.toml"),
            Outputs.beside(folder / "linked.parquet"),
            NOW,
            RouteBApplication("wireless"),
            memory=memory,
            threads=2,
        )
        rejected, held = sum(summary.rejects.values()), summary.points - summary.ready
        return f"{summary.points} points, {summary.ready} ready, {held} held back, {rejected} cells rejected"

    return linkage


def measured(folder: Path, what: str, memory: str) -> dict[str, float | str]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, __file__, "--one", what, "--folder", str(folder), "--memory", memory]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float | str] = json.loads(done.stdout)
    return found


def one(folder: Path, what: str, memory: str) -> None:
    """Measure in this process and print what was found as JSON."""
    ask = prepared_linkage() if what == "linkage" else partial(bare_join, what=what)
    started = time.perf_counter()
    said = ask(folder, memory)
    seconds = time.perf_counter() - started
    readers = 0
    if what == "linkage":  # Parquet is unpacked by processes beside this one: they count too, at their largest
        from keiki.foundation.files.parquet_reading import MOST_AT_ONCE, end_idle

        end_idle()
        readers = MOST_AT_ONCE
    own, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime + theirs.ru_utime + theirs.ru_stime
    found = {"seconds": seconds, "cpu": cpu, "mib": (own.ru_maxrss + readers * theirs.ru_maxrss) / 1024, "said": said}
    print(json.dumps(found))


def compare(folder: Path, points: int, pairs: int, memory: str) -> None:
    """Alternate the measurements and print medians and ratios."""
    runs: dict[str, list[dict[str, float | str]]] = {name: [] for name in ("linkage", *BARE)}
    make_ready(folder)
    for _ in range(pairs):
        for what, found in runs.items():
            found.append(measured(folder, what, memory))
    ours = runs["linkage"]
    print(f"{points} points, {pairs} pairs, DuckDB limited to {memory}, 2 threads: {ours[0]['said']}")
    for what, found in runs.items():
        seconds, cpu = (median(float(each[key]) for each in found) for key in ("seconds", "cpu"))
        peak = max(float(each["mib"]) for each in found)
        line = f"{what:8} {seconds:8.2f} s  {cpu:8.2f} s of processor  {peak:6.0f} MiB at most"
        if what != "linkage":
            ratios = [float(a["seconds"]) / float(b["seconds"]) for a, b in zip(ours, found, strict=True)]
            spent = [float(a["cpu"]) / float(b["cpu"]) for a, b in zip(ours, found, strict=True)]
            line += f"  linkage takes {median(ratios):.2f} times as long ({median(spent):.2f} in processor time)"
        print(line)


def main() -> None:
    """Read the arguments, draw the snapshots where none are given, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--memory", default="4GB", help="what DuckDB may hold in memory")
    parser.add_argument("--folder", type=Path, help="snapshots already drawn as of 2026-11-23T09:00Z; kept")
    parser.add_argument("--one", choices=("linkage", *BARE), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.folder, given.one, given.memory)
    elif given.folder:
        compare(given.folder, given.points, given.pairs, given.memory)
    else:
        sys.path.insert(0, str(SOURCE))
        from keiki.bench.snapshots.writing import write_snapshots

        with tempfile.TemporaryDirectory(prefix="snapshots-") as folder:
            started = time.perf_counter()
            write_snapshots(Path(folder), given.points, seed=1, now=NOW)
            print(f"snapshots of {given.points} points drawn in {time.perf_counter() - started:.0f} s")
            compare(Path(folder), given.points, given.pairs, given.memory)


if __name__ == "__main__":
    main()
