"""The night shift: the servers learn of the walls when somebody enters them, and not before."""

import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keiki.bench.meters.clock import TownClock
from keiki.bench.meters.meter import World
from keiki.bench.meters.walls import Walls
from keiki.bench.nightly_work import NightlyWork
from keiki.bench.servers.servers import Servers
from keiki.bench.town.draw import case, draw_town

TOWN = draw_town(seed=7)
PLACE = case(TOWN, "already_wireless")


class Shift:
    def __init__(self, folder: Path) -> None:
        self.clock = TownClock()
        self.walls = Walls(TOWN, World(self.clock, 7, os.urandom))
        self.servers = Servers.build(folder, TOWN, seed=7, now=self.clock.now())
        self.night = NightlyWork(self.walls, self.servers, self.clock)

    def scs(self) -> dict[str, Any]:
        with self.servers["supervisory"].transaction() as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute("SELECT * FROM scs_meter WHERE sp_no = ?", (PLACE.supply_point,)).fetchone()
        return dict(found)

    def ledger(self) -> str:
        with self.servers["construction"].transaction() as connection:
            return json.dumps(connection.execute("SELECT * FROM 計器工事").fetchall(), ensure_ascii=False)


@pytest.fixture
def shift(tmp_path: Path) -> Iterator[Shift]:
    return Shift(tmp_path)


def test_a_changed_wall_is_entered_by_the_night_and_once(shift: Shift) -> None:
    meter = shift.walls[PLACE.supply_point]
    meter.replace_units(replace(meter.units, communication_serial="TCR999999999"))
    shift.night.remember(meter)
    assert "TCR999999999" not in shift.ledger()
    assert shift.scs()["comm_sn"] != "TCR999999999"
    assert shift.night.tick()["recorded"] == [PLACE.supply_point]
    assert "TCR999999999" in shift.ledger()
    assert shift.scs()["comm_sn"] == "TCR999999999"
    assert shift.night.tick()["recorded"] == []


def test_the_poll_sees_what_became_of_a_meter_and_its_repair(shift: Shift) -> None:
    well = shift.scs()
    meter = shift.walls[PLACE.supply_point]
    meter.damage.unreachable = True
    meter.communication.fail()
    shift.night.tick()
    ill = shift.scs()
    assert (ill["reach"], ill["comm_st"] == well["comm_st"]) == (0, False)
    meter.damage.unreachable = False
    meter.communication.repair()
    shift.night.tick()
    assert (shift.scs()["reach"], shift.scs()["comm_st"]) == (1, well["comm_st"])


@pytest.mark.parametrize("state", ["down", "up", "slow", "quick", "update"])
def test_a_data_server_is_set_by_name(shift: Shift, state: str) -> None:
    assert shift.night.data_server("customer", state) == {"name": "customer", "state": state}
    assert shift.servers["customer"].is_down == (state == "down")
    assert shift.servers["customer"].is_slow == (state == "slow")
    shift.night.data_server("customer", "quick")
    with pytest.raises(ValueError, match="can be set"):
        shift.night.data_server("customer", "sideways")
    with pytest.raises(KeyError, match="no data server"):
        shift.night.data_server("coffee", "down")
