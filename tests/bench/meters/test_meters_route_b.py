"""The route-B side of a meter: each row of the diagnosis table arises from what happened, and from nothing else."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from meters_wall import (
    ABNORMAL,
    ABNORMAL_AFTER_REFUSAL,
    ACTIVE,
    EAP_FAILURE,
    EAP_SUCCESS,
    NEW,
    OLD,
    UNCONNECTED,
    WRONG_PASSWORD,
    Wall,
)

from keiki.bench.meters.route_b import SESSION, RouteBBusy, RouteBNoAnswer
from keiki.bench.radio.meter_station import MeterStation
from keiki.bench.town.models import COMMUNICATION
from keiki.protocols.meter_port import messages as m

WRONG = replace(OLD, password="NotThatOne00")


@pytest.fixture
def wall() -> Wall:
    wall = Wall()
    assert wall.write(OLD) == m.Accepted()
    return wall


def test_active_after_a_hems_joined(wall: Wall) -> None:
    assert wall.join(OLD) == EAP_SUCCESS
    assert wall.status() == ACTIVE


def test_hems_failure_after_a_wrong_password(wall: Wall) -> None:
    assert wall.join(WRONG) == EAP_FAILURE
    assert wall.status() == WRONG_PASSWORD


def test_unconnected_before_any_hems_came(wall: Wall) -> None:
    assert wall.status() == UNCONNECTED


def test_unconnected_after_the_hems_was_not_heard_for_a_session(wall: Wall) -> None:
    wall.join(OLD)
    wall.clock.advance(SESSION.total_seconds() - 1)
    assert wall.status() == ACTIVE
    wall.clock.advance(1)
    assert wall.status() == UNCONNECTED


def test_abnormality_while_the_unit_is_down_and_unconnected_after_the_repair(wall: Wall) -> None:
    wall.join(OLD)
    wall.meter.communication.fail()
    assert wall.status() == ABNORMAL
    wall.meter.communication.repair()
    assert wall.status() == UNCONNECTED


def test_abnormality_keeps_the_last_verdict_readable(wall: Wall) -> None:
    wall.join(WRONG)
    wall.meter.communication.fail()
    assert wall.status() == ABNORMAL_AFTER_REFUSAL


def test_a_right_password_clears_the_refusal_before(wall: Wall) -> None:
    wall.join(WRONG)
    wall.join(OLD)
    assert wall.status() == ACTIVE


def test_a_wrong_id_is_not_heard_at_all(wall: Wall) -> None:
    assert wall.route_b.announces(OLD.authentication_id[-8:])
    assert not wall.route_b.announces("00000000")


def test_nothing_is_announced_without_a_credential_or_while_down() -> None:
    wall = Wall()
    assert not wall.route_b.announces(OLD.authentication_id[-8:])
    with pytest.raises(RouteBNoAnswer):
        wall.route_b.begin("hems")
    wall.write(OLD)
    wall.meter.communication.fail()
    assert not wall.route_b.announces(OLD.authentication_id[-8:])


def test_a_second_hems_is_refused_while_one_is_joined_and_changes_nothing(wall: Wall) -> None:
    wall.join(OLD, "first")
    with pytest.raises(RouteBBusy):
        wall.route_b.begin("second")
    assert wall.route_b.joined == "first"
    wall.route_b.close("first")
    assert wall.join(OLD, "second") == EAP_SUCCESS


def test_a_live_session_outlasts_a_rewrite_until_it_authenticates_again(wall: Wall) -> None:
    wall.join(OLD)
    assert wall.write(NEW) == m.Accepted()
    assert wall.status() == ACTIVE
    wall.clock.advance(600)
    assert wall.route_b.session_alive("hems")
    assert wall.join(OLD) == EAP_FAILURE
    assert not wall.route_b.session_alive("hems")
    assert wall.status() == WRONG_PASSWORD
    assert wall.join(NEW) == EAP_SUCCESS


def test_a_unit_that_can_ends_the_session_with_the_old_credential() -> None:
    wall = Wall("apply_renewable")
    units = replace(wall.meter.units, communication="TMC-RW2", communication_serial="TCX1", metering="TMM-13-060TB")
    wall.meter.replace_units(units)
    wall.write(OLD)
    wall.join(OLD)
    assert wall.status() == ACTIVE
    assert wall.write(NEW) == m.Accepted()
    assert wall.status() == UNCONNECTED
    assert wall.join(NEW) == EAP_SUCCESS


def test_a_renewal_begins_the_time_of_the_session_again(wall: Wall) -> None:
    wall.join(OLD)
    wall.clock.advance(80_000)
    wall.join(OLD)
    wall.clock.advance(80_000)
    assert wall.route_b.session_alive("hems")


def test_a_power_cut_ends_the_session_and_keeps_the_credential(wall: Wall) -> None:
    wall.join(OLD)
    wall.meter.power_cycle()
    assert wall.status() == UNCONNECTED
    assert wall.meter.communication.generation == OLD.generation
    assert wall.join(OLD) == EAP_SUCCESS


def test_an_exchange_begun_before_a_rewrite_is_over(wall: Wall) -> None:
    wall.route_b.begin("hems")
    wall.write(NEW)
    with pytest.raises(RouteBNoAnswer):
        wall.route_b.answer("hems", b"")


@pytest.mark.parametrize("message", [b"", b"\x02\x01\x00\x04", bytes(80)])
def test_bytes_that_are_no_answer_change_nothing(wall: Wall, message: bytes) -> None:
    wall.route_b.begin("hems")
    with pytest.raises(RouteBNoAnswer):
        wall.route_b.answer("hems", message)
    assert wall.status() == UNCONNECTED


GET_POWER = bytes.fromhex("1081000105ff010288016201e700")


def last_exchange(wall: Wall) -> int | None:
    reply = wall.ask(m.ReadMeterStatus())
    assert isinstance(reply, m.MeterStatus)
    return reply.last_exchange


def test_the_last_exchange_is_the_last_answer_to_the_hems_that_is_joined(wall: Wall) -> None:
    station = MeterStation(wall.meter)
    assert last_exchange(wall) is None
    wall.join(OLD)
    joined = int(wall.clock.now().timestamp())
    assert last_exchange(wall) == joined
    wall.clock.advance(100)
    assert last_exchange(wall) == joined
    assert station.exchange("hems", GET_POWER)
    assert last_exchange(wall) == joined + 100
    wall.clock.advance(100)
    assert station.exchange("stranger", GET_POWER) is None
    assert station.exchange("hems", b"no frame") is None
    assert station.half_hour_notice("hems")
    assert last_exchange(wall) == joined + 100, "only an answer to the HEMS is an exchange"
    wall.join(OLD)
    assert last_exchange(wall) == joined + 200, "the answer that renews the session is one"


@pytest.mark.parametrize("end", ["close", "expire", "power", "fail"])
def test_a_session_that_ended_has_no_last_exchange(wall: Wall, end: str) -> None:
    wall.join(OLD)
    assert last_exchange(wall) is not None
    if end == "close":
        wall.route_b.close("hems")
    elif end == "expire":
        wall.clock.advance(SESSION.total_seconds())
    elif end == "power":
        wall.meter.power_cycle()
    else:
        wall.meter.communication.fail()
    assert last_exchange(wall) is None


def test_a_rewrite_that_leaves_the_session_open_leaves_its_last_exchange(wall: Wall) -> None:
    wall.join(OLD)
    joined = last_exchange(wall)
    wall.clock.advance(60)
    wall.write(NEW)
    assert last_exchange(wall) == joined


def test_a_unit_of_a_model_that_does_not_report_it_has_no_last_exchange() -> None:
    wall = Wall()
    units = replace(wall.meter.units, communication="TMC-LW1", communication_serial="TCX1")
    wall.meter.replace_units(units)
    wall.write(OLD)
    assert wall.join(OLD) == EAP_SUCCESS
    assert MeterStation(wall.meter).exchange("hems", GET_POWER)
    assert wall.status() == ACTIVE
    assert last_exchange(wall) is None


@pytest.mark.parametrize("route_b", ["wireless", "plc"])
def test_there_are_models_of_both_kinds_for_every_route_b_medium(route_b: str) -> None:
    models = [model for model in COMMUNICATION.values() if model.route_b == route_b]
    assert {(model.reports_exchange, model.ends_session) for model in models} == set(product((False, True), repeat=2))


class AnythingHappens(RuleBasedStateMachine):
    """Whatever happens in whatever order, the lamps are one row of the table and agree with what happened last."""

    def __init__(self) -> None:
        super().__init__()
        self.wall = Wall()
        self.generation = 0

    @rule()
    def write(self) -> None:
        credential = replace(OLD, generation=self.generation + 1, password=f"Password{self.generation + 1:04d}")
        if self.wall.write(credential) == m.Accepted():
            self.generation += 1

    @rule(stale=st.booleans(), hems=st.sampled_from(["a", "b"]))
    def join(self, stale: bool, hems: str) -> None:
        held = self.generation - 1 if stale else self.generation
        try:
            code = self.wall.join(replace(OLD, password=f"Password{held:04d}"), hems)
        except (RouteBBusy, RouteBNoAnswer):
            return
        assert code == (EAP_FAILURE if stale else EAP_SUCCESS)
        assert self.wall.status() == (WRONG_PASSWORD if stale else ACTIVE)

    @rule(hems=st.sampled_from(["a", "b"]))
    def begin_only(self, hems: str) -> None:
        try:
            self.wall.route_b.begin(hems)
        except (RouteBBusy, RouteBNoAnswer):
            return

    @rule(hems=st.sampled_from(["a", "b"]))
    def close(self, hems: str) -> None:
        self.wall.route_b.close(hems)
        assert not self.wall.route_b.session_alive(hems)

    @rule()
    def expire(self) -> None:
        self.wall.route_b.expire()
        assert self.wall.route_b.joined is None

    @rule(seconds=st.integers(1, 1000))
    def wait(self, seconds: int) -> None:
        self.wall.clock.advance(seconds)

    @rule()
    def fail(self) -> None:
        self.wall.meter.communication.fail()

    @rule()
    def repair(self) -> None:
        self.wall.meter.communication.repair()

    @rule()
    def power_cycle(self) -> None:
        self.wall.meter.power_cycle()

    @invariant()
    def lamps_are_a_row(self) -> None:
        rows = {ACTIVE, WRONG_PASSWORD, UNCONNECTED, ABNORMAL, ABNORMAL_AFTER_REFUSAL}
        assert self.wall.status() in rows

    @invariant()
    def generation_only_grows(self) -> None:
        assert self.wall.meter.communication.generation == self.generation


TestAnythingHappens = AnythingHappens.TestCase
TestAnythingHappens.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
