"""The makers' models of plug-in units, as the outside world names them.

The makers' model codes are not Keiki's unit ids: the utility's source configuration maps one to the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RouteB = Literal["none", "wireless", "plc"]


@dataclass(frozen=True)
class CommunicationModel:
    """A communication unit: route-A medium, route-B medium, one- or two-way measurement.

    ``ends_session``: a new credential ends the HEMS' session at once; other units keep it open until it authenticates
    again. ``reports_exchange``: its status says when it last answered the HEMS. Both kinds hang on real walls.
    """

    code: str
    medium: Literal["rf", "plc"]
    route_b: RouteB
    two_way: bool
    ends_session: bool
    reports_exchange: bool


@dataclass(frozen=True)
class MeteringModel:
    """A metering unit: phase and wires, capacity in A, one- or two-way measurement, route-B function."""

    code: str
    phase: Literal["1P2W", "1P3W", "3P3W"]
    capacity: int
    two_way: bool
    route_b: bool


@dataclass(frozen=True)
class OptionModel:
    """An optional unit: switching or voltage measurement, for one phase and capacity."""

    code: str
    kind: Literal["switching", "voltage"]
    phase: Literal["1P2W", "1P3W", "3P3W"]
    capacity: int


SIZES = (("1P2W", 30), ("1P2W", 120), ("1P3W", 60), ("1P3W", 120), ("3P3W", 60), ("3P3W", 120))

COMMUNICATION = {
    m.code: m
    for m in (
        CommunicationModel(
            f"TMC-{a}{b}{2 if two else 1}",
            medium,  # type: ignore[arg-type]
            route_b,  # type: ignore[arg-type]
            two,
            ends_session=two,
            reports_exchange=medium == "rf",
        )
        for a, medium in (("R", "rf"), ("L", "plc"))
        for b, route_b in (("0", "none"), ("W", "wireless"), ("P", "plc"))
        for two in (False, True)
    )
}
METERING = {
    m.code: m
    for m in (
        MeteringModel(
            f"TMM-{phase[0]}{phase[2]}-{capacity:03d}{'T' if two else 'S'}{'B' if b else ''}",
            phase,  # type: ignore[arg-type]
            capacity,
            two,
            b,
        )
        for phase, capacity in SIZES
        for two in (False, True)
        for b in (False, True)
    )
}
OPTIONS = {
    m.code: m
    for m in (
        *(OptionModel(f"TMS-{p[0]}{p[2]}-{c:03d}", "switching", p, c) for p, c in SIZES[:5]),  # type: ignore[arg-type]
        *(OptionModel(f"TMV-{p[0]}{p[2]}-{c:03d}", "voltage", p, c) for p, c in SIZES[2:]),  # type: ignore[arg-type]
    )
}
COVERS = {"TCV-N": False, "TCV-R": True}
