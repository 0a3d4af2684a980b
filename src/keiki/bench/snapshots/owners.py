# ruff: noqa: S608 - every value in these queries is this package's own
"""What each owner's file says of the places, in the owner's own columns, keys, codes and clock, as SQL.

The forms are those of ``keiki.bench.servers``. A place may have several rows: a former contract, a job before the last.
"""

from __future__ import annotations

from keiki.bench.snapshots.mistakes import story
from keiki.bench.snapshots.places import FIRST_OFFICE, digits

_HYPHENATED = "point[:2] || '-' || point[3:6] || '-' || point[7:10] || '-' || point[11:14] || '-' || point[15:18]" + (
    " || '-' || point[19:]"
)


def _era(day: str) -> str:
    """Write a date since 1989 by era; the first year of an era is 元年."""
    number = f"year({day}) - CASE WHEN {day} >= DATE '2019-05-01' THEN 2018 ELSE 1988 END"
    name = f"CASE WHEN {day} >= DATE '2019-05-01' THEN '令和' ELSE '平成' END"
    return (
        f"{name} || CASE {number} WHEN 1 THEN '元' ELSE ({number})::VARCHAR END || '年' || month({day}) || '月'"
        f" || day({day}) || '日'"
    )


def _japan(moment: str) -> str:
    return f"({moment} + INTERVAL 9 HOUR)"


CUSTOMER = f"""
SELECT place, part, {_HYPHENATED} AS KYOKYU_CHITEN_NO,
    'K' || part || lpad(place::VARCHAR, 9, '0') AS KEIYAKU_NO,
    CASE WHEN phase = '3P3W' THEN '21' WHEN capacity = 120 THEN '02' WHEN unit_share < 700 THEN '01' ELSE '11' END
        AS KEIYAKU_SYUBETU,
    CASE phase WHEN '1P2W' THEN '1' WHEN '1P3W' THEN '2' ELSE '3' END AS DENTO_SYUBETU,
    lpad(capacity::VARCHAR, 3, '0') AS KEIYAKU_A, CASE WHEN renewable THEN 'ｱﾘ' ELSE 'ﾅｼ' END AS SAIENE_RENKEI,
    CASE WHEN switching THEN '1' ELSE '2' END AS ENKAKU_KAIHEI,
    strftime(CASE part WHEN 1 THEN since - 2000 ELSE since END, '%Y%m%d') AS TEKIYO_KAISI_YMD,
    CASE WHEN part = 1 THEN strftime(since - 1, '%Y%m%d') WHEN vacant THEN strftime(left_on, '%Y%m%d')
         ELSE '99999999' END AS TENKYO_YMD,
    CASE WHEN served_by < {FIRST_OFFICE} THEN 'H1' ELSE 'H2' END AS EIGYOSYO_CD,
    strftime({_japan("asked()")}::DATE - 1, '%Y%m%d') AS KIJUN_YMD
FROM (SELECT *, unnest(CASE WHEN {story("two contracts")} THEN [0, 2] WHEN former_contract THEN [0, 1] ELSE [0] END)
      AS part FROM places)
"""

DISTRIBUTION = f"""
SELECT place, part, ltrim(point, '0') AS spid, CASE WHEN flat THEN 'S' ELSE 'K' END AS tatemono,
    CASE WHEN flat <> ({story("medium unlike place")}) THEN 'PLC' ELSE 'MH' END AS keiro,
    (NOT flat AND rained < 400)::INTEGER AS amegakari, CASE WHEN voltage THEN 'Y' ELSE 'N' END AS vmeas,
    epoch(asked() - INTERVAL 9 HOUR)::BIGINT - (draw(place, 30) % 3600)::BIGINT AS upd
FROM (SELECT *, unnest(CASE WHEN {story("twice in distribution")} THEN [0, 1]
        WHEN {story("not in distribution")} THEN []
      ELSE [0] END) AS part FROM places)
"""

