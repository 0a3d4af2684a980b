"""Linking over five real databases: what each said, as of when; the dead, the slow, the stale and the wrong."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from integrators_log import detail

from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.bench.servers.servers import NAMES, Servers
from keiki.bench.town.draw import CASES, case
from keiki.bench.town.models import COMMUNICATION, METERING
from keiki.bench.town.place import Place
from keiki.domain.linkage.decision import Blocked, DecisionInputs, RouteBApplication, decision_inputs
from keiki.domain.linkage.record import Records, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import Sources, SourceUnavailableError
from keiki.office.sources.asking import MOST_OVERDUE

WIRELESS = RouteBApplication(route_b="wireless")
LIMIT, SLACK = 0.5, 1.0


def problems(sources: Sources, point: SupplyPoint, now: datetime) -> list[str]:
    found = decision_inputs(sources.link(point, now), WIRELESS)
    return [problem.code for problem in found.problems] if isinstance(found, Blocked) else []


def test_every_place_of_the_town_is_linked_whole(
    sources: Sources, drawn: tuple[Place, ...], asked_at: datetime
) -> None:
    for place in drawn:
        record = sources.link(SupplyPoint(place.supply_point), asked_at)
        assert [answer.source.id for answer in record.answers] == list(NAMES)
        assert not [reject for answer in record.answers for reject in answer.rejects]
        found = decision_inputs(record, WIRELESS)
        assert isinstance(found, DecisionInputs)
        assert found.needs == {
            "medium": place.medium,
            "route_b": "wireless",
            "two_way": place.renewable,
            "phase": place.phase,
            "capacity": place.capacity,
            "remote_switching": place.remote_switching,
            "voltage_measurement": place.voltage_measurement,
            "rain": place.rain_exposed,
        }
        communication, metering = COMMUNICATION[place.installed.communication], METERING[place.installed.metering]
        assert record.only("communication_medium").value == communication.medium
        assert record.only("communication_route_b").value == communication.route_b
        assert record.only("communication_two_way").value == communication.two_way
        assert record.only("metering_phase").value == metering.phase
        assert record.only("metering_capacity").value == metering.capacity
        assert record.only("metering_two_way").value == metering.two_way
        assert record.only("metering_route_b").value == metering.route_b
        assert record.only("metering_serial").value == place.installed.metering_serial
        assert record.only("option_serial").value == (place.installed.option_serial or None)
        assert record.only("certified").value == place.installed.certified
        assert record.only("depot").value == place.depot
        assert record.only("housing").value == place.housing
        assert record.only("contract_type").value == place.contract


def test_units_are_named_by_the_catalogues_ids(sources: Sources, drawn: tuple[Place, ...], asked_at: datetime) -> None:
    ids = {
        name: decision_inputs(sources.link(SupplyPoint(case(drawn, name).supply_point), asked_at), WIRELESS).installed
        for name in CASES
    }
    assert tuple(ids["already_wireless"].values()) == ("RF-W1", "3W60-1B", "NONE", "CV-N")
    assert tuple(ids["flat_plc"].values()) == ("PL-N1", "2W30-1N", "SW2W30", "CV-N")
    assert tuple(ids["voltage"].values()) == ("RF-N2", "3W120-2N", "VM3W120", "CV-N")


def test_each_source_has_a_clock_of_its_own(sources: Sources, point: SupplyPoint, asked_at: datetime) -> None:
    record = sources.link(point, asked_at)
    times = [answer.as_of for answer in record.answers]
    assert len(set(times)) == 5
    assert all(moment and moment < asked_at for moment in times)
    assert {fact.asked_at for a in record.answers for row in a.rows for fact in row.facts.values()} == {asked_at}


@pytest.mark.parametrize("name", NAMES)
def test_a_dead_server_is_unavailable_since_then_and_comes_back(
    sources: Sources, servers: Servers, point: SupplyPoint, asked_at: datetime, name: str
) -> None:
    servers[name].down()
    started = time.monotonic()
    sources.link(point, asked_at)
    outcome = sources.link(point, asked_at + timedelta(minutes=5)).answer(name).outcome
    assert time.monotonic() - started < SLACK
    assert isinstance(outcome, Unavailable)
    assert outcome.since == asked_at
    assert not (servers.folder / f"{name}.db").exists(), "asking makes no file"
    servers[name].up()
    assert isinstance(sources.link(point, asked_at).answer(name).outcome, Records)
    servers[name].down()
    later = asked_at + timedelta(minutes=9)
    again = sources.link(point, later).answer(name).outcome
    assert isinstance(again, Unavailable)
    assert again.since == later


def test_slow_servers_delay_nobody_beyond_the_limit(
    hasty: Sources, servers: Servers, point: SupplyPoint, asked_at: datetime
) -> None:
    for name in ("customer", "construction", "supervisory"):
        servers[name].slow()
    started = time.monotonic()
    record = hasty.link(point, asked_at)
    assert time.monotonic() - started < LIMIT + SLACK, "limits run side by side, not one after the other"
    silent = [answer.source.id for answer in record.answers if isinstance(answer.outcome, Unavailable)]
    assert silent == ["customer", "construction", "supervisory"]
    assert "within 0.5 s" in record.answer("customer").outcome.reason[1]


def test_an_endless_query_ends_at_its_limit_and_leaves_no_thread(servers: Servers, asked_at: datetime) -> None:
    text = servers.sources_file.read_text(encoding="utf-8").replace('timeout = "2s"', 'timeout = "200ms"')
    endless = 'query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i), :key FROM n"'
    text = text.replace(
        'query = "SELECT spid, tatemono, keiro, amegakari, vmeas, upd FROM haiden_point WHERE spid = :key"', endless
    )
    assert endless in text
    sources = Sources.from_toml(text)
    outcome = sources.link(SupplyPoint("06" + "1" * 20), asked_at).answer("distribution").outcome
    assert isinstance(outcome, Unavailable)
    sources.close()
    deadline = time.monotonic() + 2
    while any(t.name == "source-distribution" for t in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [t for t in threading.enumerate() if t.name == "source-distribution"]


def test_a_driver_that_hangs_holds_up_nobody_and_is_not_asked_without_end(
    hasty: Sources, servers: Servers, point: SupplyPoint, asked_at: datetime
) -> None:
    """A named pipe in the database's place: opening it waits for ever, whatever limit the driver was given."""
    path = servers.folder / "distribution.db"
    path.unlink()
    os.mkfifo(path)
    try:
        started = time.monotonic()
        record = hasty.link(point, asked_at)
        assert LIMIT <= time.monotonic() - started < LIMIT + SLACK
        assert [a.source.id for a in record.answers if isinstance(a.outcome, Unavailable)] == ["distribution"]
        with ThreadPoolExecutor(MOST_OVERDUE) as askers:
            list(askers.map(lambda _: hasty.link(point, asked_at), range(MOST_OVERDUE)))
        started = time.monotonic()
        outcome = hasty.link(point, asked_at).answer("distribution").outcome
        assert time.monotonic() - started < LIMIT
        assert isinstance(outcome, Unavailable)
        assert "have not come back" in outcome.reason[1]
    finally:
        deadline = time.monotonic() + 5
        while any(t.name == "source-distribution" for t in threading.enumerate()) and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            time.sleep(0.01)
    path.unlink()
    assert "FileNotFoundError" in detail(hasty, point, asked_at, "distribution")


