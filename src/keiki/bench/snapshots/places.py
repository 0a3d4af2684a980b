# ruff: noqa: S608 - every value in these queries is this package's own
"""The truth about every place, as SQL: what stands there, what was agreed, the installed units, and since when.

A place is a number from 0; everything about it is drawn from a hash of that number and the seed, so that each file can
be written on its own and in its owner's own order. Shares are in thousandths of all places unless said otherwise. They
follow what is published of Japanese low-voltage supply in round figures (a third flats, single-phase three-wire in most
homes, a tenth of the houses with solar panels, a fifth of the customers moving within a few years); they are this
project's own choice, not a utility's statistics.
"""

from __future__ import annotations

FLATS = 350
SIZES = (
    (180, "1P2W", 30),
    (60, "1P2W", 120),
    (460, "1P3W", 60),
    (160, "1P3W", 120),
    (90, "3P3W", 60),
    (50, "3P3W", 120),
)
"""Contracted phase and capacity (A), with the share of each; the wall has the same unless the contract grew."""
RENEWABLE_HOUSES = 100
TWO_WAY_OF_RENEWABLE = 600
ROUTE_B = (("wireless", 80), ("plc", 20))
CONTRACT_GREW = 20
FORMER_CONTRACTS = 80
VACANT = 20
READ_THOUGH_VACANT = 50
FORMER_JOBS = 100
FIRST_OFFICE = 700
"""``TWO_WAY_OF_RENEWABLE`` and ``READ_THOUGH_VACANT`` are shares of those places. A place has a former contract or job
when the owner still holds the row of it. ``FIRST_OFFICE`` is served by the first of two service offices."""

DRAW = "CREATE OR REPLACE MACRO draw(place, salt) AS hash(place::BIGINT, salt::BIGINT, {seed}::BIGINT)"
NOW = "CREATE OR REPLACE MACRO asked() AS TIMESTAMP '{now}'"
SHARE = "CREATE OR REPLACE MACRO share(place, salt) AS (draw(place, salt) % 1000)::INTEGER"
"""Macros: a 64-bit draw, the moment (UTC) at which all is as of, and a draw of 0 to 999."""


def _size(share: str) -> str:
    cases, upper = [], 0
    for place, (part, _, _) in enumerate(SIZES):
        upper += part
        cases.append(f"WHEN {share} < {upper} THEN {place}")
    return f"CASE {' '.join(cases)} END"


def listed(values: tuple[object, ...], index: str) -> str:
    """Return the SQL of the value whose place (from 0) the expression ``index`` gives."""
    return f"([{', '.join(repr(value) for value in values)}])[{index} + 1]"


_STRIDES = {"communication": 3**18, "metering": 7**10, "option": 11**8}
"""Without a factor of 2 or 5: no two places below 10**9 have the same digits."""


def digits(part: str, place: str = "place") -> str:
    """Return SQL for the nine digits in the serial number of a place's unit: no two places have the same."""
    return f"lpad(({place} * {_STRIDES[part]} % 1000000000)::VARCHAR, 9, '0')"


def places(numbers: str) -> str:
    """Return a query of the places whose numbers the query ``numbers`` gives as ``place``."""
    phases, capacities = tuple(size[1] for size in SIZES), tuple(size[2] for size in SIZES)
    (_, wireless), (_, power_line) = ROUTE_B
    return f"""
    WITH numbered AS ({numbers}), outline AS (
        SELECT place, share(place, 1) < {FLATS} AS flat, {_size("share(place, 2)")} AS size,
            share(place, 3) AS solar, share(place, 4) AS switched, share(place, 5) AS watched,
            share(place, 6) AS served, share(place, 7) AS rained, (draw(place, 8) % 100000)::INTEGER AS story,
            share(place, 9) < {CONTRACT_GREW} AS grew,
            DATE '2014-04-01' + (draw(place, 10) % 4300)::INTEGER AS certified,
            share(place, 11) < {VACANT} AS vacant, share(place, 12) < {FORMER_CONTRACTS} AS former_contract,
            share(place, 13) < {FORMER_JOBS} AS former_job, share(place, 14) < {READ_THOUGH_VACANT} AS read_on,
            share(place, 15) AS unit_share, (draw(place, 16) % 6)::INTEGER AS municipality,
            share(place, 23) AS served_by
        FROM numbered
    ), agreed AS (
        SELECT *, NOT flat AND solar < {RENEWABLE_HOUSES} AS renewable,
            size <> 5 AND switched < CASE WHEN flat THEN 500 ELSE 150 END AS switching,
            CASE WHEN served < {wireless} THEN 'wireless' WHEN served < {wireless + power_line} THEN 'plc'
                 ELSE 'none' END AS route_b,
            certified + 45 AS installed,
            CASE WHEN grew OR story BETWEEN 200 AND 249 THEN (size + 1) % 6 ELSE size END AS wall_size
        FROM outline
    )
    SELECT *,
        '06' || lpad((10 + municipality)::VARCHAR, 4, '0') || lpad((draw(place, 17) % 100000000)::VARCHAR, 8, '0')
            || lpad((place * 7368787 % 100000000)::VARCHAR, 8, '0') AS point,
        {listed(phases, "size")} AS phase, {listed(capacities, "size")} AS capacity,
        {listed(phases, "wall_size")} AS wall_phase, {listed(capacities, "wall_size")} AS wall_capacity,
        size >= 2 AND NOT switching AND watched < 100 AS voltage,
        renewable AND solar * 10 < {RENEWABLE_HOUSES * TWO_WAY_OF_RENEWABLE // 100} AS two_way,
        CASE WHEN grew THEN installed + (30 + draw(place, 18) % 200)::INTEGER
             WHEN story BETWEEN 200 AND 249 THEN installed - 400
             ELSE installed - (draw(place, 18) % 4000)::INTEGER END AS since,
        asked()::DATE - (30 + draw(place, 19) % 300)::INTEGER AS left_on,
        {digits("communication")} AS communication_digits,
        {digits("metering")} AS metering_digits,
        {digits("option")} AS option_digits
    FROM agreed
    """
