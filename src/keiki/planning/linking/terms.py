"""Which terms bulk linkage carries along: those a design needs and those the rules compare."""

from __future__ import annotations

from keiki.domain.linkage.decision import REQUIRED

KEPT = frozenset(
    {
        *(set(REQUIRED) - {"metering_serial"}),
        *("contract_since", "moved_out", "last_reading", "installed_on", "depot"),
        *("communication_medium", "communication_route_b", "communication_two_way"),
        *("metering_phase", "metering_capacity", "metering_two_way", "metering_route_b"),
    }
)
"""Terms whose values are carried along; of all others it is only asked whether they can be read."""
