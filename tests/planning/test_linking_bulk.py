"""Bulk linkage says of every point what linkage says of it alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from linking_oracle import judged_in_bulk, judged_one_by_one, rows_of

from keiki.bench.snapshots.writing import write_snapshots
from keiki.domain.linkage.contradictions import RULES
from keiki.domain.linkage.decision import RouteBApplication
from keiki.planning.linking import LinkSummary, Outputs, link_bulk, parts, read_configuration, shared_units

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
WIRELESS = RouteBApplication(route_b="wireless")


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshots")
    write_snapshots(folder, 1000, seed=5, now=NOW)
    return folder


def link(folder: Path, application: RouteBApplication = WIRELESS) -> tuple[LinkSummary, Outputs]:
    outputs = Outputs.beside(folder / "linked.parquet")
    configuration = read_configuration(folder / "snapshots.toml")
    return link_bulk(configuration, outputs, NOW, application, memory="1GB"), outputs


def compare(folder: Path, application: RouteBApplication = WIRELESS) -> LinkSummary:
    summary, outputs = link(folder, application)
    found = judged_in_bulk(*outputs.paths)
    expected = judged_one_by_one(folder, NOW, application)
    assert found.ready == expected.ready
    assert found.obstacles == expected.obstacles
    assert found.rules == expected.rules
    assert found.rejects == expected.rejects
    assert found.duplicates == expected.duplicates
    assert summary.ready == len(expected.ready)
    assert summary.points == len(expected.ready.keys() | expected.obstacles.keys() | expected.rules.keys())
    return summary


@pytest.mark.parametrize(
    "application",
    [WIRELESS, RouteBApplication(present_route_b="plc", renewable=True)],
)
def test_a_utilitys_snapshots_point_by_point(snapshots: Path, application: RouteBApplication) -> None:
    summary = compare(snapshots, application)
    assert 0.9 < summary.ready / summary.points < 0.97


POOLS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "customer": {
        "KEIYAKU_NO": ("K1", "K2", " K3\u3000", "契約１", "", None, "K\ufffd", "K\x07", "K 4"),
        "KEIYAKU_SYUBETU": ("01", "21", " 02", "99"),
        "DENTO_SYUBETU": ("1", "2", "3", "2 ", "\u30002", "", "9"),
        "KEIYAKU_A": ("030", "060", "120", "60", None),
        "SAIENE_RENKEI": ("ｱﾘ", "ﾅｼ", "ﾐﾃ"),
        "ENKAKU_KAIHEI": ("1", "2", "１"),
        "TEKIYO_KAISI_YMD": ("20150401", "20240401", "２０２４０４０１", "20240230", ""),
        "TENKYO_YMD": ("99999999", "99999999 ", "20261119", "20261120", "20261121", "20261301", None),
        "EIGYOSYO_CD": ("H1", "H2", " H1", "H9", ""),
        "KIJUN_YMD": ("20261119", "20261118", "20261117", "20261201", "0", None),
    },
    "distribution": {
        "tatemono": ("K", "S", "X"),
        "keiro": ("MH", "PLC", "LTE", ""),
        "amegakari": (0, 1, 9, None),
        "vmeas": ("Y", "N", "?"),
        "upd": (1795100000, 1795143600, 1794900000, 1795200000, 1795100000000, -5, None, 10**14),
    },
    "construction": {
        "最新": ("◎", "◎", ""),
        "通信型式": ("TMC-R01", "TMC-RW2", "TMC-L02", "ZZ", ""),
        "通信製番": ("TCR@", "TCR1", "TCR2", "TCR1 ", "TCR@ ", "製番①", ""),
        "計量型式": ("TMM-13-060S", "TMM-13-060TB", "TMM-12-030S", "TMM-33-120T", "ZZ"),
        "計量製番": ("TMS@", "TMS1", "", None),
        "付加型式": ("－", "TMS-13-060", "-"),
        "付加製番": ("－", "TOS@", "TOS1", "", " － "),
        "端子カバー": ("TCV-N", "TCV-R", "TCV"),
        "検定日": ("平成30年1月4日", "平成31年5月1日"),
        "工事日": ("令和元年5月1日", "令和6年4月1日", "R06.04.02", "令和6年2月30日", "S64/1/8"),
        "基準日時": ("令和8年11月20日 4時1分", "令和8年11月17日", "令和9年1月1日", "", "？"),
    },
    "allocation": {
        "soko": ("D01", "D02", "", "\u3000", "倉庫"),
        "koshin": ("2026-11-20T09:00:00+09:00", "2026-11-20T09:00:00", "2026-11-10T00:00:00Z"),
    },
    "supervisory": {
        "comm_sn": ("TCR@", "TCR2", "\u3000TCR1", "製番①", None, "\u200b"),
        "comm_st": ("RUN", "ERR", "??"),
        "reach": (0, 1, 5),
        "last_read_ms": (1795143600000, 1795057199999, 1795057200000, -1, None, 10**14),
        "polled": ("20261120113000", "20261120120500", "20261120121000", "20261120121001", "20261101000000", "x"),
    },
}
KEYS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "customer": ("KYOKYU_CHITEN_NO", lambda p: "-".join((p[:2], p[2:6], p[6:10], p[10:14], p[14:18], p[18:]))),
    "distribution": ("spid", lambda p: p.lstrip("0")),
    "construction": ("供給地点特定番号", lambda p: p.translate({48 + n: 0xFF10 + n for n in range(10)})),
    "allocation": ("kyokyu", lambda p: f"KEP{p}"),
    "supervisory": ("sp_no", str),
}
SPOILERS: tuple[Callable[[str], str | None], ...] = (
    lambda key: f"{key} \u3000",
    lambda key: f" {key}",
    lambda key: key[:-1],
    lambda key: f"{key}0",
    lambda key: key.replace("-", "").lower(),
    lambda key: f"+{key[1:]}",
    lambda key: f"{key}\n",
    lambda key: None,
)


def write_wild(folder: Path, seed: int, points: int, wild: float) -> None:
    """Write snapshots of which every cell is drawn from a pool of what owners write, the first being in order.

    An @ is the point's own number: a serial number with it is that of one point.
    """
    dice = random.Random(seed)
    write_snapshots(folder, 1, seed=1, now=NOW)
    for source, pools in POOLS.items():
        column, write = KEYS[source]
        rows = []
        for number in range(points):
            for _ in range(dice.choice((0, 1, 1, 1, 1, 1, 2, 3))):
                key: str | None = write(f"06{number:020d}")
                if dice.random() < wild / 4:
                    key = dice.choice(SPOILERS)(str(key))
                drawn = {name: dice.choice(pool) if dice.random() < wild else pool[0] for name, pool in pools.items()}
                cells = {k: v.replace("@", str(number)) if isinstance(v, str) else v for k, v in drawn.items()}
                rows.append({column: key, **cells})
        dice.shuffle(rows)
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{source}.parquet")


@pytest.mark.parametrize(("seed", "wild"), [(1, 0.05), (2, 0.2), (3, 0.6), (4, 1.0)])
def test_whatever_owners_write(tmp_path: Path, seed: int, wild: float) -> None:
    write_wild(tmp_path, seed, 150, wild)
    compare(tmp_path)


@pytest.mark.parametrize(("seed", "wild"), [(5, 0.1), (6, 0.5)])
def test_points_are_judged_alike_in_many_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, wild: float
) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 1500)
    monkeypatch.setattr(parts, "RUN_ROWS", 100)
    write_wild(tmp_path, seed, 150, wild)
    assert parts.parts_for(path.stat().st_size for path in tmp_path.glob("*.parquet")) >= 4
    compare(tmp_path)


def test_the_wild_snapshots_meet_every_rule_and_every_obstacle(tmp_path: Path) -> None:
    write_wild(tmp_path, 9, 500, 0.3)
    summary = compare(tmp_path)
    assert summary.duplicates.keys() == {"communication_serial", "metering_serial", "option_serial"}
    assert {rule for rule, _ in summary.contradictions} == {rule.id for rule in RULES}
    notes = {rule for rule, weight in summary.contradictions if weight == "note"}
    assert notes == {"contract-changed-since", "one-way-for-renewable", "medium-unlike-place"}
    assert {weight for _, weight in summary.contradictions} == {"blocks", "note"}
    assert {code for code, _, _ in summary.blocked} == {"unreadable", "ended", "unknown-point", "stale", "ahead"}
    assert {kind for _, _, kind in summary.rejects} == {"key", "as-of", "unknown-code", "format", "illegible", "empty"}


def test_the_rows_go_into_design_bulk_as_they_are(snapshots: Path) -> None:
    _, outputs = link(snapshots)
    assert list(rows_of(outputs.needs)[0]) == [
        *("supply_point", "medium", "route_b", "two_way", "phase", "capacity", "remote_switching"),
        *("voltage_measurement", "rain", "installed_communication", "installed_metering", "installed_option"),
        *("installed_cover", "depot"),
    ]


def test_one_unit_at_two_points_is_listed_and_neither_point_is_ready(tmp_path: Path) -> None:
    folder = write_snapshots(tmp_path, 200, seed=2, now=NOW).parent
    ledger = pq.read_table(folder / "construction.parquet").to_pylist()
    before = judged_one_by_one(folder, NOW, WIRELESS)
    assert not before.duplicates
    one, other = sorted(before.ready)[:2]
    write = KEYS["construction"][1]
    unit = next(row["通信製番"] for row in ledger if row["供給地点特定番号"] == write(one) and row["最新"] == "◎")
    for row in ledger:
        if row["供給地点特定番号"] == write(other) and row["最新"] == "◎":
            row["通信製番"] = f"{unit} "
    pq.write_table(pa.Table.from_pylist(ledger), folder / "construction.parquet")
    summary, outputs = link(folder)
    found = judged_in_bulk(*outputs.paths)
    assert found.duplicates == {("communication_serial", unit, point) for point in (one, other)}
    assert before.ready.keys() - found.ready.keys() == {one, other}
    assert ("unit-at-two-points", "blocks") in found.rules[one] & found.rules[other]
    assert summary.duplicates == {"communication_serial": (1, 2)}


@pytest.mark.parametrize(
    "spelled", ["{low}", "{wide}", "{cut}", "'{unit}", "{unit}\u200b", "`{low}", "{unit} ", "{gap}"]
)
@pytest.mark.parametrize("column", ["通信製番", "計量製番"])
def test_one_unit_in_another_spelling_is_still_one_unit(tmp_path: Path, column: str, spelled: str) -> None:
    folder = write_snapshots(tmp_path, 60, seed=2, now=NOW).parent
    ledger = pq.read_table(folder / "construction.parquet").to_pylist()
    before = judged_one_by_one(folder, NOW, WIRELESS)
    one, other = sorted(before.ready)[:2]
    write = KEYS["construction"][1]
    unit = next(row[column] for row in ledger if row["供給地点特定番号"] == write(one) and row["最新"] == "◎")
    wide = unit.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    for row in ledger:
        if row["供給地点特定番号"] == write(other) and row["最新"] == "◎":
            row[column] = spelled.format(
                low=unit.lower(), wide=wide, cut=f"{unit[:3]}-{unit[3:]}", gap=f"{unit[:3]} {unit[3:]}", unit=unit
            )
    pq.write_table(pa.Table.from_pylist(ledger), folder / "construction.parquet")
    compare(folder)
    found = judged_in_bulk(*link(folder)[1].paths)
    assert {point for _, _, point in found.duplicates} == {one, other}
    assert not found.ready.keys() & {one, other}


def test_texts_with_the_same_word_are_told_apart_by_the_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_units, "_mixed", lambda block: np.full(len(block), 7, np.uint32))
    write_wild(tmp_path, 3, 100, 0.2)
    compare(tmp_path)
