"""Parquet drops as owners' programs write them, and as nobody should: no cell costs the file, no file the office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_sources_drops import configured

from keiki.domain.supply_point import SupplyPoint
from keiki.foundation.files import parquet_batches, parquet_reading
from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.parquet_batches import ParquetBatches
from keiki.office.sources.configuration import read_configuration
from keiki.office.sources.health import Health, check_sources

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
POINT = SupplyPoint("0600121789396435141107")
ACCESS = 'folder = { path = "@", files = "*.parquet", form = "parquet", complete = { settled = "1ms" } }'
GOOD: dict[str, Any] = {
    "供給地点": POINT.number,
    "建物": "K",
    "経路": "MH",
    "雨": "1",
    "電圧": "N",
    "upd": "1796000000",
}


@pytest.fixture
def checked(tmp_path: Path) -> Callable[[pa.Table], Health]:
    """Drop a table and survey it, as ``sources check`` does."""

    def check(table: pa.Table, **written: Any) -> Health:
        pq.write_table(table, tmp_path / "x.parquet", **written)
        text = configured(tmp_path, ACCESS, key="bare", as_of='as_of = { column = "upd", format = "epoch" }')
        found = check_sources(read_configuration(text), NOW, 30.0, tmp_path / "cache")
        return next(each for each in found if each.source == "distribution")

    return check


def table(**changed: pa.Array) -> pa.Table:
    """Three good rows, some of their columns given as another type."""
    return pa.table({name: changed.get(name, pa.array([cell] * 3)) for name, cell in GOOD.items()})


def broken(*raw: bytes) -> pa.Array:
    return pa.Array.from_buffers(pa.string(), len(raw), pa.array(raw, pa.binary()).buffers())


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("upd", pa.array([2**64 - 1, 1_796_000_000, 1_796_000_000], pa.uint64())),
        ("upd", pa.array([253_402_300_799, 1_796_000_000, 1_796_000_000])),
        ("経路", broken(b"\xff\xfe", b"MH", b"PLC")),
        ("経路", pa.array([b"\xff", b"MH", b"PLC"])),
        ("経路", pa.array(["x" * 3_000_000, "MH", "PLC"])),
        ("経路", pa.array([None, "MH", "PLC"])),
    ],
    ids=["beyond 63 bits", "year 9999", "broken UTF-8", "bytes", "megabytes", "nothing"],
)
def test_one_cell_costs_its_row_or_fact_and_no_more(checked: Any, column: str, cells: pa.Array) -> None:
    health = checked(table(**{column: cells}))
    assert (health.reachable, health.rows) == (True, 3)
    assert [(each.column, each.rows) for each in health.findings] == [(column, 1)]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [(pa.array([["MH"]] * 3), "list"), (pa.array([{"a": "MH"}] * 3), "struct")],
    ids=["lists", "structures"],
)
def test_a_column_of_lists_is_named(checked: Any, cells: pa.Array, kind: str) -> None:
    health = checked(table(経路=cells))
    assert not health.reachable
    assert f"the column 経路 of x.parquet holds {kind}" in health.detail[1]


def test_no_rows_and_a_damaged_page_are_told(checked: Any, tmp_path: Path) -> None:
    assert "it has no rows" in checked(table().slice(0, 0)).detail[1]
    whole = table(経路=pa.array(["MH", "PLC", "MH"]))
    checked(whole, use_dictionary=False, write_page_checksum=True)
    path = tmp_path / "x.parquet"
    chunk = pq.ParquetFile(path).metadata.row_group(0).column(2)
    raw = bytearray(path.read_bytes())
    at = chunk.data_page_offset + chunk.total_compressed_size - 3
    raw[at] ^= 0xFF
    path.write_bytes(raw)
    text = configured(tmp_path, ACCESS, key="bare", as_of='as_of = { column = "upd", format = "epoch" }')
    found = check_sources(read_configuration(text), NOW, 30.0, tmp_path / "cache")
    assert "the column 経路 of x.parquet is damaged" in next(h for h in found if h.source == "distribution").detail[1]


@pytest.mark.parametrize("dictionary", [True, False], ids=["one text many times", "one page"])
def test_kilobytes_that_unpack_to_gigabytes_do_not_take_the_offices_memory(
    checked: Any, monkeypatch: pytest.MonkeyPatch, dictionary: bool
) -> None:
    monkeypatch.setattr(parquet_reading, "PARQUET_MEMORY", (400 if dictionary else 160) << 20)
    count = 4_000 if dictionary else 4
    media = pa.array(["x" * (160_000 if dictionary else 50_000_000)]).take(pa.array([0] * 4))
    if dictionary:
        media = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), media)
    columns = {name: pa.array([cell]).take(pa.array([0] * count)) for name, cell in GOOD.items()}
    health = checked(pa.table({**columns, "経路": media}), compression="zstd", use_dictionary=dictionary)
    if dictionary:
        assert health.rows == count, "the cells are rejected, the rows are there"
        assert [each.column for each in health.findings] == ["経路"]
    else:
        assert "x.parquet does not fit in memory when it is unpacked" in health.detail[1]


def test_more_rows_than_any_utility_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_batches, "MOST_ROWS", 2)
    pq.write_table(table(), tmp_path / "x.parquet")
    with pytest.raises(DamagedFileError, match="has 3 rows, more than 2"):
        ParquetBatches(tmp_path / "x.parquet", ["経路"])