def test_many_may_ask_at_once(sources: Sources, drawn: tuple[Place, ...], asked_at: datetime) -> None:
    points = [SupplyPoint(place.supply_point) for place in drawn]
    with ThreadPoolExecutor(24) as askers:
        records = list(askers.map(lambda point: sources.link(point, asked_at), points * 2))
    assert [record.supply_point for record in records] == points * 2
    assert all(len(answer.rows) == 1 for record in records for answer in record.answers)


def test_rows_of_another_point_are_rejected_whole(servers: Servers, point: SupplyPoint, asked_at: datetime) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    wrong = text.replace("FROM haiden_point WHERE spid = :key", "FROM haiden_point WHERE spid <> :key LIMIT 2")
    assert wrong != text
    answer = Sources.from_toml(wrong).link(point, asked_at).answer("distribution")
    assert answer.rows == ()
    assert [(reject.row, reject.column, reject.masked) for reject in answer.rejects] == [
        (1, "spid", "9" * 21),
        (2, "spid", "9" * 21),
    ]
    assert all(reject.terms == answer.source.terms for reject in answer.rejects)
    assert "another supply point's" in answer.rejects[0].reason[1]


@pytest.mark.parametrize(
    ("name", "damage", "column"),
    [
        ("construction", "UPDATE 台帳基準 SET 基準日時 = '令和8年13月1日'", "基準日時"),
        ("customer", "UPDATE KEIYAKU_M SET KIJUN_YMD = '00000000'", "KIJUN_YMD"),
        ("supervisory", "UPDATE scs_meter SET polled = ''", "polled"),
    ],
)
def test_a_row_whose_time_cannot_be_read_is_rejected_whole(
    sources: Sources, servers: Servers, point: SupplyPoint, asked_at: datetime, name: str, damage: str, column: str
) -> None:
    with servers[name].transaction() as connection:
        connection.execute(damage)
    answer = sources.link(point, asked_at).answer(name)
    assert answer.rows == ()
    assert [(reject.column, reject.terms) for reject in answer.rejects] == [(column, answer.source.terms)]
    assert problems(sources, point, asked_at) == ["unreadable"]


