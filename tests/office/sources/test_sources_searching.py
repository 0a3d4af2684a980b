"""Finding supply points by customer number, address part and serial number, in the town's own servers."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from engines import Absent, without
from keiki.bench.servers.customer import SCHEMA
from keiki.bench.servers.servers import Servers, sources_text
from keiki.bench.servers.writing import hyphenated
from keiki.bench.town.place import Place
from keiki.office.sources import ConfigurationError, SearchKind, SearchRefused, Sources
from postgresql_engine import PostgreSQL

NUMBER, ADDRESS, SERIAL = SearchKind.CUSTOMER_NUMBER, SearchKind.ADDRESS, SearchKind.SERIAL
FULL = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def points(sources: Sources, kind: SearchKind, text: str) -> list[str]:
    found = sources.search(kind, text)
    assert found.unavailable is None
    return [hit.point.number for hit in found.hits]


def test_every_customer_is_found_by_number_as_people_type_it(sources: Sources, drawn: tuple[Place, ...]) -> None:
    for place in drawn:
        number = place.customer.number
        for typed in (number, f" {number} ", number.translate(FULL), number.replace("-", "−")):
            assert points(sources, NUMBER, typed) == [place.supply_point]


def test_every_unit_on_the_wall_is_found_by_its_serial_number(sources: Sources, drawn: tuple[Place, ...]) -> None:
    for place in drawn:
        units = place.installed
        for serial in filter(None, (units.communication_serial, units.metering_serial, units.option_serial)):
            assert points(sources, SERIAL, serial.lower().translate(FULL)) == [place.supply_point]


def test_places_are_found_by_a_part_of_the_address_whatever_its_width(
    sources: Sources, drawn: tuple[Place, ...]
) -> None:
    for place in drawn:
        part = place.customer.address[3:18]
        there = {each.supply_point for each in drawn if part in each.customer.address}
        for typed in (part, part.translate(FULL), f"{part[:4]} {part[4:]}"):
            assert set(points(sources, ADDRESS, typed)) == there


@pytest.mark.parametrize("typed", ["％", "%_%", r"\%", "町_丁目", "1%番", "' OR ''='"])
def test_wildcards_and_quotes_that_were_typed_find_nobody(sources: Sources, typed: str) -> None:
    try:
        assert points(sources, ADDRESS, typed) == []
    except SearchRefused as refused:
        assert "文字以上" in refused.sentence[0]  # noqa: PT017 - too short is as good an answer


WIDTH = 'written = "half_width"\n'


@pytest.mark.parametrize("written", ["", 'written = "full_width"\n'])
def test_an_owner_that_writes_full_width_is_found_all_the_same(servers: Servers, place: Place, written: str) -> None:
    sources = Sources.from_toml(servers.sources_file.read_text(encoding="utf-8").replace(WIDTH, written))
    with servers["customer"].transaction() as connection:
        connection.execute(
            "UPDATE OKYAKU_M SET JUSYO = '大阪府豊中市計乃台１丁目２番３号\u3000ﾊｲﾂ若葉' WHERE OKYAKU_NO = ?",
            (place.customer.number,),
        )
    for typed in ("計乃台1丁目2番3号", "計乃台１丁目２番３号", "1丁目2番3号 ハイツ若葉"):
        assert points(sources, ADDRESS, typed) == [place.supply_point]


def test_a_hit_shows_enough_to_tell_it_from_another_and_no_more(sources: Sources, place: Place) -> None:
    found = sources.search(NUMBER, place.customer.number)
    (hit,) = found.hits
    assert (hit.name, hit.office) == ("髙○　○○", "hokusetsu")
    assert hit.address.endswith("＊＊＊")
    assert place.customer.address.startswith(hit.address.removesuffix("＊＊＊"))
    assert found.shown == ("name", "address")
    assert not {place.customer.name, place.customer.address, hit.name, hit.address} & set(repr(found).split("'"))
    (unit,) = sources.search(SERIAL, place.installed.metering_serial).hits
    assert (unit.name, unit.address, unit.office) == ("", "", "")


def test_nothing_that_was_typed_or_found_is_logged(
    sources: Sources, servers: Servers, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with servers["customer"].transaction() as connection:
        connection.execute("UPDATE KEIYAKU_M SET KYOKYU_CHITEN_NO = '06-1' WHERE KEIYAKU_NO = 'K0000000001'")
    assert points(sources, ADDRESS, place.customer.address) == []
    servers["customer"].down()
    assert sources.search(ADDRESS, place.customer.address).unavailable
    said = caplog.text + str([record.__dict__ for record in caplog.records])
    assert place.customer.address not in said
    assert place.customer.name not in said


def test_more_than_are_shown_is_said(sources: Sources, drawn: tuple[Place, ...]) -> None:
    town, many = Counter(place.customer.address[:6] for place in drawn).most_common(1)[0]
    assert many > 3
    found = sources.search(ADDRESS, town, most=3)
    assert (len(found.hits), found.more) == (3, True)
    every = sources.search(ADDRESS, town, most=many)
    assert (len(every.hits), every.more) == (many, False)


def test_the_configured_limit_is_never_passed(servers: Servers, drawn: tuple[Place, ...]) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    narrow = Sources.from_toml(text.replace("limit = 50", "limit = 2"))
    found = narrow.search(ADDRESS, "丁目", most=1000)
    assert (len(found.hits), found.more) == (2, True)


def test_a_customer_who_moved_out_is_not_found_where_the_point_is_anothers(
    sources: Sources, servers: Servers, place: Place
) -> None:
    servers.move_out(place.supply_point, day=place.customer.moved_in)
    assert points(sources, NUMBER, place.customer.number) == []


def test_a_point_with_two_contracts_is_one_hit(sources: Sources, servers: Servers, place: Place) -> None:
    with servers["customer"].transaction() as connection:
        key = hyphenated(place.supply_point)
        connection.execute("INSERT INTO KEIYAKU_M SELECT * FROM KEIYAKU_M WHERE KYOKYU_CHITEN_NO = ?", (key,))
    assert points(sources, NUMBER, place.customer.number) == [place.supply_point]


def test_an_owner_that_is_slow_or_down_is_said_in_time(hasty: Sources, servers: Servers, place: Place) -> None:
    servers["customer"].slow()
    started = time.monotonic()
    slow = hasty.search(ADDRESS, "1丁目2番")
    assert time.monotonic() - started < 1.5
    assert slow.unavailable
    assert slow.unavailable.source == "customer"
    assert "0.5秒以内" in slow.unavailable.reason[0]
    assert slow.hits == ()
    assert points(hasty, SERIAL, place.installed.metering_serial) == [place.supply_point], "nobody else waits"


def test_what_was_found_before_the_time_was_over_is_shown(servers: Servers, place: Place) -> None:
    """Full-width digits are the second spelling, and take this owner for ever."""
    for_ever = "(WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)"
    text = servers.sources_file.read_text(encoding="utf-8").replace(WIDTH, "")
    text = text.replace('timeout = "2s"', 'timeout = "500ms"').replace(
        "WHERE O.JUSYO", f"WHERE (:pattern NOT LIKE '%丁目１%' OR {for_ever} > length(O.JUSYO)) AND O.JUSYO"
    )
    with servers["customer"].transaction() as connection:
        connection.execute("UPDATE OKYAKU_M SET JUSYO = '計乃台5丁目1番' WHERE OKYAKU_NO = ?", (place.customer.number,))
    found = Sources.from_toml(text).search(ADDRESS, "計乃台5丁目1番")
    assert [hit.point.number for hit in found.hits] == [place.supply_point]
    assert found.unavailable
    assert "0.5 s" in found.unavailable.reason[1]


REFUSED = {
    "no letters": (ADDRESS, "  ", "2 letters"),
    "one letter": (ADDRESS, "青", "2 letters"),
    "no number": (NUMBER, "\u3000", "type the number"),
    "no serial": (SERIAL, "", "type the number"),
}


@pytest.mark.parametrize(("kind", "typed", "says"), REFUSED.values(), ids=REFUSED)
def test_too_little_is_refused_before_anybody_is_asked(
    sources: Sources, servers: Servers, kind: SearchKind, typed: str, says: str
) -> None:
    for server in servers:
        server.down()
    with pytest.raises(SearchRefused, match=says):
        sources.search(kind, typed)


def test_a_search_that_nobody_configured_is_refused(servers: Servers) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    without = Sources.from_toml(text.replace("[search.serial]", "[elsewhere]").split("[elsewhere]")[0] + models(text))
    with pytest.raises(SearchRefused, match="serial number") as refused:
        without.search(SERIAL, "TCR1")
    assert "製造番号" in refused.value.sentence[0]


def models(text: str) -> str:
    return text[text.index("[model.communication]") :]


def test_other_codes_of_offices_are_said_with_the_search(servers: Servers, place: Place) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    given = '[search.serial]\noffices = { "9" = "senshu" }'
    changed = text.replace("[search.serial]", given).replace(
        "AS supply_point FROM 計器工事", "AS supply_point, 9 AS service_office FROM 計器工事"
    )
    (hit,) = Sources.from_toml(changed).search(SERIAL, place.installed.metering_serial).hits
    assert hit.office == "senshu"


TEXT = sources_text(Path("town"))
MISTAKES = {
    "unknown kind": ("[search.serial]", "[search.phone]", r"search\.phone: unknown key"),
    "unknown source": ('[search.address]\nsource = "customer"', '[search.address]\nsource = "crm"', "no source 'crm'"),
    "everybody": ("O.OKYAKU_NO = :wanted", "1 = 1", "does not use :wanted"),
    "no pattern": ("LIKE :pattern ESCAPE '!'", "LIKE '%' || :wanted || '%'", "does not use :pattern"),
    "wildcards let through": (" ESCAPE '!'", "", "ESCAPE '!'"),
    "half a town": (" LIMIT :limit", "", "does not use :limit"),
    "a query that writes": ("SELECT 供給地点特定番号 AS", "DELETE 供給地点特定番号 AS", "must begin with SELECT"),
    "no hits": ('source = "construction"\nlimit = 50', 'source = "construction"\nlimit = 0', "from 1 to 200"),
    "everything": ('source = "construction"\nlimit = 50', 'source = "construction"\nlimit = 9999', "from 1 to 200"),
    "unknown width": ("[search.serial]", '[search.serial]\nwritten = "wide"', "'half_width', 'full_width'"),
    "office of another spelling": ("[search.serial]", '[search.serial]\noffices = { "1" = "泉州" }', "cannot be"),
    "unknown key": ("[search.serial]", "[search.serial]\nlimits = 5", r"search\.serial\.limits: unknown key"),
}


@pytest.mark.parametrize(("old", "new", "says"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_with_its_place(old: str, new: str, says: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigurationError, match=says) as refused:
        Sources.from_toml(TEXT.replace(old, new, 1))
    assert "search" in str(refused.value)


def test_a_folder_of_drops_is_not_searched(tmp_path: Path) -> None:
    url = 'url = "sqlite:///'
    start = TEXT.index(url, TEXT.index('id = "construction"'))
    line = TEXT[start : TEXT.index("\n", start)]
    folder = f'folder = {{ path = "{tmp_path}", files = "*.csv", form = "csv", complete = {{ settled = "1min" }} }}'
    query = TEXT[TEXT.index('query = """', start) : TEXT.index("fact = [", start)]
    with pytest.raises(ConfigurationError, match=r"search\.serial\.source: its source must be a database"):
        Sources.from_toml(TEXT.replace(line, folder).replace(query, ""))


