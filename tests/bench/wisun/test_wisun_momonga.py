"""The unmodified client of the field talks to the emulated module, and through it to the meter."""

from __future__ import annotations

import os
import time

import pytest
from momonga import Momonga, MomongaNeedToReopen, MomongaSkJoinFailure, MomongaSkScanFailure
from momonga.momonga_device import DeviceType
from wisun_street import AUTHENTICATION_ID, PASSWORD, Street

from keiki.foundation.status_items import StatusItemState
from keiki.protocols.meter_port.messages import MeterStatus
from keiki.protocols.skstack.commands import Dialect

pytestmark = pytest.mark.slow


def client(path: str, password: str = PASSWORD, authentication_id: str = AUTHENTICATION_ID) -> Momonga:
    made = Momonga(authentication_id, password, path, scan_retries=1, join_retries=1)
    made.internal_xmit_interval = 0
    return made


def test_it_joins_and_reads_this_meter(street: Street) -> None:
    with client(street.plug().path) as hems:
        shown = street.meter.readings()
        assert hems.get_serial_number() == shown.serial.ljust(12)
        assert hems.get_measured_cumulative_energy() == pytest.approx(shown.energy_forward / 10, abs=1)
        assert hems.get_instantaneous_power() == pytest.approx(street.meter.readings().power_w, abs=50)
        assert hems.get_instantaneous_current()["r phase current"] is not None
        assert len(hems.get_historical_cumulative_energy_1(day=1)) == 48
        assert 0xE7 in hems.get_properties_to_get_values()
        assert hems.rssi is not None
        assert street.meter.communication.route_b.connection is StatusItemState.CLEAR
    assert street.meter.communication.route_b.connection is StatusItemState.FAILURE


def test_it_reads_through_a_one_sided_module(street: Street) -> None:
    with client(street.plug(dialect=Dialect.ONE_SIDED).path) as hems:
        assert hems.session_manager.skw.device_type is DeviceType.BP35A1
        assert hems.get_serial_number() == street.meter.readings().serial


def test_a_wrong_password_is_refused_at_the_meter(street: Street) -> None:
    with pytest.raises(MomongaSkJoinFailure), client(street.plug().path, "abcDEF01234X"):
        pass
    assert street.meter.communication.route_b.authentication is StatusItemState.FAILURE


def test_a_wrong_id_finds_no_meter(street: Street) -> None:
    with pytest.raises(MomongaSkScanFailure), client(street.plug().path, authentication_id="0" * 32):
        pass
    assert street.meter.communication.route_b.authentication is StatusItemState.CLEAR


def test_a_second_hems_is_refused_while_one_is_joined(street: Street) -> None:
    with client(street.plug().path) as first:
        with pytest.raises(MomongaSkJoinFailure), client(street.plug(bytes.fromhex("001D129000039999")).path):
            pass
        assert first.get_instantaneous_power() is not None


def test_a_live_session_outlasts_a_rewrite_until_it_must_authenticate_again(street: Street) -> None:
    with client(street.plug().path) as hems:
        street.write(2, "NEWpassword1")
        assert hems.get_instantaneous_power() is not None
        time.sleep(street.clock.real_seconds(930))
        hems.recv_timeout, hems.xmit_timeout = 1, 1
        with pytest.raises(MomongaNeedToReopen):
            hems.get_instantaneous_power()
    with client(street.plug().path, "NEWpassword1") as hems:
        assert hems.get_instantaneous_power() is not None


@pytest.mark.parametrize("home_case", ["voltage"])
def test_a_unit_that_ends_sessions_reads_nothing_to_the_former_hems(street: Street) -> None:
    street.hang("TMC-RW2", "TMM-13-120TB")
    with client(street.plug().path) as hems:
        assert hems.get_instantaneous_power() is not None
        street.write(2, "NEWpassword1")
        hems.recv_timeout, hems.xmit_timeout = 1, 1
        with pytest.raises(MomongaNeedToReopen):
            hems.get_instantaneous_power()


def last_exchange(street: Street) -> int | None:
    status = street.meter.communication.status(street.meter.now())
    assert isinstance(status, MeterStatus)
    return status.last_exchange


def test_what_it_reads_is_the_last_exchange_until_it_is_silent(street: Street) -> None:
    with client(street.plug().path) as hems:
        before = int(street.clock.now().timestamp())
        assert hems.get_instantaneous_power() is not None
        read = last_exchange(street)
        assert read is not None
        assert before <= read <= int(street.clock.now().timestamp())
        time.sleep(street.clock.real_seconds(100))
        assert last_exchange(street) == read
        assert street.meter.communication.route_b.connection is StatusItemState.CLEAR
    assert last_exchange(street) is None


def test_a_session_is_renewed_with_the_same_password(street: Street) -> None:
    with client(street.plug().path) as hems:
        time.sleep(street.clock.real_seconds(930))
        assert hems.get_instantaneous_power() is not None


def test_a_client_that_died_leaves_nothing_to_the_next(street: Street) -> None:
    plug = street.plug()
    with open(plug.path, "wb", buffering=0) as died:
        died.write(b"SKSENDTO 1 FE80:")
    with client(plug.path) as hems:
        assert hems.get_instantaneous_power() is not None


def test_a_program_left_over_steals_nothing_from_the_next(street: Street) -> None:
    before = street.plug()
    left_over = os.open(before.path, os.O_RDWR | os.O_NOCTTY)
    try:
        with client(street.plug().path) as hems:
            assert hems.get_instantaneous_power() is not None
    finally:
        os.close(left_over)


def test_a_half_hour_is_announced_to_the_program(street: Street) -> None:
    with client(street.plug().path) as hems:
        notice = hems.get_notification(timeout=street.clock.real_seconds(1850))
        assert notice is not None
        assert set(notice["properties"]) == {0xEA, 0xEB}
