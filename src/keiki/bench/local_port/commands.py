"""What the console can do at the local ports, and the probes that are plugged."""

from __future__ import annotations

from keiki.bench.console import Console
from keiki.bench.local_port.probe import Probe
from keiki.bench.meters.walls import Walls


class Probes:
    """The probes plugged in the town, at most one to a meter."""

    def __init__(self, walls: Walls) -> None:
        self._walls = walls
        self._plugged: dict[str, Probe] = {}

    def register(self, console: Console) -> None:
        """Add ``plug_probe`` and ``unplug_probe``."""
        console.command(self.plug_probe)
        console.command(self.unplug_probe)

    async def plug_probe(self, supply_point: str) -> dict[str, str]:
        """Plug the probe onto a meter's local port and return the path of the line."""
        if supply_point not in self._plugged:
            self._plugged[supply_point] = Probe(self._walls[supply_point])
        return {"path": self._plugged[supply_point].path}

    def unplug_probe(self, supply_point: str) -> dict[str, bool]:
        """Pull the probe from a meter; says whether one was plugged."""
        probe = self._plugged.pop(supply_point, None)
        if probe:
            probe.unplug()
        return {"was_plugged": probe is not None}

    def unplug_all(self) -> None:
        """Pull every probe."""
        for supply_point in list(self._plugged):
            self.unplug_probe(supply_point)
