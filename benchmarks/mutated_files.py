"""Ten thousand seeded mutations of good files of needs, applications, jobs and stock.

    PYTHONPATH=src python benchmarks/mutated_files.py [--mutations 10000] [--first 0]

Each must be read right, rejected with its line or refused with a sentence: what "right" is, says
``tests/mutation_checks.py`` by rules of its own.
Prints how many were of each kind and every one that was not; exits 1 if there was any.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from csv_mutations import mutate  # noqa: E402 - the suite's own
from keiki.catalogues import SHIPPED  # noqa: E402
from keiki.domain.selection import Selector  # noqa: E402
from keiki.domain.units import read_catalogue  # noqa: E402
from mutation_checks import KINDS  # noqa: E402


def _folder(place: Path, kind: str) -> Path:
    folder = place / kind
    folder.mkdir(exist_ok=True)
    return folder


def main() -> int:
    """Mutate, check, print and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutations", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    folder = SHIPPED / "kansai-2015"
    selector = Selector.compile(read_catalogue({path.name: path.read_text("utf-8") for path in folder.glob("*.toml")}))
    began, wrong, done = time.perf_counter(), 0, Counter[str]()
    with tempfile.TemporaryDirectory() as place:
        for seed in range(given.first, given.first + given.mutations):
            kind = list(KINDS)[seed % len(KINDS)]
            make, check = KINDS[kind]
            dice = random.Random(seed)
            good = make(selector, dice, 8)
            try:
                found = check(selector, _folder(Path(place), kind), good, mutate(good, dice))
            except Exception:  # noqa: BLE001 - a traceback is what is looked for
                found = traceback.format_exc(limit=-4)
            done[kind] += 1
            if found:
                wrong += 1
                print(f"{kind}, seed {seed}: {found}", flush=True)
    print(f"{dict(done)} in {time.perf_counter() - began:.0f} s: {wrong} wrong (bar: 0)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
