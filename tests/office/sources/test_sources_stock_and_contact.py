"""Stock of a depot, and the one look-up of personal data."""

from __future__ import annotations

import logging
import re
from datetime import datetime

import pytest

from keiki.bench.servers.servers import Servers
from keiki.bench.town.place import Place
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import ConfigurationError, ContactError, Sources, SourceUnavailableError

PERSONAL = ("number", "name", "kana", "address", "phone", "email")


@pytest.fixture
def number(sources: Sources, point: SupplyPoint, asked_at: datetime) -> str:
    """The number of the contract in force at the place."""
    fact = sources.link(point, asked_at).only("contract_number")
    assert fact
    return str(fact.value)


def test_every_depot_has_every_unit_and_as_many_serials_as_it_says(sources: Sources, drawn: tuple[Place, ...]) -> None:
    for depot in {place.depot for place in drawn}:
        stock = sources.stock(depot)
        assert len(stock) == 12 + 24 + 9 + 2
        for unit, pieces in stock.items():
            serials = sources.serials(depot, unit)
            if unit.startswith("CV"):
                assert serials == ()
            else:
                assert len(set(serials)) == pieces >= 2
                assert all(re.fullmatch(r"T[CMO][A-Z0-9]0\d{8}", serial) for serial in serials)


def test_serials_of_a_town_are_unique(sources: Sources, drawn: tuple[Place, ...]) -> None:
    stocked = [
        serial
        for depot in sorted({place.depot for place in drawn})
        for unit in sources.stock(depot)
        for serial in sources.serials(depot, unit)
    ]
    hung = [s for p in drawn for s in (p.installed.communication_serial, p.installed.metering_serial)]
    assert len(set(stocked + hung)) == len(stocked) + len(hung)


def test_reserved_units_are_not_offered_and_unknown_models_not_counted(sources: Sources, servers: Servers) -> None:
    with servers["allocation"].transaction() as connection:
        connection.execute("UPDATE zaiko SET jotai = '20' WHERE kata = 'TMC-RW2'")
        connection.execute("INSERT INTO zaiko VALUES ('D01', 'ZZC-900', 'X', '10')")
        connection.execute("UPDATE zaiko_bara SET suryo = 0 WHERE kata = 'TCV-R'")
    stock = sources.stock("D01")
    assert not {"RF-W2", "CV-R", "ZZC-900"} & set(stock)
    assert sources.serials("D01", "RF-W2") == ()
    assert sources.stock("D99") == {}


def test_stock_of_a_dead_server_is_an_error_and_not_an_empty_shelf(sources: Sources, servers: Servers) -> None:
    servers["allocation"].down()
    with pytest.raises(SourceUnavailableError, match="allocation"):
        sources.stock("D01")
    with pytest.raises(SourceUnavailableError, match="allocation"):
        sources.serials("D01", "RF-W2")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("kata AS model", "kata AS kata", "no column 'model'"),
        ("count(*) AS pieces", "'many' AS pieces", "not a number of units"),
        ("seiban AS serial", "seiban AS seiban", "no column 'serial'"),
    ],
)
def test_a_stock_query_without_its_columns_is_said(servers: Servers, old: str, new: str, says: str) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    assert old in text
    sources = Sources.from_toml(text.replace(old, new))

    def ask() -> None:
        sources.stock("D01")
        sources.serials("D01", "RF-W2")

    with pytest.raises(ConfigurationError, match=says):
        ask()


def test_the_customer_to_write_to(sources: Sources, point: SupplyPoint, place: Place, number: str) -> None:
    contact = sources.contact(point, number)
    assert contact.name == place.customer.name == "髙﨑　德子"
    assert contact.kana == "タカサキ ノリコ"
    assert (contact.address, contact.email) == (place.customer.address, place.customer.email)
    assert (contact.postcode, contact.phone) == (place.customer.postcode, place.customer.phone)
    assert contact.customer_number == place.customer.number
    assert contact.contract_number == number


def test_a_contact_shows_nothing_of_itself(sources: Sources, point: SupplyPoint, place: Place, number: str) -> None:
    shown = repr(sources.contact(point, number))
    assert not [value for name in PERSONAL if (value := getattr(place.customer, name)) in shown]


