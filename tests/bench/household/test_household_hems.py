"""A household's HEMS, as a process: what it says, how it ends, and what it never says."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from household_home import ADDRESS, AUTHENTICATION_ID, Home

from keiki.bench.console import ConsoleError, call
from keiki.foundation.status_items import StatusItemState

pytestmark = pytest.mark.slow


def test_it_joins_with_mail_and_letter_reads_and_closes(home: Home, letter: Path) -> None:
    home.write("abcDEF012345")
    home.receive("abcDEF012345")
    hems = home.hems("--credentials-from-mail", ADDRESS, "--letter", str(letter))
    assert hems.hear()["event"] == "joined"
    reading, shown = hems.ask("read"), home.meter.readings()
    assert reading["event"] == "reading"
    assert reading["serial_number"] == shown.serial
    assert reading["energy_kwh"] == pytest.approx(shown.energy_forward / 10, abs=1)
    assert reading["power_w"] == pytest.approx(shown.power_w, abs=100)
    assert hems.ask("state") == {"event": "state", "joined": True, "rssi": pytest.approx(-60, abs=1)}
    assert hems.ask("dance")["event"] == "unknown"
    assert home.meter.communication.route_b.connection is StatusItemState.CLEAR
    assert hems.ask("close")["event"] == "closed"
    status, said = hems.end()
    assert status == 0
    assert "abcDEF" not in said
    assert AUTHENTICATION_ID[:8] not in said
    assert home.meter.communication.route_b.connection is StatusItemState.FAILURE
    assert call(home.folder, "unplug_module", supply_point=home.supply_point) is False


@pytest.mark.parametrize("how", ["--wrong-password", "--previous-password"])
def test_a_password_that_is_not_the_meters_is_refused(home: Home, letter: Path, how: str) -> None:
    home.write("newPASSWORD1")
    home.receive("abcDEF012345")
    home.receive("newPASSWORD1")
    hems = home.hems("--credentials-from-mail", ADDRESS, "--letter", str(letter), how)
    refused = hems.hear()
    assert (refused["event"], refused["exception"]) == ("refused", "MomongaSkJoinFailure")
    assert hems.end()[0] == 3
    assert home.meter.communication.route_b.authentication is StatusItemState.FAILURE


def test_a_credential_may_be_typed_in_and_a_wrong_id_finds_no_meter(home: Home) -> None:
    home.write("abcDEF012345")
    hems = home.hems("--scan-retries", "1")
    said = hems.ask(json.dumps({"authentication_id": "0" * 32, "password": "abcDEF012345"}))
    assert (said["event"], said["exception"]) == ("not-found", "MomongaSkScanFailure")
    assert hems.end()[0] == 4


def test_a_module_too_far_away_hears_nothing(home: Home) -> None:
    home.write("abcDEF012345")
    call(home.folder, "radio", supply_point=home.supply_point, metres=900)
    hems = home.hems("--scan-retries", "1")
    assert hems.ask(json.dumps({"authentication_id": AUTHENTICATION_ID, "password": "abcDEF012345"})) == {
        "event": "not-found", "exception": "MomongaSkScanFailure", "seconds": pytest.approx(3, abs=2),
    }  # fmt: skip
    assert hems.end()[0] == 4


def test_interference_in_a_session_loses_the_meter(home: Home) -> None:
    home.write("abcDEF012345")
    hems = home.hems()
    assert (
        hems.ask(json.dumps({"authentication_id": AUTHENTICATION_ID, "password": "abcDEF012345"}))["event"] == "joined"
    )
    call(home.folder, "radio", supply_point=home.supply_point, interference=60)
    assert hems.ask("read")["event"] == "lost"


@pytest.mark.parametrize("how", ["terminated", "left alone"])
def test_it_says_goodbye_to_the_meter_however_it_ends(home: Home, how: str) -> None:
    home.write("abcDEF012345")
    hems = home.hems()
    hems.ask(json.dumps({"authentication_id": AUTHENTICATION_ID, "password": "abcDEF012345"}))
    if how == "terminated":
        hems.process.terminate()
    assert hems.end()[0] == 0
    assert home.meter.communication.route_b.joined is None


def test_a_hems_without_power_takes_its_module_with_it_and_the_meter_notices_in_time(home: Home) -> None:
    home.write("abcDEF012345")
    hems = home.hems()
    hems.ask(json.dumps({"authentication_id": AUTHENTICATION_ID, "password": "abcDEF012345"}))
    hems.process.kill()
    hems.end()
    assert home.meter.communication.route_b.joined is not None
    time.sleep(home.town.clock.real_seconds(950))
    assert home.meter.communication.route_b.joined is None
    assert call(home.folder, "unplug_module", supply_point=home.supply_point) is False


def test_a_module_is_not_powered_by_nobody(home: Home) -> None:
    with pytest.raises(ConsoleError, match="no process"):
        call(home.folder, "plug_module", supply_point=home.supply_point, powered_by=2**22 + 1)


def test_two_hems_in_one_house(home: Home) -> None:
    home.write("abcDEF012345")
    typed = json.dumps({"authentication_id": AUTHENTICATION_ID, "password": "abcDEF012345"})
    first, second = home.hems(), home.hems("--module", "2")
    assert first.ask(typed)["event"] == "joined"
    assert second.ask(typed)["event"] == "refused"
    assert first.ask("read")["event"] == "reading"


@pytest.mark.parametrize("line", ["", "not json", '{"password": "abcDEF012345"}'])
def test_without_a_credential_it_says_what_it_needs(home: Home, line: str) -> None:
    hems = home.hems()
    said = hems.ask(line)
    assert said["event"] == "failed"
    assert "abcDEF" not in json.dumps(said)
    assert hems.end()[0] == 5


def test_without_a_town_it_says_so(tmp_path: Path, home: Home, letter: Path) -> None:
    home.folder = tmp_path / "nothing"
    home.folder.mkdir()
    hems = home.hems("--credentials-from-mail", ADDRESS, "--letter", str(letter))
    assert hems.hear()["event"] == "failed"
    assert hems.end()[0] == 5
