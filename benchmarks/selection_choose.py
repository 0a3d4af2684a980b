"""How long one ``choose`` and one ``check`` take.

    PYTHONPATH=src python benchmarks/selection_choose.py

``choose`` is measured twice: for states that were asked before, and for states never asked (the catalogue is compiled,
but the answer is not remembered). ``check`` is of random combinations, with messages in both languages and repair.
Prints medians and the 99th percentile in microseconds; exits 1 if a bar is missed.
"""

from __future__ import annotations

import sys
from random import Random
from statistics import median, quantiles
from time import perf_counter_ns

from keiki.catalogues import SHIPPED
from keiki.domain.selection import Selector
from keiki.domain.units import Combination, read_catalogue

COUNT = 20_000


def line(what: str, nanoseconds: list[int], bar: float) -> bool:
    """Print one measurement and say whether its median is under ``bar`` microseconds."""
    middle, last = median(nanoseconds) / 1000, quantiles(nanoseconds, n=100)[98] / 1000
    print(f"  {what:<34}{middle:>9.1f} us median {last:>9.1f} us p99   (bar: {bar:g} us)")
    return middle < bar


def measure(name: str) -> bool:
    """Measure one catalogue."""
    texts = {path.name: path.read_text("utf-8") for path in (SHIPPED / name).glob("*.toml")}
    selector, dice = Selector.compile(read_catalogue(texts)), Random(7)
    space, units = selector.compiled, selector.catalogue.units_of.values()
    needs = [space.needs.decode(dice.randrange(space.needs.size)) for _ in range(COUNT)]
    walls = [dice.choice(space.space.combinations) for _ in range(COUNT)]
    owns = [Combination(tuple(dice.choice(of_kind).id for of_kind in units)) for _ in range(COUNT)]
    times: list[list[int]] = [[], [], []]
    for again in (0, 1):
        for asked, wall in zip(needs, walls, strict=True):
            start = perf_counter_ns()
            selector.choose(asked, wall)
            times[again].append(perf_counter_ns() - start)
    for asked, wall, own in zip(needs, walls, owns, strict=True):
        start = perf_counter_ns()
        selector.check(asked, own, wall)
        times[2].append(perf_counter_ns() - start)
    print(name)
    bars = (("choose, state never asked", 10.0), ("choose, warm", 10.0), ("check, messages and repair", 1000.0))
    met = [line(what, found, bar) for (what, bar), found in zip(bars, times, strict=True)]
    return all(met)


def main() -> int:
    """Measure both catalogues."""
    met = [measure(name) for name in ("kansai-2015", "second-generation")]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
