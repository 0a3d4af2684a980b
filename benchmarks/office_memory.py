"""How the memory of the screens' processes goes while 20 people work.

    PYTHONPATH=src .venv/bin/python benchmarks/office_memory.py FOLDER [--minutes 30] [--points 20000] [--designs 2000]

``FOLDER`` gets data servers and an office unless they are there. The screens are served as in production, with two
processes that answer; twenty people open screens in turn as in ``office_screens.py``. Printed is each process's
resident memory, minute by minute, beside the requests so far.

Exits 1 where a process grew by more than 5 % between minute 10 and the end, or is over 450 MB. A run of under 15
minutes prints the same and judges the limit alone.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

from office_screens import free_port, prepare, screens, served, work

LIMIT_MB = 450
GROWTH = 1.05
SETTLED_MINUTES = 10


def resident(parent: int) -> dict[int, int]:
    """Return the resident memory of each process that ``parent`` started, in MB, by process id."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            pages = int((entry / "statm").read_text().split()[1])
        except OSError:
            continue
        if int(status[1]) == parent and pages * os.sysconf("SC_PAGESIZE") > 50_000_000:
            found[int(entry.name)] = pages * os.sysconf("SC_PAGESIZE") // 10**6
    return found


def main() -> int:
    """Prepare, serve, let people work, look once a minute, judge."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("folder", type=Path)
    given.add_argument("--minutes", type=int, default=30)
    given.add_argument("--points", type=int, default=20_000)
    given.add_argument("--designs", type=int, default=2_000)
    given.add_argument("--think", type=float, default=1.0, help="mean pause between two screens of a person, seconds")
    options = given.parse_args()
    port = free_port()
    cookies = prepare(options.folder.resolve(), options.points, options.designs, port)
    asked, out = screens(), defaultdict(list)
    every: list[dict[int, int]] = []
    with served(options.folder.resolve()) as server:
        began = time.monotonic()
        until = began + options.minutes * 60
        args = [(port, each, asked, until, options.think, out) for each in cookies]
        people = [threading.Thread(target=work, args=each) for each in args]
        for each in people:
            each.start()
        for minute in range(options.minutes + 1):
            time.sleep(max(0.0, began + minute * 60 - time.monotonic()))
            every.append(resident(server))
            print(f"minute {minute:>2}: {sum(map(len, out.values())):>6} requests, MB {every[-1]}", flush=True)
        for each in people:
            each.join()
    return 0 if judged(every) else 1


def judged(every: list[dict[int, int]]) -> bool:
    """Say whether no process is over the limit, and none grew after it had settled."""
    last = every[-1]
    good = max(last.values()) <= LIMIT_MB
    if len(every) > SETTLED_MINUTES + 5:
        settled = every[SETTLED_MINUTES]
        good = good and all(last[pid] <= GROWTH * settled.get(pid, 0) for pid in last)
    return good


if __name__ == "__main__":
    sys.exit(main())
