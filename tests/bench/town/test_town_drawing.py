"""The drawn town: repeatable, plausible, physically possible, and with its named cases."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.bench.town.draw import CASES, case, draw_town
from keiki.bench.town.models import COMMUNICATION, COVERS, METERING, OPTIONS
from keiki.bench.town.place import Place


def test_the_same_seed_draws_the_same_town_and_another_seed_another() -> None:
    assert draw_town(7, 40) == draw_town(7, 40)
    assert draw_town(7, 40) != draw_town(8, 40)


def test_a_small_town_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 30"):
        draw_town(1, 29)


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_every_place_is_possible(seed: int) -> None:
    town = draw_town(seed, 60)
    assert len({place.supply_point for place in town}) == len({place.customer.email for place in town}) == 60
    serials = [s for p in town for s in (p.installed.communication_serial, p.installed.metering_serial)]
    assert len(set(serials)) == 120
    for place in town:
        assert re.fullmatch(r"06\d{20}", place.supply_point)
        assert place.customer.email.endswith("@example.jp")
        assert len(place.customer.phone.replace("-", "")) == 10
        assert re.search(r"-0\d*-", place.customer.phone), "no real local exchange begins with 0"
        assert (place.medium == "plc") == (place.housing == "multi_dwelling")
        plugs_together(place)


def plugs_together(place: Place) -> None:
    units = place.installed
    communication, metering = COMMUNICATION[units.communication], METERING[units.metering]
    assert communication.two_way == metering.two_way
    assert (communication.route_b != "none") == metering.route_b
    assert len(units.communication_serial) == len(units.metering_serial) == 12
    assert units.cover in COVERS
    assert bool(units.option) == bool(units.option_serial)
    if units.option:
        option = OPTIONS[units.option]
        assert (option.phase, option.capacity) == (metering.phase, metering.capacity)


def test_a_large_town_has_every_kind_of_wall_and_the_characters_that_trip_fonts() -> None:
    town = draw_town(1, 1500)
    assert {p.installed.communication for p in town} == {
        code for code, m in COMMUNICATION.items() if not (m.medium == "plc" and m.two_way)
    }, "flats have no solar panels, so no two-way power line units"
    assert {p.installed.metering for p in town} >= {c for c, m in METERING.items() if not m.two_way}
    assert {p.installed.option for p in town} >= {"", *OPTIONS} - {"TMV-33-120"}
    names = "".join(p.customer.name for p in town)
    assert set("髙﨑𠮷德") <= set(names)
    assert {p.contract for p in town} == {"従量電灯A", "従量電灯B", "時間帯別電灯", "低圧電力"}


def test_two_offices_serve_the_town_and_the_named_cases_are_the_larger_ones() -> None:
    town = draw_town(1, 1500)
    assert {p.office for p in town[: len(CASES)]} == {"北摂"}
    assert sum(p.office == "北摂" for p in town) / len(town) == pytest.approx(0.7, abs=0.05)
    assert {p.office for p in town} == {"北摂", "泉州"}
    assert {p.office for p in draw_town(1)} == {"北摂", "泉州"}


CASE_FACTS = {
    "apply_renewable": ("detached", "rf", "1P3W", 60, True, True, "TMC-R01", "TMM-13-060S", ""),
    "already_wireless": ("detached", "rf", "1P3W", 60, False, False, "TMC-RW1", "TMM-13-060SB", ""),
    "plain": ("detached", "rf", "1P3W", 60, False, False, "TMC-R01", "TMM-13-060S", ""),
    "flat_plc": ("multi_dwelling", "plc", "1P2W", 30, False, False, "TMC-L01", "TMM-12-030S", "TMS-12-030"),
    "flat_plc_route_b": ("multi_dwelling", "plc", "1P3W", 60, False, False, "TMC-LP1", "TMM-13-060SB", ""),
    "voltage": ("detached", "rf", "1P3W", 120, True, False, "TMC-R02", "TMM-13-120T", "TMV-13-120"),
    "workshop": ("detached", "rf", "3P3W", 60, False, False, "TMC-R01", "TMM-33-060S", ""),
    "nothing_fits": ("detached", "rf", "3P3W", 120, False, False, "TMC-R01", "TMM-33-120S", ""),
    "contract_grew": ("detached", "rf", "1P3W", 120, False, False, "TMC-R01", "TMM-12-030S", ""),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2, 31])
def test_a_named_case_is_what_its_name_promises(name: str, seed: int) -> None:
    place = case(draw_town(seed), name)
    units = place.installed
    assert CASE_FACTS[name] == (
        *(place.housing, place.medium, place.phase, place.capacity, place.renewable, place.rain_exposed),
        *(units.communication, units.metering, units.option),
    )
    assert units.cover == "TCV-N"


def test_an_unknown_case_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="apply_renewable"):
        case(draw_town(1), "castle")