def test_linking_reads_no_personal_data(
    sources: Sources, drawn: tuple[Place, ...], asked_at: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for place in drawn:
        seen = repr(sources.link(SupplyPoint(place.supply_point), asked_at)) + caplog.text
        assert not [value for name in PERSONAL if (value := getattr(place.customer, name)) in seen]


def test_whoever_lives_there_by_now_a_contracts_customer_stays_its_own(
    sources: Sources, servers: Servers, point: SupplyPoint, place: Place, number: str, asked_at: datetime
) -> None:
    servers.move_out(place.supply_point, day=asked_at.date())
    with servers["customer"].transaction() as connection:
        connection.execute(
            "INSERT INTO KEIYAKU_M SELECT 'K-NEXT', KYOKYU_CHITEN_NO, (SELECT max(OKYAKU_NO) FROM OKYAKU_M),"
            " KEIYAKU_SYUBETU, DENTO_SYUBETU, KEIYAKU_A, SAIENE_RENKEI, ENKAKU_KAIHEI, TEKIYO_KAISI_YMD, '99999999',"
            " EIGYOSYO_CD, KIJUN_YMD FROM KEIYAKU_M WHERE KEIYAKU_NO = ?",
            (number,),
        )
    assert sources.contact(point, number).customer_number == place.customer.number
    assert sources.contact(point, "K-NEXT").customer_number != place.customer.number


def test_there_is_nobody_or_more_than_one_to_write_to(
    sources: Sources, servers: Servers, point: SupplyPoint, number: str
) -> None:
    with pytest.raises(ContactError, match="nobody to write to"):
        sources.contact(point, "K-NONE")
    with servers["customer"].transaction() as connection:
        connection.execute("INSERT INTO KEIYAKU_M SELECT * FROM KEIYAKU_M WHERE KEIYAKU_NO = ?", (number,))
    with pytest.raises(ContactError, match="2 records"):
        sources.contact(point, number)


@pytest.mark.parametrize(("column", "said"), [("SIMEI_KANJI", "name"), ("MAIL", "email")])
def test_a_part_of_a_customer_that_is_too_long_to_be_one_is_refused(
    sources: Sources, servers: Servers, point: SupplyPoint, number: str, column: str, said: str
) -> None:
    with servers["customer"].transaction() as connection:
        connection.execute(f"UPDATE OKYAKU_M SET {column} = ?", ("長" * 5000,))
    with pytest.raises(ContactError, match=f"the customer's {said} is too long to be one") as refused:
        sources.contact(point, number)
    assert "長長" not in str(refused.value)


def test_an_incomplete_customer_is_said_without_the_rest(
    sources: Sources, servers: Servers, point: SupplyPoint, place: Place, number: str
) -> None:
    with servers["customer"].transaction() as connection:
        connection.execute("UPDATE OKYAKU_M SET MAIL = ''")
    with pytest.raises(ContactError, match="has no email") as refused:
        sources.contact(point, number)
    assert place.customer.name not in str(refused.value)


def test_a_name_with_characters_that_do_not_print_is_not_printed(
    sources: Sources, servers: Servers, point: SupplyPoint, number: str
) -> None:
    with servers["customer"].transaction() as connection:
        connection.execute("UPDATE OKYAKU_M SET SIMEI_KANJI = '高' || char(0xE0F1) || ' 一'")
    with pytest.raises(ContactError, match="name cannot be read"):
        sources.contact(point, number)


KEY, CONTRACT = "WHERE K.KYOKYU_CHITEN_NO = :key AND", "K.KEIYAKU_NO = :contract"
NAMED = "K.KEIYAKU_NO AS contract_number"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({KEY: "WHERE K.KYOKYU_CHITEN_NO <> :key AND", CONTRACT: ":contract <> '' LIMIT 1"}, "another supply point"),
        ({CONTRACT: ":contract <> ''", NAMED: "'K-OTHER' AS contract_number"}, "another contract"),
        ({NAMED: "K.KEIYAKU_NO AS number"}, "has no contract_number"),
    ],
)
def test_a_query_that_brings_someone_else_gives_nobody_away(
    servers: Servers, point: SupplyPoint, number: str, changes: dict[str, str], says: str
) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    for right, wrong in changes.items():
        assert right in text
        text = text.replace(right, wrong)
    with pytest.raises(ContactError, match=says):
        Sources.from_toml(text).contact(point, number)


def test_a_query_that_does_not_ask_by_contract_is_refused_at_the_start(servers: Servers) -> None:
    text = servers.sources_file.read_text(encoding="utf-8")
    with pytest.raises(ConfigurationError, match="does not use :contract"):
        Sources.from_toml(text.replace(CONTRACT, "K.TENKYO_YMD = '99999999'"))