def test_a_query_without_the_point_is_said(servers: Servers, place: Place) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    wrong = Sources.from_toml(text.replace("SELECT 供給地点特定番号 AS supply_point", "SELECT 供給地点特定番号"))
    with pytest.raises(ConfigurationError, match="no column 'supply_point'"):
        wrong.search(SERIAL, place.installed.metering_serial)


@pytest.mark.slow
def test_a_part_of_an_address_among_a_million(servers: Servers) -> None:
    """A leading wildcard reads every address; who takes longer than its limit is said not to have answered."""
    count = "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 999999)"
    with closing(sqlite3.connect(servers.folder / "customer.db")) as connection, connection:
        connection.execute(
            f"{count} INSERT INTO OKYAKU_M SELECT 'X' || i, '山本　礼二', '', '', '和歌山県海南市計乃台' || (i / 1000)"
            " || '丁目' || (i % 1000) || '番', '', '' FROM n"
        )
        connection.execute(
            f"{count} INSERT INTO KEIYAKU_M SELECT 'X' || i, '06-' || printf('%04d-%04d', i / 10000, i % 10000)"
            " || '-0000-0000-0000', 'X' || i, '01', '1', '030', 'ﾅｼ', '2', '20150401', '99999999', 'H2', '' FROM n"
        )
    text = servers.sources_file.read_text(encoding="utf-8")
    patient = Sources.from_toml(text.replace('timeout = "2s"', 'timeout = "20s"'))
    found = patient.search(ADDRESS, "計乃台９９９丁目９９８番")
    assert [hit.point.number for hit in found.hits] == ["0600999998" + "0" * 12]
    impatient = Sources.from_toml(text.replace('timeout = "2s"', 'timeout = "20ms"'))
    started = time.monotonic()
    given_up = impatient.search(ADDRESS, "どこにもない町")
    assert time.monotonic() - started < 2
    assert given_up.unavailable
    assert "0.02 s" in given_up.unavailable.reason[1]


