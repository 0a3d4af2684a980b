"""What the console can do to route A."""

from __future__ import annotations

from keiki.bench.console import Console
from keiki.bench.meters.walls import Walls


def register(console: Console, walls: Walls) -> None:
    """Add ``route_a``."""

    @console.command
    def route_a(supply_point: str, reachable: bool) -> dict[str, object]:
        """Let route A reach a meter, or not."""
        walls[supply_point].damage.unreachable = not reachable
        return {"supply_point": supply_point, "reachable": reachable}
