"""What hangs on a wall decides what works; a new unit holds nothing; registers agree with themselves."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meters_wall import NEW, OLD, TOWN, Wall

from keiki.bench.meters.clock import JST, StoppedClock, TownClock
from keiki.bench.meters.meter import DoesNotPlugError, Meter, World
from keiki.bench.meters.registers import Load, MeterRegisters
from keiki.protocols.meter_port import messages as m

SINCE = datetime(2026, 8, 1, 10, 7, tzinfo=JST)
LOADS = [
    Load("06" + "1" * 20, phase, size, sun) for phase, size in (("1P2W", 30), ("1P3W", 60)) for sun in (True, False)
]  # type: ignore[arg-type]
moments = st.integers(0, 60 * 24 * 3600).map(lambda s: SINCE + timedelta(seconds=s))


def test_units_without_route_b_serve_none() -> None:
    wall = Wall("plain")
    assert wall.meter.route_b() is None
    assert wall.ask(m.ReadMeterStatus()) == m.Refused(m.MeterRefusalReason.NO_ROUTE_B)
    assert wall.write(OLD) == m.Refused(m.MeterRefusalReason.NO_ROUTE_B)
    assert wall.ask(m.AuthenticateBegin()) == m.Refused(m.MeterRefusalReason.NO_ROUTE_B)


def test_both_units_need_the_function() -> None:
    wall = Wall("plain")
    wall.meter.replace_units(replace(wall.meter.units, communication="TMC-RW1", communication_serial="TCR1"))
    assert wall.meter.route_b() is None
    wall.meter.replace_units(replace(wall.meter.units, metering="TMM-13-060SB", metering_serial="TMS1"))
    assert wall.meter.route_b() is not None


def test_a_power_line_unit_is_not_met_by_radio() -> None:
    wall = Wall("flat_plc_route_b")
    assert wall.meter.route_b("wireless") is None
    assert wall.meter.route_b("plc") is not None


def test_a_new_communication_unit_holds_nothing() -> None:
    wall = Wall()
    wall.write(NEW)
    wall.meter.replace_units(replace(wall.meter.units, communication_serial="TCR999999999"))
    assert wall.ask(m.ReadGeneration()) == m.Generation(0)
    assert wall.ask(m.AuthenticateBegin()) == m.Refused(m.MeterRefusalReason.NO_CREDENTIAL)
    assert not wall.route_b.announces(NEW.authentication_id[-8:])


def test_a_new_metering_unit_leaves_the_credential_and_counts_from_zero() -> None:
    wall = Wall()
    wall.write(NEW)
    wall.join(NEW)
    wall.meter.replace_units(replace(wall.meter.units, metering_serial="TMS999999999"))
    assert wall.ask(m.ReadGeneration()) == m.Generation(2)
    assert not wall.route_b.session_alive("hems")
    shown = wall.meter.readings()
    assert (shown.serial, shown.energy_forward) == ("TMS999999999", 0)
    assert set(shown.history(1, "forward")) == {None}


@pytest.mark.parametrize(
    "change",
    [
        {"communication": "TMC-X01"},
        {"metering": ""},
        {"cover": "none"},
        {"option": "TMS-12-030"},
        {"option": "TMV-99-000"},
    ],
)
def test_what_does_not_plug_changes_nothing(change: dict[str, str]) -> None:
    wall = Wall()
    wall.write(OLD)
    before = wall.meter.units
    with pytest.raises(DoesNotPlugError):
        wall.meter.replace_units(replace(before, **change))  # type: ignore[arg-type]
    assert wall.meter.units is before
    assert wall.meter.communication.generation == 1


@pytest.mark.parametrize(
    ("written", "then", "reply"),
    [
        (OLD, NEW, m.Accepted()),
        (OLD, OLD, m.AlreadyHeld()),
        (OLD, replace(OLD, password="OtherContent"), m.Refused(m.MeterRefusalReason.OTHER_CONTENT)),
        (OLD, replace(OLD, authentication_id="F" * 32), m.Refused(m.MeterRefusalReason.OTHER_CONTENT)),
        (NEW, OLD, m.Refused(m.MeterRefusalReason.OLDER_GENERATION)),
    ],
)
def test_the_generation_decides(written: object, then: object, reply: object) -> None:
    wall = Wall()
    wall.write(written)  # type: ignore[arg-type]
    assert wall.write(then) == reply  # type: ignore[arg-type]


def test_replies_are_lost_before_or_after_the_effect() -> None:
    wall = Wall()
    wall.meter.damage.lose_replies(1, "before", writes_only=True)
    assert wall.ask(m.ReadGeneration()) == m.Generation(0)
    assert not isinstance(wall.write(OLD), m.Accepted)
    assert wall.ask(m.ReadGeneration()) == m.Generation(0)
    wall.meter.damage.lose_replies(1, "after", writes_only=True)
    assert not isinstance(wall.write(OLD), m.Accepted)
    assert wall.ask(m.ReadGeneration()) == m.Generation(1)


def test_every_place_of_the_town_reads_the_same_when_drawn_again() -> None:
    still = World(StoppedClock(datetime(2026, 11, 23, 12, tzinfo=JST)), 7, bytes)
    first, second = ([Meter(place, still).readings() for place in TOWN[::4]] for _ in range(2))
    assert first == second
    assert len({reading.power_w for reading in first}) > len(first) / 2
    assert all(r.power_w >= 0 for r, place in zip(first, TOWN[::4], strict=True) if not place.renewable)


@given(st.sampled_from(LOADS), st.booleans(), moments, st.integers(1, 7200))
def test_energy_is_the_integral_of_power(load: Load, two_way: bool, at: datetime, seconds: int) -> None:
    registers = MeterRegisters(7, load, two_way=two_way, since=SINCE)
    later = at + timedelta(seconds=seconds)
    net = registers._watt_hours(later, "forward") - registers._watt_hours(at, "forward")
    net -= registers._watt_hours(later, "reverse") - registers._watt_hours(at, "reverse")
    steps = 200
    step = timedelta(seconds=seconds / steps)
    summed = sum(registers.power(at + (n + 0.5) * step) for n in range(steps)) * (seconds / steps) / 3600
    assert net == pytest.approx(summed, rel=0.02, abs=max(3.0, seconds / 3600 * 60))
    if not two_way:
        assert registers.energy(later, "reverse") == 0
        assert registers.power(at) >= 0


@given(st.sampled_from(LOADS), moments, moments)
def test_registers_never_run_backwards(load: Load, one: datetime, other: datetime) -> None:
    registers = MeterRegisters(7, load, two_way=True, since=SINCE, reading=100)
    early, late = sorted((one, other))
    for direction in ("forward", "reverse"):
        assert registers.energy(early, direction) <= registers.energy(late, direction)  # type: ignore[arg-type]


def test_history_is_what_the_register_said_and_ends_now() -> None:
    wall = Wall()
    shown = wall.meter.readings()
    today = shown.history(0, "forward")
    assert len(today) == 48
    assert today[34] == shown.half_hour_forward
    assert today[35:] == (None,) * 13
    assert None not in shown.history(99, "forward")
    assert shown.history(1, "forward")[47] <= today[0]  # type: ignore[operator]
    with pytest.raises(ValueError, match="99 days"):
        shown.history(100, "forward")


def test_currents_follow_the_wires() -> None:
    two_wire = Wall("flat_plc").meter.readings()
    three_wire = Wall("already_wireless").meter.readings()
    assert two_wire.current_t is None
    assert two_wire.current_r == round(two_wire.power_w / 10)
    assert three_wire.current_t is not None
    assert three_wire.current_r + three_wire.current_t == pytest.approx(three_wire.power_w / 10, abs=1)


def test_emulated_time_is_never_slower_than_real() -> None:
    with pytest.raises(ValueError, match="never slower"):
        TownClock(0.5)
    assert TownClock(20).real_seconds(10) == 0.5
