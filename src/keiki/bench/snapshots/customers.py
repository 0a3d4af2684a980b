# ruff: noqa: S608 - every value in these queries is this package's own
"""The customers of the drawn places, as SQL: for databases that are asked for a customer or searched by one.

Invented people as in ``keiki.bench.town.people``, one for each place, whatever its contracts; no snapshot has them.
"""

from __future__ import annotations

from keiki.bench.servers.customer import half_width
from keiki.bench.snapshots.places import listed, places
from keiki.bench.town.people import BUILDINGS, GIVEN_NAMES, MUNICIPALITIES, QUARTERS, SURNAMES

CUSTOMER_NUMBER = "substr(KEIYAKU_NO, 3) || '-' || right(KEIYAKU_NO, 1)"
"""The customer's number of a contract's row."""


def _drawn(values: tuple[object, ...], salt: int) -> str:
    return listed(values, f"(draw(place, {salt}) % {len(values)})::INTEGER")


def _number(salt: int, most: int) -> str:
    return f"(1 + draw(place, {salt}) % {most})::VARCHAR"


def customer_rows(points: int) -> str:
    """Return the query of the customers of ``points`` places, in the columns of the server's table OKYAKU_M."""
    surname, given = f"(draw(place, 40) % {len(SURNAMES)})::INTEGER", f"(draw(place, 41) % {len(GIVEN_NAMES)})::INTEGER"
    kana = [tuple(half_width(each[1]) for each in names) for names in (SURNAMES, GIVEN_NAMES)]
    town = {part: tuple(getattr(each, part) for each in MUNICIPALITIES) for part in ("name", "postcode", "exchange")}
    return f"""
    SELECT lpad(place::VARCHAR, 9, '0') || '-' || place % 10 AS OKYAKU_NO,
        {listed(tuple(each[0] for each in SURNAMES), surname)} || '\u3000'
            || {listed(tuple(each[0] for each in GIVEN_NAMES), given)} AS SIMEI_KANJI,
        {listed(kana[0], surname)} || ' ' || {listed(kana[1], given)} AS SIMEI_KANA,
        {listed(town["postcode"], "municipality")} || '-0' || lpad((draw(place, 42) % 1000)::VARCHAR, 3, '0') AS YUBIN,
        {listed(town["name"], "municipality")} || {_drawn(QUARTERS, 43)} || {_number(44, 6)} || '丁目'
            || {_number(45, 28)} || '番' || {_number(46, 40)} || '号'
            || CASE WHEN flat THEN '\u3000' || {_drawn(BUILDINGS, 47)} || {_number(48, 14)} || '0' || {_number(49, 8)}
                || '号室' ELSE '' END AS JUSYO,
        {listed(town["exchange"], "municipality")} || '-0' || lpad((draw(place, 50) % 100)::VARCHAR, 2, '0') || '-'
            || lpad((draw(place, 51) % 10000)::VARCHAR, 4, '0') AS TEL,
        {listed(tuple(each[2] for each in SURNAMES), surname)} || '.' || place || '@example.jp' AS MAIL
    FROM ({places(f"SELECT place FROM range({points}) AS counted(place)")})
    """
