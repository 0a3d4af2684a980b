"""How long one linked look-up takes with five databases of a million supply points each, against the slowest alone.

    PYTHONPATH=src .venv/bin/python benchmarks/linkage_lookup.py FOLDER [--points 13000000] [--engine postgresql]

``FOLDER`` gets the five databases (700 MB for a million points) unless they are there; ``--engine postgresql`` loads
them into five servers of its own first. Look-ups of random points take turns with look-ups of each source alone through
the same door (``Sources.link`` with that source configured and no other), in rounds; printed are medians of the rounds.

* *same machine*: nothing between Keiki and the databases. Here one source more costs its server's work, too, on the
  same processors; no owner's server stands there. Printed for comparison, not held to the ratio.
* *later*: every server takes so many milliseconds longer for its answer (``--later``): PostgreSQL sleeps in the query
  (it rounds up, so look at what the slowest alone took); for SQLite the thread that asks sleeps, as it would wait for a
  driver that cannot send a question and look later.
* *dead*: one database is gone (no such file, connection refused), and one hangs (locked, its server frozen).

Exits 1 when a bar is missed: p95 under 100 ms; under 1.3 times the slowest source alone, from a server that takes its
time; with a source dead no more than its limit longer, and said in the answer.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import re
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median

import structlog

from keiki.bench.snapshots.databases import TABLES, write_databases
from keiki.domain.linkage.record import LinkedRecord, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import Sources
from keiki.office.sources.asking import Parameters, Rows
from keiki.office.sources.configuration import read_configuration
from keiki.office.sources.database import DatabaseSource
from linkage_servers import Server, servers

ROUNDS, EACH, HUNG = 7, 600, 12
LIMIT = 2.0
DEAD = "distribution"


def p95(times: list[float]) -> float:
    """The 95th percentile, in milliseconds."""
    return sorted(times)[int(len(times) * 0.95)] * 1000


def middle(times: list[float]) -> float:
    """The median, in milliseconds."""
    return median(times) * 1000


def draw(folder: Path, count: int, seed: int) -> list[SupplyPoint]:
    """Points that are in the allocation database, drawn by row."""
    connection = sqlite3.connect(f"file:{folder / 'allocation.db'}?mode=ro", uri=True)
    (rows,) = connection.execute("SELECT max(rowid) FROM tanto_soko").fetchone()
    dice, found = Random(seed), list[SupplyPoint]()
    while len(found) < count:
        row = connection.execute("SELECT kyokyu FROM tanto_soko WHERE rowid = ?", (dice.randint(1, rows),)).fetchone()
        if row and len(row[0]) == 25 and row[0][3:].isdecimal():
            found.append(SupplyPoint(row[0][3:]))
    connection.close()
    return found


def behind(sources: Sources, seconds: float) -> None:
    """Let the threads that ask wait so much longer for each answer, as for a server of another."""
    for name, server in sources._servers.items():
        assert isinstance(server, DatabaseSource)
        sources._askers[name]._here = False

        def later(query: str, given: Parameters, ask: Callable[[str, Parameters], Rows] = server.rows) -> Rows:
            time.sleep(seconds)
            return ask(query, given)

        server.rows = later  # type: ignore[method-assign]


def sleeping(text: str, seconds: float) -> str:
    """Let PostgreSQL's servers sleep so long before each answer."""
    late = f"WITH late AS MATERIALIZED (SELECT pg_sleep({seconds:g})) SELECT q.* FROM late, ({{}}) AS q"

    def query(found: re.Match[str]) -> str:
        return f'query = """{late.format((found[1] or found[2]).strip())}"""'

    return re.sub(r'^query = (?:"""\n(SELECT.*?)"""|"(SELECT.*?)")', query, text, flags=re.DOTALL | re.MULTILINE)


def alone(text: str) -> dict[str, Sources]:
    """Five configurations of one source each, with what else a configuration must have left as it is."""
    whole = read_configuration(text)
    return {source.card.id: Sources(replace(whole, sources=(source,))) for source in whole.sources}


def timed(work: Callable[[], LinkedRecord]) -> tuple[float, LinkedRecord]:
    """Seconds that ``work`` took, and its record."""
    started = time.perf_counter()
    record = work()
    return time.perf_counter() - started, record


