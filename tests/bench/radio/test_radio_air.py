"""Who hears whom on the street, and what a meter answers by radio."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keiki.bench.meters.clock import JST, StoppedClock
from keiki.bench.meters.meter import Meter, World
from keiki.bench.radio.air import Air, Spot, strength
from keiki.bench.radio.meter_station import MeterStation
from keiki.bench.radio.shown import as_class_values
from keiki.bench.town.draw import case, draw_town
from keiki.protocols.echonet.meter_class import Epc, decode_property
from keiki.protocols.echonet.meter_object import MeterChoices, read_property
from keiki.protocols.meter_port.messages import WriteCredential

NOW = datetime(2026, 4, 1, 9, 41, 7, tzinfo=JST)
TOWN = draw_town(seed=1)
ID = "0123456789ABCDEF0123456789ABCDEF"


def meter(name: str) -> Meter:
    return Meter(case(TOWN, name), World(StoppedClock(NOW), 1, os.urandom))


@pytest.fixture
def street() -> Air:
    """Twenty houses whose meters all have wireless route B."""
    return Air({f"{nth:022}": MeterStation(meter("already_wireless")) for nth in range(20)})


@given(st.floats(1, 5000), st.floats(1, 5000))
def test_nearer_is_stronger(one: float, other: float) -> None:
    near, far = sorted((one, other))
    assert strength(near) >= strength(far)


def test_a_module_hears_its_own_meter_best_and_some_neighbours(street: Air) -> None:
    here = f"{10:022}"
    heard = street.heard_at(here)
    assert 1 < len(heard) < 20
    assert heard[0].strength == max(each.strength for each in heard) == strength(8.0)


def test_distance_and_interference_silence_the_street(street: Air) -> None:
    here = f"{10:022}"
    street.interfere(here, 30)
    assert len(street.heard_at(here)) == 1
    street.interfere(here, 0)
    street.move(here, 500)
    assert street.heard_at(here) == []


@pytest.mark.parametrize("nonsense", [-1.0, float("nan"), float("inf")])
def test_no_distance_and_no_interference_like_that(street: Air, nonsense: float) -> None:
    here = f"{10:022}"
    with pytest.raises(ValueError, match="10,000 m"):
        street.move(here, nonsense)
    with pytest.raises(ValueError, match="200 dB"):
        street.interfere(here, nonsense)
    assert street.spot(here) == Spot()


def test_a_house_that_is_not_there(street: Air) -> None:
    with pytest.raises(KeyError, match="no supply point 99 in this town"):
        street.heard_at("99")


@pytest.mark.parametrize(("name", "heard"), [("already_wireless", True), ("flat_plc_route_b", False), ("plain", False)])
def test_only_units_with_wireless_route_b_are_on_the_air(name: str, heard: bool) -> None:
    wall = meter(name)
    station = MeterStation(wall)
    assert station.on_air is heard
    assert not station.announces(ID[-8:])
    wall.communication.write(WriteCredential(1, ID, "abcDEF012345"))
    assert station.announces(ID[-8:]) is heard
    assert not station.announces("00000000")


def test_another_communication_unit_has_another_address() -> None:
    wall = meter("already_wireless")
    station = MeterStation(wall)
    before = station.address
    wall.replace_units(replace(wall.units, communication_serial="TCW000000001"))
    assert station.address != before


def test_without_a_session_a_meter_answers_nothing() -> None:
    station = MeterStation(meter("already_wireless"))
    assert station.exchange("FE80", bytes.fromhex("1081000105ff010288016201e700")) is None


def test_what_the_wall_shows_is_what_the_class_says() -> None:
    wall = meter("apply_renewable")
    shown, values = wall.readings(), as_class_values(wall.readings())

    def read(epc: Epc) -> object:
        edt = read_property(epc, values, MeterChoices(day=1))
        assert edt is not None
        return decode_property(epc, edt)

    assert read(Epc.FORWARD) == shown.energy_forward
    assert read(Epc.REVERSE) == shown.energy_reverse
    assert read(Epc.POWER) == shown.power_w
    assert read(Epc.SERIAL) == shown.serial
    day = read(Epc.DAY_FORWARD)
    assert getattr(day, "counts") == shown.history(1, "forward")  # noqa: B009 - a value of several types
    fixed = read(Epc.FIXED_FORWARD)
    assert (getattr(fixed, "count"), getattr(fixed, "moment").minute) == (shown.half_hour_forward, 30)  # noqa: B009


def test_a_two_wire_meter_has_no_second_current() -> None:
    assert as_class_values(meter("flat_plc").readings()).currents.t is None


def test_days_that_no_meter_keeps_are_missing() -> None:
    values = as_class_values(meter("plain").readings())
    edt = read_property(Epc.DAY_FORWARD, values, MeterChoices(day=100))
    assert edt is not None
    assert set(decode_property(Epc.DAY_FORWARD, edt).counts) == {None}
