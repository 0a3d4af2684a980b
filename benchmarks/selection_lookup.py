"""How fast selection answers, against other engines on the same questions, and against a bare ``numpy.take``.

    uv venv BENCH && uv pip sync --require-hashes --python BENCH benchmarks/requirements.txt
    PYTHONPATH=src BENCH/bin/python benchmarks/selection_lookup.py

All are asked in one process, by turns, on the same random needs and walls; every answer is compared. Then each is asked
once more in a process of its own, whose peak memory is told beside that of a process that only compiles the catalogue.
Prints medians of the rounds and the ratios that the bars are about; exits 1 if an answer differs or a bar is missed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from keiki.catalogues import SHIPPED
from keiki.domain.selection import Choice, Selector
from keiki.domain.units import Combination, read_catalogue
from keiki.planning.table import StateTable
from selection_memory import peak_mib
from selection_peers import PEERS, Facts, State, finished_table, polars_frame

ROUNDS = 7
STATES = 4_000_000
CATALOGUE = SHIPPED / "kansai-2015"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that ``work`` took, and what it returned."""
    start = perf_counter()
    found = work()
    return perf_counter() - start, found


def draw(selector: Selector, count: int) -> list[State]:
    """Needs drawn uniformly, and walls that could hang: valid combinations."""
    dice, space = Random(2015), selector.compiled
    walls = [combination.unit_ids for combination in space.space.combinations]
    return [(space.needs.decode(dice.randrange(space.needs.size)), dice.choice(walls)) for _ in range(count)]  # type: ignore[misc]


def one_by_one(selector: Selector, states: list[State]) -> list[int]:
    """Keiki asked like the peers: one state after the other."""
    answers = []
    for needs, wall in states:
        answer = selector.choose(needs, Combination(wall))
        answers.append(answer.key.place if isinstance(answer, Choice) else -1)
    return answers


def encode(selector: Selector, table: StateTable, states: list[State]) -> tuple[Any, Any]:
    """The states as the table wants them: offsets of needs, codes of walls."""
    needs = [table.needs_offsets[selector.compiled.needs.encode(needs)] for needs, _ in states]
    walls = [table.installed_code(wall) for _, wall in states]
    return np.array(needs, np.int64), np.array(walls, np.int64)


def drawn_many(needs: Any, walls: Any) -> tuple[Any, Any]:
    """Many states, drawn from some."""
    dice = np.random.default_rng(2015)
    return dice.choice(needs, STATES), dice.choice(walls, STATES)


def texts_of_catalogue() -> dict[str, str]:
    """The founding catalogue's files."""
    return {path.name: path.read_text("utf-8") for path in CATALOGUE.glob("*.toml")}


def ask_alone(name: str) -> None:
    """Ask one peer, or Keiki, once, and print the peak memory in MiB: what a process of its own does."""
    selector = Selector.compile(read_catalogue(texts_of_catalogue()))
    states = draw(selector, 20_000)
    if name in PEERS:
        build, count = PEERS[name]
        build(Facts(selector))(states[:count])
    elif name == "Keiki choose":
        one_by_one(selector, states)
    elif name in ("Keiki lookup", "bare numpy.take"):
        table = StateTable(selector)
        needs, walls = drawn_many(*encode(selector, table, states))
        if name == "Keiki lookup":
            table.lookup(needs, walls)
        else:
            np.take(table.flat, needs + walls)
    print(peak_mib())


def memory_of(name: str) -> float:
    """The peak memory in MiB of a process that asks ``name`` alone."""
    done = subprocess.run([sys.executable, __file__, name], check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> int:
    """Measure, print, and say whether the bars hold."""
    texts = texts_of_catalogue()
    others = [{**texts, "remark.toml": f"# {number}"} for number in range(5)]  # other contents: nothing is remembered
    compiling = median(timed(lambda some=some: Selector.compile(read_catalogue(some)))[0] for some in others)
    selector = Selector.compile(read_catalogue(texts))
    tabulating, table = timed(lambda: StateTable(selector))
    facts, states = Facts(selector), draw(selector, 20_000)
    asked = {name: (build(facts), states[:count]) for name, (build, count) in PEERS.items()}
    truth = one_by_one(selector, states)
    for name, (ask, some) in asked.items():
        if ask(some) != truth[: len(some)]:
            print(f"{name} answers otherwise")
            return 1
    needs, walls = encode(selector, table, states)
    if table.lookup(needs, walls).tolist() != truth:
        print("the table answers otherwise")
        return 1
    many_needs, many_walls = drawn_many(needs, walls)
    index, flat = many_needs + many_walls, table.flat
    joining, frame = finished_table(index, flat[index]), polars_frame(index)
    rates: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        rates.setdefault("(join of the answers)", []).append(STATES / timed(lambda: joining(frame))[0])
        for name, (ask, some) in asked.items():
            rates.setdefault(name, []).append(len(some) / timed(lambda ask=ask, some=some: ask(some))[0])
        rates.setdefault("Keiki choose", []).append(len(states) / timed(lambda: one_by_one(selector, states))[0])
        rates.setdefault("Keiki lookup", []).append(STATES / timed(lambda: table.lookup(many_needs, many_walls))[0])
        rates.setdefault("bare numpy.take", []).append(STATES / timed(lambda: np.take(flat, index))[0])
    return report({name: median(found) for name, found in rates.items()}, rates, compiling, tabulating)


def report(rates: dict[str, float], rounds: dict[str, list[float]], compiling: float, tabulating: float) -> int:
    """Print the medians and judge the bars."""
    fastest = max(PEERS, key=lambda name: rates[name])
    memory = {name: memory_of(name) for name in rates if not name.startswith("(")}
    for name, rate in sorted(rates.items(), key=lambda pair: pair[1]):
        slower, peak = f"{rates['Keiki lookup'] / rate:,.1f}", f"{memory[name]:,.0f}" if name in memory else "-"
        print(f"{name:<22}{rate:>16,.0f} a second {slower:>12} x slower than Keiki lookup {peak:>8} MiB")
    print(f"{'the catalogue alone':<22}{memory_of('nothing'):>76,.0f} MiB")
    takes = median(t / k for t, k in zip(rounds["bare numpy.take"], rounds["Keiki lookup"], strict=True))
    times = median(k / p for k, p in zip(rounds["Keiki lookup"], rounds[fastest], strict=True))
    print(f"lookup is {times:,.0f} x the fastest peer, {fastest} (bar: at least 100)")
    print(f"lookup costs {takes:.2f} x a bare numpy.take (bar: at most 3)")
    print(f"catalogue read and compiled in {compiling * 1000:.0f} ms (bar: 2000), table in {tabulating * 1000:.0f} ms")
    print("answers compared: all equal")
    return 0 if times >= 100 and takes <= 3 and compiling < 2 else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ask_alone(sys.argv[1])
    else:
        sys.exit(main())
