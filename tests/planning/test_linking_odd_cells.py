"""Cells that owners' programs really write: each costs its fact or its row, or the file is refused with its column."""

from __future__ import annotations

import re
import resource
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from linking_oracle import rows_of

from keiki.bench.snapshots.writing import write_snapshots
from keiki.planning.linking import LinkingError, LinkSummary, Outputs, link_bulk, read_configuration

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
POINTS = 60
Linked = tuple[LinkSummary, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_snapshots(tmp_path_factory.mktemp("drawn"), POINTS, seed=3, now=NOW).parent
    for path in folder.glob("*.parquet"):
        table = pq.read_table(path)
        keys = (str(value) for row in table.to_pylist() for value in row.values())
        width = table.num_columns
        cut = [any(key.endswith(("0" * 7, "０" * 7)) for key in islice(keys, width)) for _ in range(len(table))]
        pq.write_table(table.filter(pa.array([not each for each in cut])), path)
    return folder


@pytest.fixture
def folder(tmp_path: Path, drawn: Path) -> Path:
    return shutil.copytree(drawn, tmp_path / "snapshots")


@pytest.fixture(scope="module")
def before(drawn: Path) -> Linked:
    return link(drawn)


def link(folder: Path) -> Linked:
    outputs = Outputs.beside(folder / "linked.parquet")
    summary = link_bulk(read_configuration(folder / "snapshots.toml"), outputs, NOW, memory="1GB")
    return summary, rows_of(outputs.rejects)


def spoil(path: Path, column: str, made: Callable[[list[Any]], pa.Array]) -> list[Any]:
    """Write a column anew out of its cells."""
    table = pq.read_table(path)
    cells = table.column(column).to_pylist()
    table = table.set_column(table.schema.get_field_index(column), column, made(cells))
    pq.write_table(table, path, write_page_checksum=True)
    return cells


def no_utf8(cells: list[Any]) -> pa.Array:
    """Texts as Parquet keeps them, of which the first is no UTF-8."""
    raw = [b"\xff\xfe", *(cell.encode() for cell in cells[1:])]
    return pa.Array.from_buffers(pa.string(), len(raw), pa.array(raw, pa.binary()).buffers())


FIRST_IS_WRONG: dict[str, tuple[str, str, Callable[[list[Any]], pa.Array], str]] = {
    "a time beyond 63 bits": (
        "distribution",
        "upd",
        lambda cells: pa.array([2**64 - 1, *cells[1:]], pa.uint64()),
        "as-of",
    ),
    "a reading beyond 63 bits": (
        "supervisory",
        "last_read_ms",
        lambda cells: pa.array([2**64 - 1, *cells[1:]], pa.uint64()),
        "format",
    ),
    "a reading years ahead": (
        "supervisory",
        "last_read_ms",
        lambda cells: pa.array([2_742_073_502_000, *cells[1:]], pa.int64()),
        "format",
    ),
    "an era that goes on for ever": (
        "construction",
        "検定日",
        lambda cells: pa.array(["令和99年12月31日", *cells[1:]]),
        "format",
    ),
    "another era than was meant": (
        "construction",
        "検定日",
        lambda cells: pa.array(["令和30年4月1日", *cells[1:]]),
        "format",
    ),
    "infinity": ("supervisory", "polled", lambda cells: pa.array(["infinity", *cells[1:]]), "as-of"),
    "year 9999 in UTC": (
        "distribution",
        "upd",
        lambda cells: pa.array([253_402_300_799, *cells[1:]], pa.int64()),
        "as-of",
    ),
    "a zone by name": (
        "allocation",
        "koshin",
        lambda cells: pa.array(["2026-11-20T09:00:00 Asia/Tokyo", *cells[1:]]),
        "as-of",
    ),
    "bytes that are no text": (
        "distribution",
        "keiro",
        lambda cells: pa.array([b"\xff", *(cell.encode() for cell in cells[1:])], pa.binary()),
        "unknown-code",
    ),
    "a code of broken UTF-8": ("distribution", "keiro", no_utf8, "unknown-code"),
    "a serial of broken UTF-8": ("supervisory", "comm_sn", no_utf8, "illegible"),
    "a serial of a megabyte": (
        "supervisory",
        "comm_sn",
        lambda cells: pa.array(["x" * 1_000_000, *cells[1:]]),
        "illegible",
    ),
    "a key of broken UTF-8": ("supervisory", "sp_no", no_utf8, "key"),
    "a key as a double": (
        "distribution",
        "spid",
        lambda cells: pa.array(["6.00121789396435E+20", *map(str, cells[1:])]),
        "key",
    ),
}


@pytest.mark.parametrize("case", FIRST_IS_WRONG)
def test_one_cell_costs_its_row_or_its_fact(folder: Path, before: Linked, case: str) -> None:
    source, column, made, kind = FIRST_IS_WRONG[case]
    spoil(folder / f"{source}.parquet", column, made)
    summary, rejects = link(folder)
    assert summary.points >= POINTS - 1
    assert [row["kind"] for row in rejects if (row["source"], row["row"], row["column"]) == (source, 1, column)] == [
        kind
    ]
    others = {(row["source"], row["row"], row["column"]) for row in rejects} - {(source, 1, column)}
    assert others <= {(row["source"], row["row"], row["column"]) for row in before[1]}


ALIKE: dict[str, tuple[str, str, Callable[[list[Any]], pa.Array]]] = {
    "codes as bytes": ("distribution", "keiro", lambda cells: pa.array([cell.encode() for cell in cells])),
    "codes as large texts": ("distribution", "keiro", lambda cells: pa.array(cells, pa.large_string())),
    "codes as an Arrow dictionary": ("distribution", "keiro", lambda cells: pa.array(cells).dictionary_encode()),
    "times as unsigned": ("distribution", "upd", lambda cells: pa.array(cells, pa.uint64())),
    "times as texts": ("distribution", "upd", lambda cells: pa.array([str(cell) for cell in cells])),
    "instants in a zone that is none": (
        "allocation",
        "koshin",
        lambda cells: pa.array(
            [datetime.fromisoformat(cell) if cell else None for cell in cells], pa.timestamp("ns", "Nowhere/Here")
        ),
    ),
}


@pytest.mark.parametrize("case", ALIKE)
def test_a_column_says_the_same_in_whatever_type_it_is_kept(folder: Path, before: Linked, case: str) -> None:
    source, column, made = ALIKE[case]
    expected, rejects = before
    spoil(folder / f"{source}.parquet", column, made)
    after, rejects_after = link(folder)
    assert (after.ready, after.blocked, len(rejects_after)) == (expected.ready, expected.blocked, len(rejects))


REFUSED: dict[str, tuple[Callable[[list[Any]], pa.Array], str]] = {
    "lists": (lambda cells: pa.array([[cell] for cell in cells]), "holds list"),
    "structures": (lambda cells: pa.array([{"code": cell} for cell in cells]), "holds struct"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_column_that_holds_no_single_values_is_named(folder: Path, case: str) -> None:
    made, says = REFUSED[case]
    spoil(folder / "distribution.parquet", "keiro", made)
    with pytest.raises(LinkingError, match=re.escape(f"the column keiro of distribution.parquet {says}")) as refused:
        link(folder)
    assert "列 keiro" in refused.value.text[0]


@pytest.mark.parametrize("checked", [True, False])
def test_a_damaged_page_is_named_by_its_column(folder: Path, checked: bool) -> None:
    path = folder / "distribution.parquet"
    table = pq.read_table(path)
    pq.write_table(table, path, use_dictionary=False, compression="snappy", write_page_checksum=checked)
    columns = pq.ParquetFile(path).metadata.row_group(0)
    chunk = columns.column(table.schema.get_field_index("keiro"))
    raw = bytearray(path.read_bytes())
    start = chunk.data_page_offset + (chunk.total_compressed_size // 2 if checked else 2)
    raw[start : start + 8] = bytes(np.bitwise_xor(np.frombuffer(bytes(raw[start : start + 8]), np.uint8), 0x5A))
    path.write_bytes(raw)
    with pytest.raises(LinkingError, match=r"the column keiro of distribution\.parquet is damaged"):
        link(folder)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_snapshot_without_rows_is_no_answer(folder: Path, ending: str) -> None:
    """An owner's empty export would make every point one that the owner does not know."""
    if ending == "csv":
        (folder / "allocation.csv").write_text("kyokyu,soko,koshin\n", encoding="utf-8")
        text = (folder / "snapshots.toml").read_text(encoding="utf-8")
        (folder / "snapshots.toml").write_text(text.replace("allocation.parquet", "allocation.csv"), encoding="utf-8")
    else:
        pq.write_table(pq.read_table(folder / "allocation.parquet").slice(0, 0), folder / "allocation.parquet")
    with pytest.raises(LinkingError, match=rf"allocation\.{ending} has no row at all"):
        link(folder)


@pytest.mark.parametrize("column", ["comm_sn", "sp_no"])
def test_kilobytes_that_unpack_to_gigabytes_are_refused(folder: Path, column: str) -> None:
    """One long text, which every row repeats: a page of a few bytes; the rows stand for 20 GB."""
    path = folder / "supervisory.parquet"
    names = pq.read_schema(path).names
    rows = pa.array(np.zeros(20_000, np.int32))
    long = pa.DictionaryArray.from_arrays(rows, pa.array(["0" * 1_000_000]))
    short = pa.DictionaryArray.from_arrays(rows, pa.array(["1"]))
    table = pa.table({name: long if name == column else short for name in names})
    pq.write_table(table, path, store_schema=False)  # plain texts for whoever reads them
    assert path.stat().st_size < 200_000
    with pytest.raises(LinkingError, match=r"supervisory\.parquet does not fit in memory") as caught:
        link(folder)
    assert "メモリーに収まらない" in caught.value.text[0]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000, "kilobytes of this process"