CONSTRUCTION = f"""
SELECT place, part, translate(point, '0123456789', '０１２３４５６７８９') AS 供給地点特定番号,
    CASE part WHEN 2 THEN '' ELSE '◎' END AS 最新,
    'TMC-' || CASE WHEN flat THEN 'L' ELSE 'R' END || CASE route_b WHEN 'none' THEN '0' WHEN 'plc' THEN 'P' ELSE 'W' END
        || CASE WHEN two_way THEN '2' ELSE '1' END AS 通信型式,
    'TC' || CASE WHEN flat THEN 'L' ELSE 'R' END
        || CASE WHEN part = 2 THEN reverse(communication_digits)
                WHEN {story("unit of another place")} THEN {digits("communication", "(place + 1)")}
                ELSE communication_digits END AS 通信製番,
    'TMM-' || wall_phase[1] || wall_phase[3] || '-' || lpad(wall_capacity::VARCHAR, 3, '0')
        || CASE WHEN two_way <> ({story("one way with two way")}) THEN 'T' ELSE 'S' END
        || CASE WHEN (route_b <> 'none') <> ({story("route-B halves")}) THEN 'B' ELSE '' END AS 計量型式,
    'TM' || CASE WHEN two_way THEN 'T' ELSE 'S' END
        || CASE WHEN {story("unit of another place")} THEN {digits("metering", "(place + 1)")} ELSE metering_digits END
        AS 計量製番,
    CASE WHEN hung = '' THEN '－' ELSE hung || wall_phase[1] || wall_phase[3] || '-'
        || lpad(wall_capacity::VARCHAR, 3, '0') END AS 付加型式,
    CASE WHEN hung = '' THEN '－' ELSE 'TO' || hung[3] || option_digits END AS 付加製番,
    CASE WHEN NOT flat AND rained < 200 THEN 'TCV-R' ELSE 'TCV-N' END AS 端子カバー,
    {_era("(certified - 3000 * (part = 2)::INTEGER)")} AS 検定日,
    {_era("(installed - 3000 * (part = 2)::INTEGER)")} AS 工事日,
    {_era(f"{_japan('(asked() - INTERVAL 14 HOUR)')}::DATE")} || strftime({_japan("(asked() - INTERVAL 14 HOUR)")},
        ' %-H時%-M分') AS 基準日時
FROM (SELECT *,
        CASE WHEN unit_share >= 700 THEN '' WHEN switching AND wall_size <> 5 THEN 'TMS-'
             WHEN voltage AND wall_size >= 2 THEN 'TMV-' ELSE '' END AS hung,
        unnest(CASE WHEN {story("not in the ledger")} THEN [] WHEN {story("twice in the ledger")} THEN [0, 1]
               WHEN former_job THEN [2, 0] ELSE [0] END) AS part FROM places)
"""

ALLOCATION = f"""
SELECT place, part, 'KEP' || point AS kyokyu, (['D01', 'D02', 'D03', 'D04', 'D03', 'D04'])[municipality + 1] AS soko,
    strftime({_japan("(asked() - INTERVAL 5 HOUR)")}, '%Y-%m-%dT%H:%M:%S+09:00') AS koshin
FROM (SELECT *, unnest(CASE WHEN {story("twice in allocation")} THEN [0, 1] WHEN {story("not in allocation")} THEN []
      ELSE [0] END) AS part FROM places)
"""

SUPERVISORY = f"""
SELECT place, part, point AS sp_no,
    'TC' || CASE WHEN flat THEN 'L' ELSE 'R' END
        || CASE WHEN {story("serial differs")} THEN '9' || communication_digits[:8] ELSE communication_digits END
        AS comm_sn,
    CASE unit_share WHEN 0 THEN 'ERR' WHEN 1 THEN 'INI' ELSE 'RUN' END AS comm_st,
    CASE WHEN unit_share < 5 THEN 0 ELSE 1 END AS reach,
    CASE WHEN unit_share = 5 THEN NULL
         WHEN vacant AND NOT read_on THEN epoch_ms(left_on::TIMESTAMP - INTERVAL 1 DAY)
         ELSE epoch_ms(asked() - INTERVAL 40 MINUTE) - (draw(place, 31) % 1800000)::BIGINT END AS last_read_ms,
    strftime({_japan("asked()")} - to_seconds(CASE WHEN {story("clock ahead")} THEN -7200
        WHEN {story("no longer polled")} THEN 200000 ELSE 1500 + draw(place, 32) % 1800 END::BIGINT), '%Y%m%d%H%M%S')
        AS polled
FROM (SELECT *, unnest(CASE WHEN {story("not seen by supervisory control")} THEN [] ELSE [0] END) AS part FROM places)
"""

OWNERS = {
    "customer": CUSTOMER,
    "distribution": DISTRIBUTION,
    "construction": CONSTRUCTION,
    "allocation": ALLOCATION,
    "supervisory": SUPERVISORY,
}
"""Each owner's rows of a relation ``places``; ``place`` and ``part`` number the rows and are left out of the file."""
