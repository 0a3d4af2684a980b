"""A wall as the town's folder keeps it: what hangs, what its metering unit has counted, what was done to it.

The credential is apart from it, as bytes that are sealed before they are written. Sessions are not kept: for a meter,
the town's end is a power cut.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from keiki.bench.meters.damage import MeterDamage
from keiki.bench.meters.meter import Meter
from keiki.bench.meters.store import HeldCredential
from keiki.bench.town.place import InstalledUnits


def saved_wall(meter: Meter) -> tuple[str, dict[str, Any], bytes]:
    """Return supply point, state and credential (empty: none) of a wall."""
    since, reading = meter.counted
    state = {
        "units": {**asdict(meter.units), "certified": meter.units.certified.isoformat()},
        "since": since.isoformat(),
        "reading": reading,
        "broken": meter.communication.broken,
        "damage": asdict(meter.damage),
    }
    held = meter.communication.held
    return meter.supply_point, state, json.dumps(asdict(held)).encode() if held else b""


def restore_wall(meter: Meter, state: dict[str, Any], credential: bytes) -> None:
    """Bring a wall that was drawn to what was kept of it."""
    units = InstalledUnits(**{**state["units"], "certified": date.fromisoformat(state["units"]["certified"])})
    held = HeldCredential(**json.loads(credential)) if credential else None
    meter.restore(units, (datetime.fromisoformat(state["since"]), state["reading"]), held)
    meter.damage = MeterDamage(**state["damage"])
    if state["broken"]:
        meter.communication.fail()
