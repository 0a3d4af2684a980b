"""Owners on real PostgreSQL and MariaDB: what they say, their limits, their crashes, and that nothing is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from owners_engines import NAME, OWNERS, Moved, on_mariadb, on_postgresql, query_of

from engines import Absent, without
from keiki.bench.servers.servers import Servers
from keiki.bench.town.place import Place
from keiki.domain.linkage.record import Records, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import ConfigurationError, Sources
from keiki.office.sources.configuration import read_configuration
from keiki.office.sources.health import check_sources
from mariadb_engine import MariaDB

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # the server may have to be installed first
LIMIT, SLACK = 1.5, 2.0


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    try:
        server = MariaDB()
    except Absent as absent:
        without(absent)
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def moved(request: pytest.FixtureRequest, built: Path) -> Moved:
    server = request.getfixturevalue(request.param)
    return on_mariadb(server, built) if isinstance(server, MariaDB) else on_postgresql(server, built)


@pytest.fixture
def text(moved: Moved, servers: Servers, tmp_path: Path) -> str:
    return moved.text(servers, tmp_path)


@pytest.fixture
def linked(text: str) -> Iterator[Sources]:
    made = Sources.from_toml(text)
    yield made
    made.close()


def outcome(sources: Sources, point: SupplyPoint, now: datetime, owner: str = "distribution") -> Records | Unavailable:
    return sources.link(point, now).answer(owner).outcome


def count(moved: Moved, query: str, database: str = "distribution") -> int:
    with moved.server.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        (found,) = cursor.fetchone()
        return int(found)


def test_every_place_is_linked_as_from_its_owners_files(
    linked: Sources, sources: Sources, drawn: tuple[Place, ...], asked_at: datetime
) -> None:
    for place in drawn:
        point = SupplyPoint(place.supply_point)
        for owner in OWNERS:
            answer = outcome(linked, point, asked_at, owner)
            assert isinstance(answer, Records)
            assert len(answer.rows) == 1
            assert answer == outcome(sources, point, asked_at, owner)


def test_the_check_counts_them_and_finds_them_well(text: str, asked_at: datetime) -> None:
    found = {each.source: each for each in check_sources(read_configuration(text), asked_at)}
    assert [(found[name].well, found[name].rows, found[name].read) for name in OWNERS] == [(True, 30, 30)] * 2


def test_a_name_in_the_owners_old_encoding_comes_as_it_is_written(linked: Sources) -> None:
    assert linked.rows("construction", "SELECT name FROM names", {}) == [{"name": NAME}]


def test_percent_signs_and_colons_of_a_query_come_through(linked: Sources, text: str, asked_at: datetime) -> None:
    query = "SELECT '5%s' AS share, '12\\:34' AS hour FROM haiden_point WHERE spid <> :key AND keiro LIKE 'M%'"
    assert {"share": "5%s", "hour": "12:34"} in linked.rows("distribution", query, {"key": "1"})
    few = text.replace('vmeas, upd FROM haiden_point"', "vmeas, upd FROM haiden_point WHERE keiro LIKE 'P%'\"")
    (found,) = [each for each in check_sources(read_configuration(few), asked_at) if each.source == "distribution"]
    assert found.well
    assert 0 < found.rows == found.read < 30


def test_whether_it_knows_anybody_is_asked_of_the_survey(linked: Sources, text: str) -> None:
    assert [linked.is_empty(owner) for owner in OWNERS] == [False] * 2
    nobody = text.replace('vmeas, upd FROM haiden_point"', 'vmeas, upd FROM haiden_point WHERE 1 = 0"')
    assert nobody != text
    sources = Sources.from_toml(nobody)
    assert sources.is_empty("distribution")
    sources.close()


def test_which_of_two_columns_of_one_name_is_meant_is_not_guessed(
    text: str, point: SupplyPoint, asked_at: datetime
) -> None:
    sources = Sources.from_toml(
        text.replace("SELECT spid, tatemono, keiro,", "SELECT spid, tatemono, keiro, 1 AS keiro,")
    )
    (reject,) = sources.link(point, asked_at).answer("distribution").rejects
    assert reject.column == "keiro"
    sources.close()


def test_a_slow_query_ends_at_its_limit_here_and_at_the_server(
    text: str, moved: Moved, point: SupplyPoint, asked_at: datetime
) -> None:
    query = query_of(text, "distribution")
    sources = Sources.from_toml(text.replace(query, query.replace("upd FROM", f"upd, {moved.sleep} AS late FROM")))
    started = time.monotonic()
    record = sources.link(point, asked_at)
    assert time.monotonic() - started < LIMIT + SLACK
    slow = record.answer("distribution").outcome
    assert isinstance(slow, Unavailable)
    assert "within 1.5 s" in slow.reason[1]
    assert isinstance(record.answer("construction").outcome, Records), "nobody else is held up"
    time.sleep(0.5)
    assert count(moved, moved.running) == 0, "the server has given up as well"
    sources.close()


def test_a_batch_that_locks_its_table_delays_nobody_longer(
    linked: Sources, moved: Moved, point: SupplyPoint, asked_at: datetime
) -> None:
    with moved.server.connect("distribution") as batch, batch.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(moved.lock)
        started = time.monotonic()
        assert isinstance(outcome(linked, point, asked_at), Unavailable)
        assert time.monotonic() - started < LIMIT + SLACK
    assert isinstance(outcome(linked, point, asked_at), Records)


def test_a_server_that_crashed_is_unavailable_since_then_and_comes_back(
    linked: Sources, moved: Moved, point: SupplyPoint, asked_at: datetime
) -> None:
    assert isinstance(outcome(linked, point, asked_at), Records)
    moved.server.kill()
    try:
        outcome(linked, point, asked_at)
        later = outcome(linked, point, asked_at + timedelta(minutes=5))
    finally:
        moved.server.start()
    assert isinstance(later, Unavailable)
    assert later.since == asked_at
    assert isinstance(outcome(linked, point, asked_at), Records)
    moved.server.kill()
    moved.server.start()
    assert isinstance(outcome(linked, point, asked_at), Records), "the first question after a restart is answered"


def test_an_account_that_may_write_writes_nothing(
    text: str, moved: Moved, point: SupplyPoint, asked_at: datetime
) -> None:
    assert query_of(text, "distribution") in text
    sources = Sources.from_toml(text.replace(query_of(text, "distribution"), moved.writes))
    assert isinstance(outcome(sources, point, asked_at), Unavailable)
    sources.close()
    assert count(moved, "SELECT count(*) FROM names") == 1


def test_a_wrong_password_is_refused_by_the_server_and_shown_nowhere(
    text: str,
    moved: Moved,
    tmp_path: Path,
    point: SupplyPoint,
    asked_at: datetime,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "password").write_text("wrong-secret")
    sources = Sources.from_toml(text)
    refused = outcome(sources, point, asked_at)
    assert isinstance(refused, Unavailable)
    (health, *_) = [each for each in check_sources(sources.configuration, asked_at, 3.0) if each.source == OWNERS[0]]
    assert not health.reachable
    sources.close()
    shown = repr(refused) + repr(health) + repr(sources.configuration) + repr(vars(sources)) + caplog.text
    shown += "".join(capfd.readouterr())
    assert "wrong-secret" not in shown
    assert moved.password not in shown


def test_a_password_that_others_may_read_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "password").chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        Sources.from_toml(text)
