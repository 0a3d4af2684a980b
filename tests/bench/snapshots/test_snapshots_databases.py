"""The drawn databases: asked, searched and written to as the town's own servers are."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keiki.bench.snapshots.databases import write_databases
from keiki.office.sources import SearchKind, Sources

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_databases(tmp_path_factory.mktemp("drawn"), 2000, seed=1, now=NOW).parent


def customers(folder: Path) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(folder / "customer.db")) as database:
        return database.execute(
            "SELECT OKYAKU_NO, SIMEI_KANJI, JUSYO FROM OKYAKU_M JOIN KEIYAKU_M USING (OKYAKU_NO)"
            " WHERE TENKYO_YMD = '99999999' AND length(KYOKYU_CHITEN_NO) = 27 LIMIT 20"
        ).fetchall()


def test_customers_are_found_and_written_to(folder: Path) -> None:
    sources = Sources.from_toml((folder / "sources.toml").read_text(encoding="utf-8"))
    for number, name, address in customers(folder):
        (hit,) = sources.search(SearchKind.CUSTOMER_NUMBER, number).hits
        assert hit.point in {found.point for found in sources.search(SearchKind.ADDRESS, address).hits}
        contract = sources.link(hit.point, NOW).only("contract_number")
        assert contract
        contact = sources.contact(hit.point, str(contract.value))
        assert (contact.name, contact.address) == (name, address)
    sources.close()


def test_units_are_found_by_their_serial_numbers(folder: Path) -> None:
    sources = Sources.from_toml((folder / "sources.toml").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(folder / "construction.db")) as database:
        query = "SELECT 計量製番 FROM 計器工事 WHERE 最新 = '◎' AND length(計量製番) = 12 LIMIT 20"
        serials = [serial for (serial,) in database.execute(query)]
    assert len(serials) == 20
    assert sum(len(sources.search(SearchKind.SERIAL, serial).hits) for serial in serials) >= 19
    sources.close()
