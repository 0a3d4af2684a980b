"""The drawn snapshots: repeatable, in each owner's form, with the shares that are written down."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from keiki.bench.servers.customer import SCHEMA as CUSTOMER_SCHEMA
from keiki.bench.snapshots.mistakes import DIRTY, MISTAKES, STORIES
from keiki.bench.snapshots.owners import OWNERS
from keiki.bench.snapshots.places import SIZES
from keiki.bench.snapshots.writing import write_snapshots

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
POINTS = 20_000
KEYS = {
    "customer": ("KYOKYU_CHITEN_NO", "[0-9]{2}(-[0-9]{4}){5}"),
    "distribution": ("spid", "[1-9][0-9]{20}"),
    "construction": ("供給地点特定番号", "[０-９]{22}"),
    "allocation": ("kyokyu", "KEP[0-9]{22}"),
    "supervisory": ("sp_no", "[0-9]{22}"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshots(tmp_path_factory.mktemp("drawn"), POINTS, seed=1, now=NOW).parent


def ask(folder: Path, owner: str, what: str) -> list[tuple[Any, ...]]:
    return duckdb.execute(f"SELECT {what} FROM '{folder / owner}.parquet'").fetchall()


def test_the_same_seed_draws_the_same_rows_and_another_does_not(folder: Path, tmp_path: Path) -> None:
    write_snapshots(tmp_path / "again", POINTS, seed=1, now=NOW)
    write_snapshots(tmp_path / "other", POINTS, seed=2, now=NOW)
    for owner in OWNERS:
        assert ask(folder, owner, "*") == ask(tmp_path / "again", owner, "*")
        assert ask(folder, owner, "*") != ask(tmp_path / "other", owner, "*")


@pytest.mark.parametrize("owner", OWNERS)
def test_keys_are_in_the_owners_format_but_for_the_spoilt(folder: Path, owner: str) -> None:
    column, pattern = KEYS[owner]
    share = sum(each.share for each in MISTAKES[owner] if each.column == column) / 100_000
    ((good, every),) = ask(folder, owner, f"count(*) FILTER (regexp_full_match(\"{column}\", '{pattern}')), count(*)")
    assert (every - good) / every == pytest.approx(share, rel=0.5)


def test_every_point_has_a_number_of_its_own(folder: Path) -> None:
    ((points,),) = ask(folder, "supervisory", "count(DISTINCT sp_no) FILTER (length(sp_no) = 22)")
    ((rows,),) = ask(folder, "supervisory", "count(*) FILTER (length(sp_no) = 22)")
    assert points == rows


@pytest.mark.parametrize(("column", "share"), [("通信製番", 0.0003 * 0.54), ("計量製番", 0.0003 * 0.9)])
def test_a_serial_number_is_one_points_but_for_the_few_that_are_told_so(
    folder: Path, column: str, share: float
) -> None:
    ((serials, rows),) = duckdb.execute(
        f"SELECT count(DISTINCT {column}), count(*) FROM (SELECT DISTINCT {column}, 供給地点特定番号 "
        f"FROM '{folder / 'construction.parquet'}' WHERE 最新 = '◎' AND {column} <> '')"
    ).fetchall()
    assert 0 < (rows - serials) / rows < 3 * share + 0.0005


def test_owners_keep_orders_of_their_own(folder: Path) -> None:
    numbers = {
        "customer": ask(folder, "customer", "left(replace(KYOKYU_CHITEN_NO, '-', ''), 22)"),
        "supervisory": ask(folder, "supervisory", "sp_no"),
        "allocation": ask(folder, "allocation", "right(kyokyu, 22)"),
    }
    firsts = [frozenset(rows[1:200]) for rows in numbers.values()]
    assert len(firsts[0] & firsts[1]) < 20
    assert len(firsts[1] & firsts[2]) < 20


def test_columns_are_those_of_the_servers(folder: Path) -> None:
    sources = tomllib.loads((folder / "sources.toml").read_text(encoding="utf-8"))["source"]
    for source in sources:
        described = duckdb.execute(f"DESCRIBE SELECT * FROM '{folder / source['id']}.parquet'").fetchall()
        columns = {column for column, *_ in described}
        mapped = {fact["column"] for fact in source["fact"]} | {source["key"]["column"], source["as_of"]["column"]}
        assert mapped <= columns
    assert set(re.findall(r"[A-Z_]{5,}(?= CHAR)", CUSTOMER_SCHEMA)) >= {"KEIYAKU_NO", "TENKYO_YMD"}


def test_shares_are_what_is_written_down(folder: Path) -> None:
    assert sum(share for share, *_ in SIZES) == 1000
    for mistakes in MISTAKES.values():
        assert sum(mistake.share for mistake in mistakes) == DIRTY
    bands = sorted(STORIES.values())
    assert all(end == start for (_, end), (start, _) in pairwise(bands)), "bands do not overlap"
    ((flats, points),) = ask(folder, "distribution", "count(*) FILTER (tatemono = 'S'), count(*)")
    assert flats / points == pytest.approx(0.35, abs=0.02)
    ((former, contracts),) = ask(folder, "customer", "count(*) FILTER (KEIYAKU_NO LIKE 'K1%'), count(*)")
    assert former / contracts == pytest.approx(0.08 / 1.08, abs=0.01)
    ((larger, contracts),) = ask(folder, "customer", "count(*) FILTER (EIGYOSYO_CD = 'H1'), count(*)")
    assert larger / contracts == pytest.approx(0.7, abs=0.02)


@pytest.mark.parametrize("points", [0, -1, 100_000_001])
def test_a_number_of_points_that_cannot_be_drawn(tmp_path: Path, points: int) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        write_snapshots(tmp_path, points, seed=1, now=NOW)


def test_one_point_is_drawn_too(tmp_path: Path) -> None:
    write_snapshots(tmp_path, 1, seed=1, now=NOW)
    assert len(ask(tmp_path, "supervisory", "*")) == 1
