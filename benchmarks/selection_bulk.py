"""Thirteen million supply points from Parquet to Parquet, against DuckDB only reading and writing the same files.

    PYTHONPATH=src python benchmarks/selection_bulk.py [--rows 13000000] [--pairs 3] [--folder DIR]

Each run is a process of its own on two threads; runs alternate, and the median of the pairs' ratios is judged. The bare
run reads the source and writes it again (``copy``), which is less than Keiki writes: three columns are added. Of the
rows of the result a random few thousand are chosen again one by one and compared. Exits 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import duckdb

from keiki.catalogues import SHIPPED
from keiki.domain.selection import Choice, Selector
from keiki.domain.units import Combination, read_catalogue
from selection_data import make_rows

CATALOGUE = SHIPPED / "kansai-2015"
COMPARED = 5_000
_TIMED = """
import json, sys, time
sys.path.insert(0, {benchmarks!r})
from selection_memory import peak_mib
start = time.perf_counter()
{work}
print(json.dumps({{"seconds": time.perf_counter() - start, "mib": peak_mib()}}))
"""
_BARE = """
import duckdb
connection = duckdb.connect(config={{"threads": 2}})
connection.execute("SET enable_progress_bar = false")
connection.execute("COPY (SELECT * FROM '{source}') TO '{target}' (FORMAT parquet)")
"""
_KEIKI = """
from pathlib import Path
import pyarrow
pyarrow.set_cpu_count(2)
from keiki.domain.selection import Selector
from keiki.domain.units import read_catalogue
from keiki.planning.bulk import design_bulk
texts = {{path.name: path.read_text("utf-8") for path in Path("{catalogue}").glob("*.toml")}}
selector = Selector.compile(read_catalogue(texts))
design_bulk(selector, Path("{source}"), Path("{target}"), Path("{target}.rejects.csv"))
"""


def run(work: str) -> dict[str, float]:
    """Run some code in a process of its own and return seconds and peak memory."""
    timed = _TIMED.format(work=work, benchmarks=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", timed], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def differing(result: Path) -> int:
    """Count, of random rows of the result, those whose choice is not what choosing alone gives."""
    selector = Selector.compile(read_catalogue({p.name: p.read_text("utf-8") for p in CATALOGUE.glob("*.toml")}))
    names = list(selector.catalogue.needs)
    walls = [f"installed_{kind}" for kind in selector.catalogue.kinds]
    columns = ", ".join([*names, *walls, "choice"])
    rows = duckdb.sql(f"SELECT {columns} FROM '{result}' USING SAMPLE {COMPARED} ROWS (reservoir, 1)").fetchall()
    wrong = 0
    for row in rows:
        needs, wall = dict(zip(names, row, strict=False)), Combination(row[len(names) : -1])
        answer = selector.choose(needs, wall)
        wrong += ("/".join(map(str, answer.combination)) if isinstance(answer, Choice) else None) != row[-1]
    return wrong


def main() -> int:
    """Make the rows, run the pairs, print and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=13_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        source, result, copy = (Path(folder) / f"{name}.parquet" for name in ("sites", "designed", "copy"))
        make_rows(source, given.rows)
        pairs = []
        for _ in range(given.pairs):
            bare = run(_BARE.format(source=source, target=copy))
            keiki = run(_KEIKI.format(source=source, target=result, catalogue=CATALOGUE))
            pairs.append((bare, keiki))
            said = [
                f"{name} {one['seconds']:.1f} s {one['mib']:.0f} MiB"
                for name, one in (("bare", bare), ("Keiki", keiki))
            ]
            print(", ".join(said), flush=True)
        wrong = differing(result)
    ratio = median(keiki["seconds"] / bare["seconds"] for bare, keiki in pairs)
    peak = max(keiki["mib"] for _, keiki in pairs)
    print(f"{given.rows:,} rows: {ratio:.2f} x DuckDB's bare read and write (bar: at most 1.5)")
    print(f"peak memory {peak:,.0f} MiB (bar: 4096); {COMPARED} rows compared with choosing alone, {wrong} differ")
    return 0 if ratio <= 1.5 and peak < 4096 and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