def test_a_column_that_went_missing_is_said_by_name(servers: Servers, point: SupplyPoint, asked_at: datetime) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    wrong = text.replace("SELECT spid, tatemono, keiro,", "SELECT spid, tatemono,")
    assert wrong != text
    (reject,) = Sources.from_toml(wrong).link(point, asked_at).answer("distribution").rejects
    assert (reject.column, reject.masked) == ("keiro", "(empty)")
    assert "no such column" in reject.reason[1]


def test_which_of_two_columns_of_one_name_is_meant_is_not_guessed(
    servers: Servers, point: SupplyPoint, asked_at: datetime
) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    wrong = text.replace("SELECT spid, tatemono, keiro,", "SELECT spid, tatemono, keiro, 'PLC' AS keiro,")
    assert wrong != text
    (reject,) = Sources.from_toml(wrong).link(point, asked_at).answer("distribution").rejects
    assert reject.column == "keiro"
    assert "has it twice" in reject.reason[1]


def test_bytes_and_fractions_are_no_texts(servers: Servers, point: SupplyPoint, asked_at: datetime) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    for cell in ("CAST(comm_sn AS BLOB)", "12345.0"):
        wrong = text.replace("SELECT sp_no, comm_sn,", f"SELECT sp_no, {cell} AS comm_sn,")
        assert wrong != text
        (reject,) = Sources.from_toml(wrong).link(point, asked_at).answer("supervisory").rejects
        assert reject.terms == ("seen_communication_serial",)
        assert "is not a text" in reject.reason[1]


def test_a_source_without_a_row_knows_nobody(sources: Sources, servers: Servers) -> None:
    assert not sources.is_empty("distribution")
    with servers["distribution"].transaction() as connection:
        connection.execute("DELETE FROM haiden_point")
    assert sources.is_empty("distribution")


def test_the_sources_cannot_be_written(sources: Sources, servers: Servers) -> None:
    with pytest.raises(SourceUnavailableError):
        sources.rows("customer", "DELETE FROM KEIYAKU_M", {})
    with servers["customer"].transaction() as connection:
        assert connection.execute("SELECT count(*) FROM KEIYAKU_M").fetchone() == (30,)


def test_reading_changes_not_a_byte(sources: Sources, servers: Servers, point: SupplyPoint, asked_at: datetime) -> None:
    files = sorted(servers.folder.glob("*.db*"))
    before = [path.read_bytes() for path in files]
    sources.link(point, asked_at)
    assert sorted(servers.folder.glob("*.db*")) == files
    assert [path.read_bytes() for path in files] == before


def test_what_the_servers_do_wrong_blocks_with_its_name(
    sources: Sources, servers: Servers, point: SupplyPoint, place: Place, asked_at: datetime
) -> None:
    wrong = Misbehaviour(servers)
    wrong.contradict_serial(place.supply_point)
    assert problems(sources, point, asked_at) == ["serial-differs"]
    wrong.second_contract(place.supply_point)
    assert problems(sources, point, asked_at) == ["two-current-contracts", "serial-differs"]
    wrong.unknown_code(place.supply_point, "distribution")
    assert problems(sources, point, asked_at) == ["unreadable", "two-current-contracts", "serial-differs"]
    wrong.grow_old("construction", days=4)
    assert problems(sources, point, asked_at)[1] == "stale"