def compare(folder: Path, text: str, later: float) -> tuple[float, ...]:
    """Medians over the rounds: p95 linked, p95 of the slowest alone (ms), their ratio; the same of the medians."""
    served = "postgresql+psycopg:" in text
    text = sleeping(text, later / 1000) if served and later else text
    linked, single = Sources.from_toml(text), alone(text)
    if later and not served:
        for each in (linked, *single.values()):
            behind(each, later / 1000)
    now = datetime.now(UTC)
    for point in draw(folder, 200, 0):
        for each in (linked, *single.values()):
            each.link(point, now)
    rounds = []
    for number in range(ROUNDS):
        times: dict[str, list[float]] = {name: [] for name in ("linked", *single)}
        for point in draw(folder, EACH, number + 1):
            for name, each in (("linked", linked), *single.items()):
                times[name].append(timed(lambda each=each, point=point: each.link(point, now))[0])  # type: ignore[misc]
        found: list[float] = []
        for figure in (p95, middle):
            both = figure(times["linked"]), max(figure(times[name]) for name in single)
            found += [*both, both[0] / both[1]]
        rounds.append(found)
    for each in (linked, *single.values()):
        each.close()
    return tuple(median(column) for column in zip(*rounds, strict=True))


@contextmanager
def file_gone(path: Path) -> Iterator[None]:
    """Take a database's file away."""
    away = path.with_suffix(".db.away")
    path.rename(away)
    try:
        yield
    finally:
        away.rename(path)


@contextmanager
def file_locked(path: Path) -> Iterator[None]:
    """Lock a database, so that nobody can read it."""
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.close()


@contextmanager
def server_gone(server: Server) -> Iterator[None]:
    """Stop a server, so that connections are refused."""
    server.stop()
    try:
        yield
    finally:
        server.start()


Broken = Callable[[], AbstractContextManager[None]]


def dead(folder: Path, text: str, gone: Broken, hanging: Broken) -> tuple[float, float, bool]:
    """p95 with a database gone and with one hanging (ms), and whether every answer said which one."""
    sources, now = Sources.from_toml(text), datetime.now(UTC)
    for point in draw(folder, 100, 49):
        sources.link(point, now)
    with gone():
        without = [timed(lambda point=point: sources.link(point, now)) for point in draw(folder, EACH, 50)]  # type: ignore[misc]
    for point in draw(folder, 100, 52):
        sources.link(point, now)
    with hanging():
        hung = [timed(lambda point=point: sources.link(point, now)) for point in draw(folder, HUNG, 51)]  # type: ignore[misc]
    silent = [
        [answer.source.id for answer in record.answers if isinstance(answer.outcome, Unavailable)]
        for _, record in (*without, *hung)
    ]
    sources.close()
    return p95([took for took, _ in without]), p95([took for took, _ in hung]), all(each == [DEAD] for each in silent)


def main() -> int:
    """Build what is missing, measure, print; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--later", type=float, nargs="*", default=[1.0, 3.0], metavar="MS")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if not all((given.folder / f"{name}.db").exists() for name in TABLES):
        write_databases(given.folder, given.points, seed=1, now=datetime.now(UTC), told=print)
    text = (given.folder / "sources.toml").read_text(encoding="utf-8")
    text = text.replace('timeout = "2s"', f'timeout = "{LIMIT:g}s"')
    size = sum((given.folder / f"{name}.db").stat().st_size for name in TABLES)
    print(f"{given.points:,} points asked for, five databases, {size / 1e6:,.0f} MB")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}, {given.engine}")
    if given.engine == "postgresql":
        with servers(given.folder, text) as (running, served):
            broken = (lambda: server_gone(running[DEAD]), running[DEAD].frozen)
            missed = judge(given.folder, served, given.later, broken)
    else:
        path = given.folder / f"{DEAD}.db"
        missed = judge(given.folder, text, given.later, (lambda: file_gone(path), lambda: file_locked(path)))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    print("missed: " + "; ".join(missed) if missed else "every bar is met")
    return 1 if missed else 0


def judge(folder: Path, text: str, laters: list[float], broken: tuple[Broken, Broken]) -> list[str]:
    """Measure, print, and return the bars that are missed."""
    missed, unhurt = list[str](), 0.0
    for later in (0.0, *laters):
        name = f"{later:g} ms later" if later else "same machine"
        linked, slowest, ratio, *middles = compare(folder, text, later)
        print(
            f"{name}: p95 linked {linked:.2f} ms, slowest alone {slowest:.2f} ms, ratio {ratio:.2f}"
            " (medians {:.2f}, {:.2f}, {:.2f})".format(*middles),
            flush=True,
        )
        if linked >= 100:
            missed.append(f"{name}: p95 under 100 ms")
        if later and ratio >= 1.3:
            missed.append(f"{name}: under 1.3 times the slowest")
        unhurt = unhurt or linked
    gone, hung, said = dead(folder, text, *broken)
    print(f"dead: p95 {gone:.2f} ms with one gone, {hung:.0f} ms with one hanging (limit {LIMIT * 1000:.0f} ms)")
    print("dead: every answer names the one" if said else "dead: an answer does not name the one")
    if max(hung, gone) - unhurt > LIMIT * 1000 + 50:
        missed.append("one dead: no more than its limit longer")
    if not said:
        missed.append("one dead: the answer says so")
    return missed


if __name__ == "__main__":
    sys.exit(main())
