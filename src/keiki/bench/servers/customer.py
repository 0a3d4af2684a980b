"""The customer information server (お客さま情報システム): contracts and customers.

Keys with hyphens; dates as YYYYMMDD, 99999999 for "never"; ｱﾘ/ﾅｼ; names in full width, kana in half width. Refreshed by
a nightly batch that stamps the day only.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from keiki.bench.servers.writing import JST, hyphenated, yyyymmdd
from keiki.bench.town.place import Place

LAG = timedelta(days=1)
NEVER = "99999999"
CONTRACTS = {"従量電灯A": "01", "従量電灯B": "02", "時間帯別電灯": "11", "低圧電力": "21"}
PHASES = {"1P2W": "1", "1P3W": "2", "3P3W": "3"}
OFFICES = {"北摂": "H1", "泉州": "H2"}
SCHEMA = """
CREATE TABLE KEIYAKU_M (
    KEIYAKU_NO CHAR(11) NOT NULL, KYOKYU_CHITEN_NO CHAR(27) NOT NULL, OKYAKU_NO CHAR(11) NOT NULL,
    KEIYAKU_SYUBETU CHAR(2) NOT NULL, DENTO_SYUBETU CHAR(1) NOT NULL, KEIYAKU_A CHAR(3) NOT NULL,
    SAIENE_RENKEI CHAR(2) NOT NULL, ENKAKU_KAIHEI CHAR(1) NOT NULL,
    TEKIYO_KAISI_YMD CHAR(8) NOT NULL, TENKYO_YMD CHAR(8) NOT NULL,
    EIGYOSYO_CD CHAR(2) NOT NULL, KIJUN_YMD CHAR(8) NOT NULL);
CREATE INDEX KEIYAKU_X1 ON KEIYAKU_M (KYOKYU_CHITEN_NO);
CREATE INDEX KEIYAKU_X2 ON KEIYAKU_M (OKYAKU_NO);
CREATE TABLE OKYAKU_M (
    OKYAKU_NO CHAR(11) PRIMARY KEY, SIMEI_KANJI TEXT NOT NULL, SIMEI_KANA TEXT NOT NULL,
    YUBIN CHAR(8) NOT NULL, JUSYO TEXT NOT NULL, TEL TEXT NOT NULL, MAIL TEXT NOT NULL);
"""
# The half-width katakana, with the voiced ones as two characters, as old customer systems hold them.
_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_MARKS = {"\u3099": "ﾞ", "\u309a": "ﾟ"}


def half_width(kana: str) -> str:
    """Write katakana in half width, voiced marks apart."""
    apart = unicodedata.normalize("NFD", kana).replace("\u3000", " ")
    return "".join(_MARKS.get(char) or _HALF.get(char, char) for char in apart)


def fill(connection: sqlite3.Connection, town: Iterable[Place], now: datetime) -> None:
    """Create the tables and enter every place's contract and customer, as of the last nightly batch."""
    connection.executescript(SCHEMA)
    for number, place in enumerate(town, 1):
        customer = place.customer
        contract = f"K{number:010d}"
        enter_contract(connection, place, contract, customer.number, customer.moved_in)
        connection.execute(
            "INSERT INTO OKYAKU_M VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                customer.number,
                customer.name,
                half_width(customer.kana),
                customer.postcode,
                customer.address,
                customer.phone,
                customer.email,
            ),
        )
    update(connection, now - LAG)


def enter_contract(
    connection: sqlite3.Connection, place: Place, contract: str, customer_number: str, since: date
) -> None:
    """Enter a contract in force at a place; it carries no date of refreshment until :func:`update`."""
    connection.execute(
        "INSERT INTO KEIYAKU_M VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
        (
            contract,
            hyphenated(place.supply_point),
            customer_number,
            CONTRACTS[place.contract],
            PHASES[place.phase],
            f"{place.capacity:03d}",
            "ｱﾘ" if place.renewable else "ﾅｼ",
            "1" if place.remote_switching else "2",
            yyyymmdd(since),
            NEVER,
            OFFICES[place.office],
        ),
    )


def move_out(connection: sqlite3.Connection, point: str, day: date) -> None:
    """End every contract in force at a supply point."""
    connection.execute(
        "UPDATE KEIYAKU_M SET TENKYO_YMD = ? WHERE KYOKYU_CHITEN_NO = ? AND TENKYO_YMD = ?",
        (yyyymmdd(day), hyphenated(point), NEVER),
    )


def update(connection: sqlite3.Connection, now: datetime) -> None:
    """Run the nightly batch."""
    connection.execute("UPDATE KEIYAKU_M SET KIJUN_YMD = ?", (yyyymmdd(now.astimezone(JST).date()),))
