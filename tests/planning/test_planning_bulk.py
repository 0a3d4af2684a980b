"""Design in bulk: what goes in, what comes out, and what is turned away."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keiki.domain.selection import Choice, Selector
from keiki.domain.units import Combination
from keiki.planning.bulk import RESULT_COLUMNS, design_bulk
from keiki.planning.encoding import ColumnsError
from keiki.planning.files import FileError

NEEDS = ("medium", "route_b", "two_way", "phase", "capacity", "remote_switching", "voltage_measurement", "rain")
WALL = ("installed_communication", "installed_metering", "installed_option", "installed_cover")
ROW: Mapping[str, Any] = {
    "supply_point": "0600000000000000000001",
    "medium": "rf",
    "route_b": "wireless",
    "two_way": True,
    "phase": "1P3W",
    "capacity": 60,
    "remote_switching": True,
    "voltage_measurement": False,
    "rain": True,
    "installed_communication": "RF-N1",
    "installed_metering": "3W60-1N",
    "installed_option": "SW3W60",
    "installed_cover": "CV-N",
}


def drawn(selector: Selector, rows: int) -> list[dict[str, Any]]:
    dice = random.Random(8)
    space, table = selector.compiled.needs, selector.catalogue
    made = []
    for number in range(rows):
        row: dict[str, Any] = {"supply_point": f"{number:022d}", **space.decode(dice.randrange(space.size))}
        for kind, column in zip(table.kinds, WALL, strict=True):
            row[column] = dice.choice([*(unit.id for unit in table.units_of[kind]), None, "OLD-7"])
        made.append(row)
    return made


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
        return rows
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_every_row_gets_what_choosing_alone_gives_it(kansai: Selector, tmp_path: Path, ending: str) -> None:
    rows = drawn(kansai, 3000)
    source = write(tmp_path / f"sites{ending}", rows)
    summary = design_bulk(kansai, source, tmp_path / "out.parquet", tmp_path / "rejects.csv")
    found = read(tmp_path / "out.parquet")
    assert len(found) == len(rows) == summary.rows
    assert summary.rejected == 0
    for row, result in zip(rows, found, strict=True):
        needs = {name: row[name] for name in NEEDS}
        answer = kansai.choose(needs, Combination(tuple(row[name] for name in WALL)))
        assert result["supply_point"] == row["supply_point"]
        if isinstance(answer, Choice):
            broken = kansai.check(needs, Combination(tuple(row[name] for name in WALL))).broken
            assert result["choice"] == "/".join(str(unit) for unit in answer.combination)
            assert result["replaced"] == "/".join(answer.replaced)
            assert result["rules_failed"] == "/".join(rule.id for rule in broken if rule.id != "UNIT")
        else:
            assert result["choice"] is None
            assert result["replaced"] is None
            assert set(result["rules_failed"].split("/")) == {id_ for c in answer.conflicts for id_ in c.rule_ids}
    assert summary.chosen == sum(1 for result in found if result["choice"])
    assert summary.unsatisfied == len(rows) - summary.chosen


def test_the_columns_of_the_file_come_back_unchanged(kansai: Selector, tmp_path: Path) -> None:
    source = write(tmp_path / "sites.csv", [{**ROW, "note": '0,5 "x"\nline'}, {**ROW, "note": ""}])
    design_bulk(kansai, source, tmp_path / "out.csv", tmp_path / "rejects.csv")
    (first, second), names = read(tmp_path / "out.csv"), [*ROW, "note", *RESULT_COLUMNS]
    assert list(first) == names
    assert first["note"] == '0,5 "x"\nline'
    assert first["supply_point"] == "0600000000000000000001"
    assert first["two_way"] == "True"
    assert second["choice"] == "RF-W2/3W60-2B/SW3W60/CV-R"


def test_columns_keep_their_types_in_parquet(kansai: Selector, tmp_path: Path) -> None:
    source = write(tmp_path / "sites.parquet", [{**ROW, "weight": 1.5}])
    design_bulk(kansai, source, tmp_path / "out.parquet", tmp_path / "rejects.csv")
    before, after = pq.read_schema(source), pq.read_schema(tmp_path / "out.parquet")
    assert [after.field(name).type for name in before.names] == [before.field(name).type for name in before.names]
    assert all(after.field(name).type == pa.string() for name in RESULT_COLUMNS)


@pytest.mark.parametrize(
    ("column", "array"),
    [
        ("capacity", pa.array([60, 60], pa.int8())),
        ("capacity", pa.array([60.0, 60.0])),
        ("capacity", pa.array([60, 60]).cast(pa.decimal128(20, 0))),
        ("capacity", pa.array(["60", "60"])),
        ("two_way", pa.array(["True", "true"])),
        ("two_way", pa.array([1, 1])),
        ("medium", pa.array(["rf", "rf"], pa.large_string())),
        ("medium", pa.array(["rf", "rf"], pa.string_view())),
        ("medium", pa.array(["rf", "rf"]).dictionary_encode()),
        ("installed_option", pa.nulls(2)),
    ],
    ids=str,
)
def test_values_are_read_from_whatever_type_a_tool_wrote(
    kansai: Selector, tmp_path: Path, column: str, array: pa.Array
) -> None:
    table = pa.Table.from_pylist([dict(ROW), dict(ROW)])
    source = tmp_path / "sites.parquet"
    pq.write_table(table.set_column(table.schema.get_field_index(column), column, array), source)
    summary = design_bulk(kansai, source, tmp_path / "out.parquet", tmp_path / "rejects.csv")
    assert summary.chosen == 2
    assert {row["choice"] for row in read(tmp_path / "out.parquet")} == {"RF-W2/3W60-2B/SW3W60/CV-R"}


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_rejects_tell_row_and_reason_and_the_rest_goes_through(kansai: Selector, tmp_path: Path, ending: str) -> None:
    rows: list[dict[str, Any]] = [dict(ROW) for _ in range(5)]
    rows[1]["medium"] = "wifi"
    rows[3]["capacity"] = 61
    rows[4]["rain"] = None
    source = write(tmp_path / f"sites{ending}", rows)
    summary = design_bulk(kansai, source, tmp_path / f"out{ending}", tmp_path / "rejects.csv")
    rejects = read(tmp_path / "rejects.csv")
    counted, before = ("line", 1) if ending == ".csv" else ("row", 0)
    assert [int(row[counted]) - before for row in rejects] == [2, 4, 5]
    assert "“medium” cannot be 'wifi': it is one of rf, plc" in rejects[0]["reason"]
    assert "“capacity” cannot be" in rejects[1]["reason"]
    assert "“rain” is empty" in rejects[2]["reason"]
    assert (summary.rows, summary.chosen, summary.rejected) == (5, 2, 3)
    assert len(read(tmp_path / f"out{ending}")) == 2


def test_a_malformed_line_of_csv_is_a_reject_and_the_count_goes_on(kansai: Selector, tmp_path: Path) -> None:
    rows = [dict(ROW), {**ROW, "medium": "?"}]
    source = write(tmp_path / "sites.csv", rows)
    lines = source.read_text("utf-8").splitlines()
    source.write_text("\n".join([lines[0], "too,short", lines[1], lines[2], "", "also,short"]) + "\n", "utf-8")
    summary = design_bulk(kansai, source, tmp_path / "out.csv", tmp_path / "rejects.csv")
    rejects = {row["line"]: row["reason"] for row in read(tmp_path / "rejects.csv")}
    assert list(rejects) == ["2", "4", "6"]
    assert "columns is 2, not 13" in rejects["2"]
    assert "“medium”" in rejects["4"]
    assert summary.rejected == 3
    assert summary.chosen == 1


def test_rejects_keep_the_files_order_over_many_batches(
    kansai: Selector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keiki.foundation.files.csv_batches.BLOCK", 1000)
    row, wrong = [",".join(str({**ROW, "medium": m}[name]) for name in ROW) for m in ("rf", "?")]
    dice = random.Random(4)
    lines = [dice.choice([row, row, wrong, "too,short"]) for _ in range(400)]
    source = tmp_path / "sites.csv"
    source.write_text("\n".join([",".join(ROW), *lines]) + "\n", "utf-8")
    summary = design_bulk(kansai, source, tmp_path / "out.csv", tmp_path / "rejects.csv")
    told = [(int(reject["line"]), "columns" in reject["reason"]) for reject in read(tmp_path / "rejects.csv")]
    assert told == [(number, line == "too,short") for number, line in enumerate(lines, 2) if line != row]
    assert (summary.rows, summary.chosen) == (400, lines.count(row))


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_a_file_without_rows_gives_a_file_without_rows(kansai: Selector, tmp_path: Path, ending: str) -> None:
    source = tmp_path / f"sites{ending}"
    if ending == ".csv":
        source.write_text(",".join(ROW) + "\n", "utf-8")
    else:
        pq.write_table(pa.Table.from_pylist([dict(ROW)]).slice(0, 0), source)
    summary = design_bulk(kansai, source, tmp_path / f"out{ending}", tmp_path / "rejects.csv")
    assert summary.rows == 0
    assert read(tmp_path / f"out{ending}") == []


def test_what_cannot_be_read_is_said_and_nothing_is_left_behind(kansai: Selector, tmp_path: Path) -> None:
    source = write(tmp_path / "sites.csv", [{"supply_point": "06", "medium": "rf"}])
    out, rejects = tmp_path / "out.csv", tmp_path / "rejects.csv"
    with pytest.raises(ColumnsError, match=r"route_b.*installed_cover"):
        design_bulk(kansai, source, out, rejects)
    with pytest.raises(FileError, match="cannot be read"):
        design_bulk(kansai, tmp_path / "missing.csv", out, rejects)
    with pytest.raises(FileError, match=r"neither \.parquet nor \.csv"):
        design_bulk(kansai, source.rename(tmp_path / "sites.txt"), out, rejects)
    foreign = tmp_path / "foreign.csv"
    foreign.write_bytes("供給地点,medium\n".encode("cp932"))
    with pytest.raises(FileError, match="this is not UTF-8 text"):
        design_bulk(kansai, foreign, out, rejects)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 nothing")
    with pytest.raises(FileError, match=r"not a correct \.parquet"):
        design_bulk(kansai, broken, out, rejects)
    taken = write(tmp_path / "taken.csv", [{**ROW, "choice": "?"}])
    with pytest.raises(FileError, match="column choice already"):
        design_bulk(kansai, taken, out, rejects)
    with pytest.raises(FileError, match="three files"):
        design_bulk(kansai, taken, taken, rejects)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "broken.parquet",
        "foreign.csv",
        "sites.txt",
        "taken.csv",
    ]


def test_progress_grows_to_the_end(kansai: Selector, tmp_path: Path) -> None:
    source = write(tmp_path / "sites.parquet", drawn(kansai, 200))
    seen: list[float] = []
    design_bulk(kansai, source, tmp_path / "out.parquet", tmp_path / "rejects.csv", seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
