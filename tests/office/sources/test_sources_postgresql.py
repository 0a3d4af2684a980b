"""PostgreSQL's way without threads: the same answers, and every trouble ends as it does for all databases."""

from __future__ import annotations

import os
import re
import select
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from owners_engines import Moved, on_postgresql, query_of
from sqlalchemy.engine import make_url

from keiki.bench.servers.servers import Servers
from keiki.bench.town.place import Place
from keiki.domain.linkage.record import Records, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import Sources
from keiki.office.sources.asking import MOST_ROWS, Rows
from keiki.office.sources.postgresql import PostgresqlConnections, SentQuery
from postgresql_engine import PostgreSQL

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # the server may have to be installed first
LIMIT, SLACK = 1.5, 2.0
EVERY_KIND = """
SELECT NULL AS nothing, 1::bigint AS whole, 1.50::numeric AS exact, 0.1::float8 AS near, true AS yes,
       'ﾅｼ'::text AS words,
       '2026-11-26'::date AS day, '2026-11-26 09:00+09'::timestamptz AS moment, '09:00'::time AS hour,
       ARRAY[1, 2] AS many, '\\x00ff'::bytea AS raw, '{"a": 1}'::jsonb AS json, 1 AS twice, 2 AS twice, :key AS asked
"""


@pytest.fixture(scope="module")
def moved(postgresql: PostgreSQL, built: Path) -> Moved:
    return on_postgresql(postgresql, built)


@pytest.fixture
def text(moved: Moved, servers: Servers, tmp_path: Path) -> str:
    return moved.text(servers, tmp_path)


@pytest.fixture
def linked(text: str, point: SupplyPoint, asked_at: datetime) -> Iterator[Sources]:
    """Sources that have been asked before, so that their connections know the questions."""
    made = Sources.from_toml(text)
    made.link(point, asked_at)
    yield made
    made.close()


@pytest.fixture
def connections(moved: Moved) -> Iterator[PostgresqlConnections]:
    url = make_url(moved.url + "distribution").set(password=moved.password)
    made = PostgresqlConnections(url, ["SET statement_timeout = 1500"], LIMIT)
    yield made
    made.close()


def taken(sent: SentQuery | None) -> Rows:
    assert sent is not None
    for _ in range(1000):
        select.select([sent.fileno()], [], [], 5)
        rows = sent.rows()
        if rows is not None:
            return rows
    raise AssertionError("the answer never ends")


def threads() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if each.name == "source-distribution"}


def outcome(sources: Sources, point: SupplyPoint, now: datetime) -> Records | Unavailable:
    return sources.link(point, now).answer("distribution").outcome


