"""What bulk linkage carries along of each row: terms that a design needs or a rule compares, states and their bits."""

from __future__ import annotations

from keiki.domain.linkage.decision import REQUIRED
from keiki.domain.linkage.shared_units import SERIAL_TERMS

KEPT = frozenset(
    {
        *REQUIRED,
        *SERIAL_TERMS,
        *("contract_since", "moved_out", "last_reading", "installed_on", "depot"),
        *("communication_medium", "communication_route_b", "communication_two_way"),
        *("metering_phase", "metering_capacity", "metering_two_way", "metering_route_b"),
    }
)
"""Terms whose values are carried along; of all others it is only asked whether they can be read."""
COMPARED = frozenset({"metering_serial", "option_serial"})
"""Terms that are compared among all points (``shared_units``) and not joined."""

IN_FORCE, UNREADABLE, ENDED, SEVERAL, SEVERAL_EMPTY = range(5)
"""States of a source about a point. SEVERAL_EMPTY: several rows in force, of which nothing at all could be read."""
SAYS_UNREADABLE, SAYS_ENDED, SAYS_NOTHING, STALE, AHEAD = (1 << place for place in range(5))
"""Bits of ``standing``: why nothing can be decided from a source. A point that it does not know has no row."""
SAYS_SEVERAL = 1 << 5
"""The bit of ``held`` above those of ``standing``: several rows are in force. Above it, a bit for each needed fact."""
FIRST_FACT = 6
