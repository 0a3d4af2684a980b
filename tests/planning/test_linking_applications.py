"""A file of applications: every point is judged by its own, and what cannot be used is held back and listed."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from linking_oracle import judged_in_bulk, judged_one_by_one, rows_of
from typer.testing import CliRunner

from keiki.bench.snapshots.writing import write_snapshots
from keiki.cli.link import app
from keiki.domain.linkage.decision import RouteBApplication
from keiki.domain.mapping.keys import KeyFormat
from keiki.domain.selection import Selector
from keiki.domain.supply_point import SupplyPoint
from keiki.planning.bulk import design_bulk
from keiki.planning.linking import (
    ApplicationCounts,
    LinkingError,
    LinkSummary,
    Outputs,
    link_bulk,
    parts,
    read_configuration,
)

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FORMATS = [KeyFormat(name) for name in ("bare", "hyphenated", "full_width", "zero_lost")]
MEDIA = ("none", "wireless", "plc")
Rows = list[tuple[str | None, str | None]]


@pytest.fixture(autouse=True)
def _several_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_BYTES", 5000)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshots(tmp_path_factory.mktemp("drawn"), 400, seed=11, now=NOW).parent


@pytest.fixture
def folder(tmp_path: Path, drawn: Path) -> Path:
    return shutil.copytree(drawn, tmp_path / "snapshots")


@pytest.fixture(scope="module")
def points(drawn: Path) -> list[SupplyPoint]:
    """Points that supervisory control knows."""
    numbers = (row["sp_no"] for row in rows_of(drawn / "supervisory.parquet"))
    return [SupplyPoint(number) for number in numbers if len(number) == 22]


def write(path: Path, rows: Rows) -> Path:
    columns = {"supply_point": [point for point, _ in rows], "route_b": [medium for _, medium in rows]}
    table = pa.table(columns, pa.schema([("supply_point", pa.string()), ("route_b", pa.string())]))
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(table, path)
    else:
        pq.write_table(table, path)
    return path


def link(
    folder: Path,
    applications: Path | None,
    application: RouteBApplication = RouteBApplication(),  # noqa: B008 - a frozen value
) -> tuple[LinkSummary, Outputs]:
    outputs = Outputs.beside(folder / "linked.parquet")
    configuration = read_configuration(folder / "snapshots.toml")
    return link_bulk(configuration, outputs, NOW, application, applications=applications, memory="1GB"), outputs


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize("default", [RouteBApplication(), RouteBApplication("wireless", renewable=True)])
def test_every_point_is_judged_by_its_own_application(
    folder: Path, points: list[SupplyPoint], default: RouteBApplication, ending: str
) -> None:
    dice, rows, applied = random.Random(4), Rows(), dict[str, RouteBApplication | str]()
    for point in points[:200]:
        medium = dice.choice(MEDIA)
        applied[point.number] = RouteBApplication(medium, renewable=default.renewable)
        for _ in range(dice.choice((1, 1, 1, 2))):
            rows.append(
                (
                    dice.choice(FORMATS).write(point) + dice.choice(("", "", " \u3000")),
                    f"{dice.choice((medium, medium.upper()))} ",
                )
            )
    for point in points[200:240]:
        applied[point.number] = "contradicting"
        rows += [(FORMATS[0].write(point), "wireless"), (FORMATS[1].write(point), "plc")]
    for point in points[240:270]:
        applied[point.number] = "unreadable"
        rows += [(FORMATS[2].write(point), dice.choice(("Wi-Fi", "", "有", "radio")))]
    strangers = [(FORMATS[3].write(SupplyPoint(f"0699{n:018d}")), "plc") for n in range(1, 8)]
    spoilt = [(str(points[0])[:-1], "plc"), ("", "plc"), ("KEP" + points[0].number, "plc"), ("6.0012E+20", "plc")]
    rows += [*strangers, *spoilt]
    dice.shuffle(rows)

    summary, outputs = link(folder, write(folder / f"applied.{ending}", rows), default)

    found = judged_in_bulk(*outputs.paths)
    expected = judged_one_by_one(folder, NOW, default, applied)
    assert found.ready == expected.ready
    assert found.obstacles == expected.obstacles
    assert found.rules == expected.rules
    assert {row["route_b"] for row in found.ready.values()} == set(MEDIA)
    told = [row for row in rows_of(outputs.rejects) if row["source"] == "applications"]
    assert Counter(row["kind"] for row in told if row["kind"] not in ("unknown-code", "empty")) == {
        "key": len(spoilt),
        "contradicting": 80,
        "unknown-point": len(strangers),
    }
    assert sum(row["kind"] in ("unknown-code", "empty") for row in told) == 30
    for row in told:
        key, medium = rows[row["row"] - (2 if ending == "csv" else 1)]
        assert row["reason_ja"] != row["reason_en"] != ""
        assert (row["kind"] == "key") == ((key, medium) in spoilt)
        assert (row["kind"] == "unknown-point") == ((key, medium) in strangers)
    kinds = {
        (column, kind): cells for (source, column, kind), cells in summary.rejects.items() if source == "applications"
    }
    assert kinds == Counter((row["column"], row["kind"]) for row in told)
    assert summary.applied == ApplicationCounts(len(rows), 200, len(strangers))


def test_without_a_file_every_point_gets_the_same(folder: Path) -> None:
    summary, outputs = link(folder, None, RouteBApplication("plc"))
    assert summary.applied is None
    assert {row["route_b"] for row in rows_of(outputs.needs)} == {"plc"}


def test_what_is_applied_for_is_designed(folder: Path, points: list[SupplyPoint], kansai: Selector) -> None:
    applied = {point.number: ("wireless", "plc")[number % 2] for number, point in enumerate(points[:30])}
    _, outputs = link(folder, write(folder / "applied.csv", list(applied.items())))
    design_bulk(kansai, outputs.needs, folder / "designed.parquet", folder / "not.csv")
    chosen = {row["supply_point"]: row["choice"] for row in rows_of(folder / "designed.parquet")}
    both = chosen.keys() & applied.keys()
    assert len(both) > 20
    for number in both:
        assert chosen[number][3] == {"wireless": "W", "plc": "P"}[applied[number]]


def test_numbers_that_lost_their_zero_in_a_number_column_are_read(folder: Path, points: list[SupplyPoint]) -> None:
    values = ", ".join(f"({int(point.number)}::DECIMAL(22), 'plc')" for point in points[1:10])
    duckdb.execute(f"COPY (FROM (VALUES {values}) AS t(supply_point, route_b)) TO '{folder / 'applied.parquet'}'")
    summary, _ = link(folder, folder / "applied.parquet")
    assert summary.applied == ApplicationCounts(9, 9, 0)


def test_a_row_of_another_width_is_listed_and_the_numbers_behind_it_stay_right(
    folder: Path, points: list[SupplyPoint]
) -> None:
    lines = ["name,supply_point,route_b", f"甲,{points[0]},plc", f"乙,{points[1]}", f"丙,{points[2]},lte"]
    (folder / "applied.csv").write_text("\n".join(lines), encoding="utf-8")
    summary, outputs = link(folder, folder / "applied.csv")
    told = [row for row in rows_of(outputs.rejects) if row["source"] == "applications"]
    assert sorted((row["row"], row["kind"]) for row in told) == [(3, "malformed"), (4, "unknown-code")]
    assert summary.applied == ApplicationCounts(3, 1, 0)


def test_numbers_that_a_spreadsheet_cut_are_named_and_a_formula_is_read(
    folder: Path, points: list[SupplyPoint]
) -> None:
    lines = [
        "supply_point,route_b",
        "600121789396435000000,wireless",
        "6.00121789396435E+20,wireless",
        f'"=""{points[5].number}""",wireless',
    ]
    (folder / "applied.csv").write_text("\n".join(lines), encoding="utf-8")
    summary, outputs = link(folder, folder / "applied.csv")
    told = [row for row in rows_of(outputs.rejects) if row["source"] == "applications"]
    assert sorted((row["row"], row["kind"]) for row in told) == [(2, "key"), (3, "key")]
    assert all("a spreadsheet cut the number to 15 digits" in row["reason_en"] for row in told)
    assert all("表計算ソフト" in row["reason_ja"] for row in told)
    assert summary.applied == ApplicationCounts(3, 1, 0)


