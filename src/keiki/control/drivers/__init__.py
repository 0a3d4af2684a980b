"""Drivers: how the agent reaches a meter. Makers' protocols differ, a driver hides them.

A driver does nothing twice that may not be done twice, says an event *before* it acts on it, and never takes a lost
reply for a failure. :mod:`keiki.control.drivers.maintenance_port` is the one that is built in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from keiki.protocols.meter_port.procedure import IntendedMeter, MeterCredential, MeterWriteEvent, MeterWriteOutcome

Note = Callable[[MeterWriteEvent], None]


class Driver(Protocol):
    """A way to a meter. ``note`` has written its event to the journal when it returns."""

    async def set_credential(self, target: IntendedMeter, credential: MeterCredential, note: Note) -> MeterWriteOutcome:
        """Put the credential into the meter and have it proved by a fresh authentication."""

    async def read_status(self, target: IntendedMeter, note: Note) -> MeterWriteOutcome:
        """Read the status items of the communication unit."""
