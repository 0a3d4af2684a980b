"""A meter that holds a credential, the street around it, and modules to plug in its house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.meter import Meter
from keiki.bench.radio.air import Air
from keiki.bench.wisun.module import WisunModule
from keiki.bench.wisun.plug import Plug
from keiki.protocols.meter_port.messages import Accepted, WriteCredential

AUTHENTICATION_ID = "0123456789ABCDEF0123456789ABCDEF"
PASSWORD = "abcDEF012345"
MAC = bytes.fromhex("001D129000031234")


@dataclass
class Street:
    """One meter that holds a credential, its street, and the way to plug a module in its house."""

    clock: TownClock
    meter: Meter
    air: Air
    module: Callable[..., WisunModule]
    plug: Callable[..., Plug]

    def hang(self, communication: str, metering: str) -> None:
        """Hang other units that hold the credential of before, as new ones to which it was written."""
        units = replace(self.meter.units, communication=communication, communication_serial="TCX1", metering=metering)
        self.meter.replace_units(units)
        self.write(1, PASSWORD)

    def write(self, generation: int, password: str) -> None:
        """Let the meter hold another password."""
        written = self.meter.communication.write(WriteCredential(generation, AUTHENTICATION_ID, password))
        assert isinstance(written, Accepted)