def test_an_empty_file_applies_for_nothing(folder: Path) -> None:
    for ending in ("csv", "parquet"):
        summary, _ = link(folder, write(folder / f"applied.{ending}", []))
        assert summary.applied == ApplicationCounts(0, 0, 0)


REFUSED = {
    "a pipe": ("pipe.csv", None, "pipe.csv cannot be read (it is no regular file"),
    "a circle of links": ("circle.csv", None, "circle.csv cannot be read (its symbolic links lead in a circle)"),
    "not there": ("applied.csv", None, "cannot be read (there is no such file)"),
    "another ending": ("applied.xlsx", b"PK", "neither .parquet nor .csv"),
    "not parquet": ("applied.parquet", b"supply_point", "is not a whole Parquet file"),
    "in cp932": ("applied.csv", "供給地点,route_b\n".encode("cp932"), "line 1: this is not UTF-8 text"),
    "no medium": ("applied.csv", b"supply_point,medium\n1,plc\n", "has no column route_b"),
    "a column twice": ("applied.csv", b"supply_point,route_b,route_b\n1,plc,plc\n", "column route_b twice"),
    "a column in two spellings": (
        "applied.csv",
        "supply_point,route_b,ｒｏｕｔｅ＿ｂ\n1,plc,none\n".encode(),
        "column route_b twice, in whatever spelling",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_used_is_refused_in_both_languages_and_nothing_is_left(folder: Path, case: str) -> None:
    name, content, expected = REFUSED[case]
    if content is not None:
        (folder / name).write_bytes(content)
    elif name == "pipe.csv":
        os.mkfifo(folder / name)
    elif name == "circle.csv":
        (folder / name).symlink_to(name)
    with pytest.raises(LinkingError, match=re.escape(expected)) as caught:
        link(folder, folder / name)
    assert re.search("[ぁ-ん]", caught.value.text[0])
    assert not [path for path in folder.iterdir() if path.name.startswith((".", "linked"))]


def test_no_result_is_written_over_the_file_of_applications(folder: Path, points: list[SupplyPoint]) -> None:
    given = write(folder / "linked.rejects.parquet", [(str(points[0]), "plc")])
    with pytest.raises(LinkingError, match="give the result another name"):
        link(folder, given)
    assert rows_of(given)


def test_the_command_says_what_came_of_the_file_in_both_languages(folder: Path, points: list[SupplyPoint]) -> None:
    rows: Rows = [(points[0].number, "plc"), (points[1].number, "LTE"), ("06" + "9" * 20, "plc")]
    given = ["bulk", str(folder / "snapshots.toml"), str(folder / "x.parquet"), "--as-of", "2026-11-20T03:00:00+0000"]
    given += ["--applications", str(write(folder / "applied.csv", rows))]
    shown = [CliRunner().invoke(app, [*given, "--lang", language]).stdout for language in ("ja", "en")]
    assert "申込み 3 行: 反映 1 地点、どの台帳にもない 1 地点" in shown[0]
    assert "3 rows of applications: 1 supply point, 1 unknown" in shown[1]
    told = json.loads(CliRunner().invoke(app, [*given, "--json"]).stdout)
    assert told["applications"] == {"rows": 3, "points": 1, "unknown": 1}
    assert {each["kind"] for each in told["rejects"] if each["source"] == "applications"} == {
        "unknown-code",
        "unknown-point",
    }
