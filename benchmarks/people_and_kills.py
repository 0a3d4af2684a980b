"""Twenty people at work while a process is killed every 30 seconds: is an act lost, or done twice?

    PYTHONPATH=src .venv/bin/python benchmarks/people_and_kills.py FOLDER [--minutes 30] [--kill-every 30]

``FOLDER`` (empty) gets a town and every zone, started by ``./keiki up``, twice: in between the limit of look-ups is
lifted, for these people are busier than any. Each takes applications, decides their way, rewrites passwords, reads
statuses, opens pages and ends contracts, over the screens as a browser would. A killed web process may leave an act
with no answer: such an act is then neither lost nor doubled, whichever it was.
At the end, when everything that waits has come to rest:

* lost: acts that were answered well and that the audit does not have;
* doubled: acts that the audit has more often than they were sent;
* differing: meters whose generation is not the one that the office calls proved (nothing open, nothing contradicting);
* ended by a message: processes that stopped though nobody killed them.

Exits 1 unless all four are 0, nothing is left open and the audit verifies.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keiki.bench.console import ConsoleError, call
from keiki.foundation.processes import read_ready_file
from keiki.office.config.start import start
from people_at_work import Person, Tally, compared, people

ROOT = Path(__file__).parents[1]
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
KILLED = ("office-worker", "office-web", "control-agent", "relay")


class Town:
    """The processes of one ``keiki up``, watched and killed."""

    def __init__(self, folder: Path, points: int) -> None:
        self.folder = folder
        self.killed: list[tuple[str, int]] = []
        self.stopped: list[tuple[str, int]] = []
        self._seen: dict[str, int] = {}
        self._log = (folder.parent / f"{folder.name}.log").open("wb")
        self._up = self._start("--points", str(points))
        self.url()
        self._stop()
        settings = folder / "office" / "settings.toml"
        busier = settings.read_text("utf-8").replace("[web]\n", "[web]\nproof_minutes = 60\n")
        settings.write_text(f"{busier}[access]\nlookups_per_hour = 10000\n", "utf-8")
        self._up = self._start()

    def _start(self, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "keiki", "up", "--folder", str(self.folder), *more]
        return subprocess.Popen(command, stdout=self._log, stderr=self._log, env=ENV)

    def _stop(self) -> None:
        self._up.send_signal(signal.SIGINT)
        self._up.wait(60)

    def url(self) -> str:
        """Wait for the screens and return their address."""
        while self._up.poll() is None:
            try:
                mark = json.loads((self.folder / "up.json").read_text())
            except (OSError, ValueError):
                mark = {}
            if mark.get("url") and mark.get("pid") == self._up.pid:
                return str(mark["url"])
            time.sleep(0.5)
        raise SystemExit(f"up did not start: see {self._log.name}")

    def pids(self) -> dict[str, int]:
        """Return the process of each zone that runs now."""
        files = {
            "office-worker": "office/worker.json",
            "office-web": "office/web.json",
            "control-agent": "control/agent.json",
            "relay": "relay/relay.json",
        }
        ready = {name: read_ready_file(self.folder / file) for name, file in files.items()}
        return {name: int(found["pid"]) for name, found in ready.items() if found}

    def look(self) -> None:
        """Note processes that are another than before though nobody killed them."""
        for name, pid in self.pids().items():
            before = self._seen.get(name, pid)
            if before != pid and (name, before) not in self.killed:
                self.stopped.append((name, before))
            self._seen[name] = pid

    def kill(self, dice: random.Random) -> str:
        """Kill one process as a power failure would; its name."""
        running = self.pids()
        name = dice.choice([each for each in KILLED if each in running])
        self.killed.append((name, running[name]))
        os.kill(running[name], signal.SIGKILL)
        return name

    def close(self) -> None:
        """Stop everything."""
        self._stop()
        self._log.close()


def resident(world: Any, point: str) -> str:
    """Return who lives there; empty where nobody does."""
    try:
        return str(world("resident", supply_point=point)["name"])
    except ConsoleError:
        return ""


def rest(seconds: float) -> dict[str, int]:
    """Wait until nothing is under way any more; what is still open after so many seconds."""
    from keiki.office.delivery.models import Delivery
    from keiki.office.remote.models import RemoteCommand

    until = time.monotonic() + seconds
    while True:
        left = {
            "commands": RemoteCommand.objects.filter(state__in=["queued", "sent"]).count(),
            "deliveries": Delivery.objects.filter(state="waiting").count(),
        }
        if not any(left.values()) or time.monotonic() > until:
            return left
        time.sleep(1)


def judge(tally: Tally, town: Town, world: Any, left: dict[str, int]) -> dict[str, Any]:
    """Compare what was answered with what the audit and the meters hold."""
    from keiki.office.contracts.models import ServiceContract
    from keiki.office.credentials.models import RouteBCredential

    lost, doubled = compared(tally)
    differing = []
    for point in {place for _, place in tally.sent}:
        proved = RouteBCredential.objects.filter(supply_point=point, proved_at__isnull=False).order_by("-generation")
        newest = proved.first()
        held = world("meter", supply_point=point)["generation"]
        if newest and held != newest.generation:
            differing.append({"supply point": point, "meter": held, "office": newest.generation})
    verify = [sys.executable, "-m", "keiki", "audit", "verify", "--data", str(town.folder / "office")]
    verified = subprocess.run(verify, env=ENV, capture_output=True, text=True, check=False)
    return {
        "acts": sum(tally.sent.values()),
        "without an answer": tally.unsure,
        "kills": dict(Counter(name for name, _ in town.killed)),
        "lost": lost,
        "doubled": doubled,
        "differing": differing,
        "ended by a message": town.stopped,
        "still open": left,
        "contracts": dict(Counter(ServiceContract.objects.values_list("state", flat=True))),
        "audit": "verifies" if verified.returncode == 0 else verified.stdout + verified.stderr,
        "answers": {f"{act} {status}": n for (act, status), n in sorted(tally.statuses.items())},
    }


def main() -> int:
    """Start, let them work, kill, wait, judge."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("folder", type=Path)
    given.add_argument("--minutes", type=float, default=30)
    given.add_argument("--kill-every", type=float, default=30, help="seconds")
    given.add_argument("--people", type=int, default=20)
    given.add_argument("--points", type=int, default=200)
    given.add_argument("--seed", type=int, default=1)
    options = given.parse_args()
    town, dice, tally = Town(options.folder.resolve(), options.points), random.Random(options.seed), Tally()
    try:
        port = urllib.parse.urlsplit(town.url()).port or 80
        start(town.folder / "office")

        def world(command: str, **details: Any) -> Any:
            return call(town.folder / "bench", command, **details)

        places = [place["supply_point"] for place in world("places") if place["serves_route_b"]]
        known = [(point, name) for point in places if (name := resident(world, point))]
        browsers = people(port, options.people)
        staff = [
            Person(
                browser, known[number :: options.people] or known[:1], random.Random(f"{options.seed} {number}"), tally
            )
            for number, browser in enumerate(browsers)
        ]
        until = time.monotonic() + options.minutes * 60
        threads = [threading.Thread(target=each.work, args=(until,)) for each in staff]
        for thread in threads:
            thread.start()
        next_kill = time.monotonic() + options.kill_every
        while any(thread.is_alive() for thread in threads):
            town.look()
            if time.monotonic() > next_kill and time.monotonic() < until:
                print(f"{datetime.now(UTC):%H:%M:%S} kill -9 {town.kill(dice)}", flush=True)
                next_kill += options.kill_every
            time.sleep(0.5)
        result = judge(tally, town, world, rest(300))
    finally:
        town.close()
    print(json.dumps(result, ensure_ascii=False, indent=1))
    bad = result["lost"] or result["doubled"] or result["differing"] or result["ended by a message"]
    return 1 if bad or result["audit"] != "verifies" or any(result["still open"].values()) else 0


if __name__ == "__main__":
    sys.exit(main())