@contextmanager
def frozen(server: PostgreSQL) -> Iterator[None]:
    """Let the server hang: connections are taken, and nothing is answered."""
    (parent,) = [int(line) for line in (server.folder / "data/postmaster.pid").read_text().splitlines()[:1]]
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    everyone = [parent, *map(int, children)]
    for each in everyone:
        os.kill(each, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in reversed(everyone):
            os.kill(each, signal.SIGCONT)


def test_a_sent_question_is_answered_as_one_that_a_thread_puts(connections: PostgresqlConnections) -> None:
    assert connections.send(EVERY_KIND, {"key": "1"}) is None, "nobody is connected yet"
    put = connections.rows(EVERY_KIND, {"key": "髙'1%s"})
    assert taken(connections.send(EVERY_KIND, {"key": "髙'1%s"})) == put
    assert [list(row) for row in put] == [list(dict.fromkeys(put[0]))]
    assert put[0]["asked"] == "髙'1%s"


ODD_CELLS = {
    "infinity::timestamptz": "'infinity'::timestamptz",
    "-infinity::date": "'-infinity'::date",
    "year 20000": "'20000-01-01 00:00'::timestamp",
    "before Christ": "'0044-03-15 BC'::date",
    "midnight at the end": "'24:00'::time",
    "an interval of ages": "'170000000 years'::interval",
    "infinity in a list": "ARRAY['infinity'::timestamptz]",
}


@pytest.mark.parametrize("cell", ODD_CELLS)
def test_a_cell_that_python_cannot_hold_comes_as_its_text(connections: PostgresqlConnections, cell: str) -> None:
    query = f"SELECT {ODD_CELLS[cell]} AS odd, :key AS asked"
    connections.send(query, {"key": "1"})
    put = connections.rows(query, {"key": "1"})
    assert [row["asked"] for row in put] == ["1"]
    assert taken(connections.send(query, {"key": "1"})) == put


@pytest.fixture
def ascii_owner(postgresql: PostgreSQL, moved: Moved) -> Iterator[PostgresqlConnections]:
    """A database that knows no encoding, with a text in UTF-8, one in cp932, and Japanese names."""
    postgresql.say("DROP DATABASE IF EXISTS plain_bytes WITH (FORCE)")
    postgresql.say("CREATE DATABASE plain_bytes OWNER keiki_reads TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    with postgresql.connect("plain_bytes", user="keiki_reads", password=moved.password) as connection:
        connection.execute('CREATE TABLE "地点" ("番号" text, "氏名" text, "数" int)'.encode())
        put = """INSERT INTO "地点" VALUES (%s, convert_from(%b, 'SQL_ASCII'), 7)""".encode()
        for number, name in (("1", "髙橋".encode()), ("2", "佐藤".encode("cp932"))):
            connection.execute(put, [number, name])
    url = make_url(moved.url + "plain_bytes").set(password=moved.password)
    made = PostgresqlConnections(url, ["SET statement_timeout = 1500"], LIMIT)
    yield made
    made.close()


def test_one_byte_that_is_no_utf8_costs_its_cell_and_not_the_answer(ascii_owner: PostgresqlConnections) -> None:
    query = 'SELECT "番号", "氏名", "数", :key AS asked FROM "地点" ORDER BY 1'
    assert ascii_owner.send(query, {"key": "髙"}) is None
    put = ascii_owner.rows(query, {"key": "髙"})
    assert put == [
        {"番号": "1", "氏名": "髙橋", "数": 7, "asked": "髙"},
        {"番号": "2", "氏名": "佐藤".encode("cp932"), "数": 7, "asked": "髙"},
    ]
    assert taken(ascii_owner.send(query, {"key": "髙"})) == put
    assert len(ascii_owner.first('SELECT "氏名" FROM "地点"')) == 2


def test_an_infinite_as_of_costs_its_row_and_an_infinite_fact_its_fact(
    text: str, point: SupplyPoint, asked_at: datetime
) -> None:
    query = query_of(text, "distribution")
    for odd, column in (("'infinity'::timestamptz", "upd"), ("'-infinity'::timestamp", "keiro")):
        changed = re.sub(rf"\b{column}\b", f"{odd} AS {column}", query, count=1)
        sources = Sources.from_toml(text.replace(query, changed))
        for _ in range(2):
            found = sources.link(point, asked_at).answer("distribution").outcome
            assert isinstance(found, Records)
            assert [reject.column for reject in found.rejects] == [column]
        sources.close()


def test_no_more_rows_are_taken_than_by_a_thread(connections: PostgresqlConnections) -> None:
    query = f"SELECT number FROM generate_series(1, {MOST_ROWS + 5}) AS number WHERE :key <> ''"
    connections.send(query, {"key": "1"})
    put = connections.rows(query, {"key": "1"})
    assert taken(connections.send(query, {"key": "1"})) == put
    assert len(put) == MOST_ROWS


def test_a_server_that_gives_up_was_too_slow(connections: PostgresqlConnections) -> None:
    query = "SELECT pg_sleep(CAST(:key AS float))"
    connections.send(query, {"key": "0"})
    connections.rows(query, {"key": "0"})
    sent = connections.send(query, {"key": "20"})
    with pytest.raises(TimeoutError):
        taken(sent)
    assert sent is not None
    sent.forget()


def test_a_query_that_cannot_be_prepared_is_put_by_a_thread_for_ever(connections: PostgresqlConnections) -> None:
    for _ in range(3):
        assert connections.send("SHOW server_encoding", {}) is None
        assert connections.rows("SHOW server_encoding", {}) == [{"server_encoding": "UTF8"}]


def test_the_second_look_up_needs_no_thread(linked: Sources, point: SupplyPoint, asked_at: datetime) -> None:
    before = threads()
    started = [each.name for each in before]
    for thread in before:
        thread.join(0)
    linked._askers["distribution"].close()  # its threads end; a new one would be seen
    for thread in before:
        thread.join(2)
    assert isinstance(outcome(linked, point, asked_at), Records)
    assert threads() - before == set(), started


def test_many_at_once_each_get_their_own_answer(
    linked: Sources, drawn: tuple[Place, ...], sources: Sources, asked_at: datetime
) -> None:
    points = [SupplyPoint(place.supply_point) for place in drawn] * 6
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda point: outcome(linked, point, asked_at), points))
    assert found == [outcome(sources, point, asked_at) for point in points]


def test_a_locked_table_costs_its_limit_and_nothing_is_left_of_the_question(
    linked: Sources, moved: Moved, point: SupplyPoint, asked_at: datetime
) -> None:
    with moved.server.connect("distribution") as batch, batch.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(moved.lock)
        started = time.monotonic()
        record = linked.link(point, asked_at)
        assert LIMIT - 0.1 < time.monotonic() - started < LIMIT + SLACK
        slow = record.answer("distribution")
        assert isinstance(slow.outcome, Unavailable)
        assert "within 1.5 s" in slow.outcome.reason[1]
        assert isinstance(record.answer("construction").outcome, Records)
        assert record.answer("construction").took < LIMIT / 2, "nobody else is held up"
        time.sleep(0.5)
        cursor.execute(moved.running)
        assert cursor.fetchone() == (0,), "the server has given up as well"
    assert isinstance(outcome(linked, point, asked_at), Records)


def test_a_server_that_hangs_costs_its_limit_and_comes_back(
    linked: Sources, postgresql: PostgreSQL, point: SupplyPoint, asked_at: datetime
) -> None:
    assert isinstance(outcome(linked, point, asked_at), Records)
    with frozen(postgresql):
        for _ in range(2):
            started = time.monotonic()
            assert isinstance(outcome(linked, point, asked_at), Unavailable)
            assert time.monotonic() - started < LIMIT + SLACK
    end = time.monotonic() + 20
    while isinstance(outcome(linked, point, asked_at), Unavailable):
        assert time.monotonic() < end


def test_an_owner_who_changes_a_column_is_read_as_it_is_now(
    linked: Sources, moved: Moved, text: str, point: SupplyPoint, asked_at: datetime
) -> None:
    assert query_of(text, "distribution") in text
    before = outcome(linked, point, asked_at)
    change = "ALTER TABLE haiden_point ALTER COLUMN keiro TYPE {}"
    moved.server.say(change.format("char(8)"), database="distribution")
    try:
        assert outcome(linked, point, asked_at) == before, "blanks around a code mean nothing"
        moved.server.say("ALTER TABLE haiden_point RENAME COLUMN keiro TO route", database="distribution")
        assert isinstance(outcome(linked, point, asked_at), Unavailable)
        moved.server.say("ALTER TABLE haiden_point RENAME COLUMN route TO keiro", database="distribution")
    finally:
        moved.server.say(change.format("varchar(100) USING rtrim(keiro)"), database="distribution")
    assert outcome(linked, point, asked_at) == before
