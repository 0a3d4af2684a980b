"""The five servers: each in its owner's own form, changed by the town, down, slow and wrong on demand."""

from __future__ import annotations

import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from keiki.bench.console import Console, ConsoleError
from keiki.bench.servers.customer import half_width
from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.bench.servers.servers import NAMES, Servers
from keiki.bench.servers.writing import era, era_minute
from keiki.bench.town.draw import case, draw_town
from keiki.bench.town.place import Place

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TOWN = draw_town(3)


@pytest.fixture
def place() -> Place:
    return case(TOWN, "plain")


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    built = Servers.build(tmp_path, TOWN, seed=3, now=NOW)
    yield built
    for server in built:
        server.quick()


def ask(servers: Servers, name: str, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(servers.folder / f"{name}.db", timeout=0.1)) as connection:
        return connection.execute(query).fetchall()


def test_five_databases_with_no_table_or_column_name_in_common(servers: Servers) -> None:
    seen: set[str] = set()
    for name in NAMES:
        tables = {str(table) for (table,) in ask(servers, name, "SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = {str(row[1]) for table in tables for row in ask(servers, name, f"PRAGMA table_info('{table}')")}
        assert not seen & (tables | columns)
        seen |= tables | columns
    assert not seen & {"supply_point", "medium", "capacity", "serial", "phase"}, "nothing in Keiki's terms"


def test_the_same_seed_builds_the_same_bytes_of_data(servers: Servers, tmp_path: Path) -> None:
    again = Servers.build(tmp_path / "again", TOWN, seed=3, now=NOW)
    for name in NAMES:
        with servers[name].transaction() as one, again[name].transaction() as other:
            assert list(one.iterdump()) == list(other.iterdump())


def test_the_configuration_names_the_folder_and_no_placeholder(servers: Servers) -> None:
    configuration = tomllib.loads(servers.sources_file.read_text(encoding="utf-8"))
    assert [source["id"] for source in configuration["source"]] == list(NAMES)
    assert all(source["url"].endswith(f"{servers.folder}/{source['id']}.db") for source in configuration["source"])


def test_a_server_that_is_down_has_no_file_and_loses_no_data(servers: Servers, place: Place) -> None:
    servers["supervisory"].down()
    assert servers["supervisory"].is_down
    assert not (servers.folder / "supervisory.db").exists()
    servers.follow_wall(place.supply_point, communication_serial="TCR0", state="normal", reading=NOW, now=NOW)
    servers["supervisory"].up()
    assert ("TCR0",) in ask(servers, "supervisory", "SELECT comm_sn FROM scs_meter")


def test_whoever_asks_a_slow_server_waits_and_its_own_writes_do_not(servers: Servers, place: Place) -> None:
    servers["supervisory"].slow()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        ask(servers, "supervisory", "SELECT * FROM scs_meter")
    servers.follow_wall(place.supply_point, communication_serial="TCR0", state="normal", reading=NOW, now=NOW)
    assert servers["supervisory"].is_slow
    servers["supervisory"].quick()
    assert ("TCR0",) in ask(servers, "supervisory", "SELECT comm_sn FROM scs_meter")


def test_a_meter_that_does_not_answer_keeps_its_last_reading(servers: Servers, place: Place) -> None:
    query = f"SELECT reach, comm_st, last_read_ms FROM scs_meter WHERE sp_no = '{place.supply_point}'"
    ((_, _, before),) = ask(servers, "supervisory", query)
    servers.follow_wall(place.supply_point, communication_serial="TCR0", state="abnormality", reading=None, now=NOW)
    assert ask(servers, "supervisory", query) == [(0, "ERR", before)]


def test_a_job_is_added_to_the_ledger_and_the_old_one_stays(servers: Servers, place: Place) -> None:
    units = type(place.installed)("TMC-RW1", "TCR0", "TMM-13-060SB", "TMS0", "", "", "TCV-N", date(2026, 1, 1))
    servers.record_construction(place.supply_point, units, day=NOW.date(), now=NOW)
    rows = ask(servers, "construction", "SELECT 最新, 通信製番 FROM 計器工事 ORDER BY 工事番号")
    assert len(rows) == len(TOWN) + 1
    assert rows[-1] == ("◎", "TCR0")
    assert ("", place.installed.communication_serial) in rows
    with pytest.raises(KeyError, match="no such supply point"):
        servers.record_construction("06" + "0" * 20, units, day=NOW.date(), now=NOW)


def test_a_refresh_moves_one_servers_clock_and_never_ahead_of_real_time(servers: Servers) -> None:
    servers.update("distribution", NOW + timedelta(days=100_000))
    ((stamp,),) = ask(servers, "distribution", "SELECT DISTINCT upd FROM haiden_point")
    assert abs(float(str(stamp)) - datetime.now(UTC).timestamp()) < 5
    assert ask(servers, "customer", "SELECT DISTINCT KIJUN_YMD FROM KEIYAKU_M") == [("20261119",)]
    servers.update_all(NOW)
    assert ask(servers, "customer", "SELECT DISTINCT KIJUN_YMD FROM KEIYAKU_M") == [("20261120",)]


def test_the_servers_are_found_by_name(servers: Servers) -> None:
    assert [server.name for server in servers] == list(NAMES)
    with pytest.raises(KeyError, match="customer, distribution"):
        servers["weather"]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2020, 1, 2), "令和2年1月2日"),
        (date(1989, 1, 8), "平成元年1月8日"),
    ],
)
def test_days_by_era(day: date, text: str) -> None:
    assert era(day) == text


def test_minutes_by_era_are_japans() -> None:
    assert era_minute(datetime(2026, 11, 22, 15, 5, tzinfo=UTC)) == "令和8年11月23日 0時5分"


@pytest.mark.parametrize(("kana", "half"), [("ヴァンダーリンデン", "ｳﾞｧﾝﾀﾞｰﾘﾝﾃﾞﾝ"), ("タカサキ　ノリコ", "ﾀｶｻｷ ﾉﾘｺ")])
def test_half_width_kana(kana: str, half: str) -> None:
    assert half_width(kana) == half


async def test_the_console_lets_data_go_wrong(servers: Servers, place: Place) -> None:
    console = Console()
    Misbehaviour(servers).register(console)
    await console.carry_out("contradict_serial", {"supply_point": place.supply_point})
    assert ("TCX999999999",) in ask(servers, "supervisory", "SELECT comm_sn FROM scs_meter")
    await console.carry_out("second_contract", {"supply_point": place.supply_point})
    assert len(ask(servers, "customer", "SELECT 1 FROM KEIYAKU_M")) == len(TOWN) + 1
    await console.carry_out("grow_old", {"name": "customer", "days": 30})
    with pytest.raises(ConsoleError, match="no such supply point"):
        await console.carry_out("contradict_serial", {"supply_point": "06"})
    with pytest.raises(ConsoleError, match="choose one of"):
        await console.carry_out("unknown_code", {"supply_point": place.supply_point, "name": "allocation"})
