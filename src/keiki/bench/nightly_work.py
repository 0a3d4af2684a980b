"""What the town's own people do between the days: results of jobs are entered, servers are brought up to date.

The data servers learn of changed units only when somebody enters them. :class:`NightlyWork` remembers what was changed
and enters it when the console says so.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

from keiki.bench.console import Console
from keiki.bench.meters.clock import Clock
from keiki.bench.meters.meter import Meter
from keiki.bench.meters.walls import Walls
from keiki.bench.servers.servers import Servers


class NightlyWork:
    """The night shift of a town."""

    def __init__(self, walls: Walls, servers: Servers, clock: Clock) -> None:
        self._walls, self._servers, self._clock = walls, servers, clock
        self._unrecorded: dict[str, Meter] = {}
        self._seen = {meter.supply_point: _sight(meter) for meter in walls}

    def undone(self) -> dict[str, Any]:
        """Return what is still to be entered: walls that no server knows of yet, and what route A saw last."""
        seen = {point: list(astuple(sight)) for point, sight in self._seen.items()}
        return {"unrecorded": list(self._unrecorded), "seen": seen}

    def restore(self, undone: dict[str, Any]) -> None:
        """Take up what was still to be entered when the town ended."""
        self._unrecorded = {point: self._walls[point] for point in undone["unrecorded"]}
        self._seen = {point: _Sight(*sight) for point, sight in undone["seen"].items()}

    def register(self, console: Console) -> None:
        """Add ``record_construction``, ``tick``, ``data_server`` and ``move_out``."""
        for handler in (self.record_construction, self.tick, self.data_server, self.move_out):
            console.command(handler)

    def remember(self, meter: Meter) -> None:
        """Take note of a wall that was changed and that no server knows of yet."""
        self._unrecorded[meter.supply_point] = meter

    def record_construction(self, supply_point: str) -> dict[str, str]:
        """Enter what hangs on a wall into the construction ledger, as the crew does after the job."""
        now, meter = self._clock.now(), self._walls[supply_point]
        self._servers.record_construction(supply_point, meter.units, day=now.date(), now=now)
        self._unrecorded.pop(supply_point, None)
        self._follow(meter)
        return {"supply_point": supply_point, "recorded": now.isoformat(timespec="seconds")}

    def tick(self) -> dict[str, object]:
        """Let a night pass: enter every changed wall, poll route A, refresh all data servers."""
        recorded = list(self._unrecorded)
        for supply_point in recorded:
            self.record_construction(supply_point)
        for meter in self._walls:
            if self._seen[meter.supply_point] != _sight(meter):
                self._follow(meter)
        now = self._clock.now()
        self._servers.update_all(now)
        return {"recorded": recorded, "as_of": now.isoformat(timespec="seconds")}

    def data_server(self, name: str, state: str) -> dict[str, str]:
        """Take a data server "down" or bring it "up"; make it "slow" or "quick"; or "update" it."""
        server = self._servers[name]
        acts = {"down": server.down, "up": server.up, "slow": server.slow, "quick": server.quick}
        if state == "update":
            self._servers.update(name, self._clock.now())
        elif state in acts:
            acts[state]()
        else:
            raise ValueError(f"a data server can be set {', '.join(acts)} or update")
        return {"name": name, "state": state}

    def move_out(self, supply_point: str) -> dict[str, str]:
        """Let the customer of a supply point move out today, in the customer information system."""
        day = self._clock.now().date()
        self._servers.move_out(self._walls[supply_point].supply_point, day=day)
        return {"supply_point": supply_point, "day": day.isoformat()}

    def _follow(self, meter: Meter) -> None:
        now, sight = self._clock.now(), _sight(meter)
        self._servers.follow_wall(
            meter.supply_point,
            communication_serial=sight.serial,
            state="abnormality" if sight.broken else "normal",
            reading=now if sight.reachable else None,
            now=now,
        )
        self._seen[meter.supply_point] = sight


@dataclass(frozen=True)
class _Sight:
    """What a poll on route A sees of a meter."""

    serial: str
    broken: bool
    reachable: bool


def _sight(meter: Meter) -> _Sight:
    return _Sight(meter.communication.serial, meter.communication.broken, not meter.damage.unreachable)