@pytest.mark.parametrize("name", ["customer", "distribution", "construction", "supervisory"])
def test_an_unknown_code_is_reported_masked_and_never_guessed(
    sources: Sources, servers: Servers, point: SupplyPoint, place: Place, asked_at: datetime, name: str
) -> None:
    Misbehaviour(servers).unknown_code(place.supply_point, name)
    answer = sources.link(point, asked_at).answer(name)
    assert answer.rejects
    for reject in answer.rejects:
        assert (reject.source, reject.row) == (name, 1)
        assert reject.masked in {"ﾐﾃ", "AAA", "AAA-999", "??"}
        assert not set(reject.terms) & set(answer.rows[0].facts)


def test_after_the_visit_the_records_say_the_new_units_and_agree(
    sources: Sources, servers: Servers, point: SupplyPoint, place: Place, asked_at: datetime
) -> None:
    serial = sources.serials(place.depot, "RF-W2")[0]
    units = type(place.installed)("TMC-RW2", serial, "TMM-13-060TB", "TMT000000001", "", "", "TCV-R", date(2026, 4, 1))
    stock = sources.stock(place.depot)
    servers.record_construction(place.supply_point, units, day=asked_at.date(), now=asked_at)
    assert problems(sources, point, asked_at) == ["serial-differs"], "supervisory control has not seen it yet"
    servers.follow_wall(place.supply_point, communication_serial=serial, state="normal", reading=asked_at, now=asked_at)
    found = decision_inputs(sources.link(point, asked_at), WIRELESS)
    assert isinstance(found, DecisionInputs)
    assert tuple(found.installed.values()) == ("RF-W2", "3W60-2B", "NONE", "CV-R")
    assert found.notes == ()
    assert sources.stock(place.depot) == {**stock, "RF-W2": stock["RF-W2"] - 1, "CV-R": stock["CV-R"] - 1}
    assert serial not in sources.serials(place.depot, "RF-W2")


def test_a_move_out_ends_the_contract(
    sources: Sources, servers: Servers, point: SupplyPoint, place: Place, asked_at: datetime
) -> None:
    servers.move_out(place.supply_point, day=asked_at.date() - timedelta(days=3))
    assert problems(sources, point, asked_at) == ["ended", "read-after-move-out"]


def test_a_time_without_zone_is_refused(sources: Sources, point: SupplyPoint, asked_at: datetime) -> None:
    with pytest.raises(ValueError, match="no zone"):
        sources.link(point, asked_at.replace(tzinfo=None))


def test_a_point_that_nobody_knows(sources: Sources, asked_at: datetime) -> None:
    record = sources.link(SupplyPoint("06" + "9" * 20), asked_at)
    assert all(answer.rows == () for answer in record.answers)
    assert problems(sources, record.supply_point, asked_at) == ["unknown-point"] * 4


def test_a_damaged_database_is_unavailable_and_says_nothing_of_its_data(
    sources: Sources, servers: Servers, point: SupplyPoint, asked_at: datetime
) -> None:
    (Path(servers.folder) / "customer.db").write_bytes(b"no database " * 400)
    said = detail(sources, point, asked_at, "customer")
    assert "DatabaseError" in said
    assert point.number[-6:] not in said


@pytest.mark.parametrize(
    ("name", "damage", "term"),
    [
        ("distribution", "UPDATE haiden_point SET keiro = CAST(X'8F5D8361' AS TEXT)", "medium"),
        ("construction", "UPDATE 計器工事 SET 通信製番 = CAST(X'8F5D8361' AS TEXT)", "communication_serial"),
        ("construction", "UPDATE 計器工事 SET 計量製番 = 'TMS' || char(0xE000)", "metering_serial"),
        ("supervisory", "UPDATE scs_meter SET comm_sn = ''", "seen_communication_serial"),
    ],
)
def test_text_that_cannot_be_read_costs_that_fact_only(
    sources: Sources, servers: Servers, point: SupplyPoint, asked_at: datetime, name: str, damage: str, term: str
) -> None:
    with servers[name].transaction() as connection:
        connection.execute(damage)
    answer = sources.link(point, asked_at).answer(name)
    assert [reject.terms for reject in answer.rejects] == [(term,)]
    assert term not in answer.rows[0].facts
