"""One place of the town: the truth about a supply point, of which each data server knows its own part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Office = Literal["北摂", "泉州"]
OFFICES: tuple[Office, ...] = ("北摂", "泉州")
"""The utility's service offices in the town, the larger one first."""


@dataclass(frozen=True)
class InstalledUnits:
    """The installed units: the makers' model codes with serial numbers; an empty option code means none."""

    communication: str
    communication_serial: str
    metering: str
    metering_serial: str
    option: str
    option_serial: str
    cover: str
    certified: date


@dataclass(frozen=True)
class TownCustomer:
    """Who has the contract. ``email`` is where the password goes."""

    number: str
    name: str
    kana: str
    address: str
    postcode: str
    phone: str
    email: str
    moved_in: date


@dataclass(frozen=True)
class Place:
    """A supply point with its housing, contract, customer and installed units; ``office`` is its service office."""

    supply_point: str
    customer: TownCustomer
    office: Office
    depot: str
    housing: Literal["detached", "multi_dwelling"]
    medium: Literal["rf", "plc"]
    rain_exposed: bool
    contract: str
    phase: Literal["1P2W", "1P3W", "3P3W"]
    capacity: int
    renewable: bool
    remote_switching: bool
    voltage_measurement: bool
    installed: InstalledUnits