@pytest.mark.slow
def test_an_owner_on_postgresql_is_searched_alike(servers: Servers, tmp_path: Path, place: Place) -> None:
    try:
        server = PostgreSQL()
    except Absent as absent:
        without(absent)
    try:
        with closing(sqlite3.connect(servers.folder / "customer.db")) as held, server.connect() as connection:
            connection.execute(SCHEMA.encode())
            for table in ("KEIYAKU_M", "OKYAKU_M"):
                rows = held.execute(f"SELECT * FROM {table}").fetchall()
                marks = ", ".join(["%s"] * len(rows[0]))
                connection.cursor().executemany(f"INSERT INTO {table} VALUES ({marks})".encode(), rows)
            odd = (r"100%_\!町１丁目", place.customer.number)
            connection.execute("UPDATE OKYAKU_M SET JUSYO = %s WHERE OKYAKU_NO = %s", odd)
        (tmp_path / "password").touch(mode=0o600)
        (tmp_path / "password").write_text(server.password)
        address = f"postgresql+psycopg://{server.admin}@127.0.0.1:{server.port}/postgres"
        given = f'url = "{address}"\npassword_file = "{tmp_path}/password"'
        own = f'url = "sqlite:///{servers.folder.resolve().as_posix()}/customer.db"'
        text = servers.sources_file.read_text(encoding="utf-8").replace("CROSS JOIN", "JOIN").replace(WIDTH, "")
        assert own in text
        sources = Sources.from_toml(text.replace(own, given))
        for typed in ("100%", "00%_", r"%_\!町1丁目", "100\x00%"):
            assert points(sources, ADDRESS, typed) == [place.supply_point]
        assert points(sources, ADDRESS, "1__%町") == []
        assert points(sources, NUMBER, place.customer.number) == [place.supply_point]
        found = sources.search(ADDRESS, "丁目", most=3)
        assert (len(found.hits), found.more) == (3, True)
        sources.close()
    finally:
        server.stop()
