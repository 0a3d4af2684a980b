"""What bulk linkage takes in and refuses: files, configurations, results, and its command line."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from linking_oracle import judged_in_bulk, rows_of
from typer.testing import CliRunner

from keiki.bench.snapshots.writing import write_snapshots
from keiki.cli.link import app
from keiki.domain.selection import Selector
from keiki.planning.bulk import design_bulk
from keiki.planning.linking import LinkingError, Outputs, link_bulk, read_configuration
from keiki.planning.linking.outputs import NEED_COLUMNS

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
OWNERS = ("customer", "distribution", "construction", "allocation", "supervisory")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_snapshots(tmp_path_factory.mktemp("drawn"), 400, seed=3, now=NOW).parent


@pytest.fixture
def folder(tmp_path: Path, drawn: Path) -> Path:
    return shutil.copytree(drawn, tmp_path / "snapshots")


def link(folder: Path, name: str = "linked.parquet", now: datetime = NOW) -> Outputs:
    outputs = Outputs.beside(folder / name)
    link_bulk(read_configuration(folder / "snapshots.toml"), outputs, now, memory="1GB")
    return outputs


def changed(folder: Path, old: str, new: str, name: str = "snapshots.toml") -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def test_csv_snapshots_and_results_say_the_same_as_parquet(folder: Path) -> None:
    of_parquet = link(folder)
    for owner in OWNERS:
        duckdb.execute(f"COPY (FROM '{folder / owner}.parquet') TO '{folder / owner}.csv' (HEADER)")
    changed(folder, ".parquet", ".csv")
    of_csv = link(folder, "linked.csv")
    one, other = (judged_in_bulk(*each.paths) for each in (of_parquet, of_csv))
    assert {point: {name: str(value) for name, value in row.items()} for point, row in one.ready.items()} == {
        f"{int(point):022d}": {name: str(value) for name, value in row.items()} for point, row in other.ready.items()
    }
    heading = 1
    assert {(source, row + heading, column) for source, row, column, *_ in one.rejects} == {
        (source, line, column) for source, line, column, *_ in other.rejects
    }


def test_a_csv_row_of_another_width_is_rejected_and_the_numbers_behind_it_stay_right(folder: Path) -> None:
    path = folder / "allocation.csv"
    key, stamp = "KEP06{:020d}", "2026-11-20T09:00:00+09:00"
    rows = [f"{key.format(1)},D01,{stamp}", "KEP06,D01", f"{key.format(2)},,{stamp}", f"{key.format(3)},D02,{stamp}"]
    path.write_text("\n".join(("kyokyu,soko,koshin", *rows, "")), encoding="utf-8")
    changed(folder, "allocation.parquet", "allocation.csv")
    told = [row for row in rows_of(link(folder).rejects) if row["source"] == "allocation"]
    assert [(row["row"], row["kind"]) for row in sorted(told, key=lambda row: row["row"])] == [
        (3, "malformed"),
        (4, "empty"),
    ]


def test_the_result_is_designed_in_bulk_as_it_is(folder: Path, kansai: Selector) -> None:
    outputs = link(folder)
    summary = design_bulk(kansai, outputs.needs, folder / "designed.parquet", folder / "not.csv")
    assert summary.rows == len(rows_of(outputs.needs))
    assert summary.rejected == 0
    assert summary.chosen > 0.8 * summary.rows


def test_the_needs_are_the_catalogues(kansai: Selector) -> None:
    assert set(NEED_COLUMNS) == set(kansai.catalogue.needs)


def test_yesterdays_snapshots_hold_everything_back_a_week_later(folder: Path) -> None:
    outputs = link(folder, now=NOW + timedelta(days=7))
    assert rows_of(outputs.needs) == []
    assert {row["kind"] for row in rows_of(outputs.blocked)} >= {"stale"}


def test_rejects_show_no_value_of_a_key(folder: Path) -> None:
    for row in rows_of(link(folder).rejects):
        assert not re.search("[0-9０-９]{8}", row["masked"].replace("9", "").replace("９", ""))
        assert row["masked"] in row["reason_en"]
        assert all(row[name] for name in ("reason_ja", "kind", "terms"))


def column_in_two_spellings(folder: Path, ending: str) -> None:
    """Write ``ｋｅｉｒｏ`` beside ``keiro``, saying something else."""
    source, target = folder / "distribution.parquet", folder / f"twice.{ending}"
    duckdb.execute(f"COPY (SELECT *, 'MH' AS \"ｋｅｉｒｏ\" FROM '{source}') TO '{target}'")
    changed(folder, "distribution.parquet", target.name)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def circle(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "no such file": (
        lambda f: (f / "customer.parquet").unlink(),
        "customer.parquet cannot be read (there is no such file)",
    ),
    "a pipe": (lambda f: pipe(f / "customer.parquet"), "customer.parquet cannot be read (it is no regular file"),
    "a circle of links": (
        lambda f: circle(f / "customer.parquet"),
        "customer.parquet cannot be read (its symbolic links lead in a circle)",
    ),
    "a pipe as snapshots.toml's mapping": (
        lambda f: pipe(f / "sources.toml"),
        "sources.toml: this file cannot be read (it is no",
    ),
    "not parquet": (
        lambda f: (f / "customer.parquet").write_text("KEIYAKU"),
        "customer.parquet is not a whole Parquet file",
    ),
    "another ending": (lambda f: changed(f, "customer.parquet", "customer.xlsx"), "neither .parquet nor .csv"),
    "no such column": (lambda f: changed(f, '"keiro"', '"keiroo"', "sources.toml"), "has no column keiroo"),
    "a column in two spellings": (
        lambda f: column_in_two_spellings(f, "parquet"),
        "twice.parquet has the column keiro twice, in whatever spelling",
    ),
    "a column of CSV in two spellings": (
        lambda f: column_in_two_spellings(f, "csv"),
        "twice.csv: it has the column keiro twice, in whatever spelling",
    ),
    "no such term": (lambda f: changed(f, '"medium"', '"medum"', "sources.toml"), "no term 'medum'"),
    "an owner left out": (
        lambda f: changed(f, '[snapshot.distribution]\nfile = "distribution.parquet"', ""),
        "no snapshot gives medium, rain, voltage_measurement",
    ),
    "an owner unknown": (lambda f: changed(f, "[snapshot.customer]", "[snapshot.custmer]"), "no source 'custmer'"),
    "a key misspelt": (lambda f: changed(f, "only =", "onyl ="), "snapshot.construction.onyl: unknown key"),
    "not toml": (lambda f: changed(f, "mapping =", "mapping"), "snapshots.toml:4: this is not TOML"),
    "no mapping": (lambda f: (f / "sources.toml").unlink(), "sources.toml: this file is missing"),
    "a code that means nothing": (lambda f: changed(f, '"MH" = "rf"', '"MH" = "lte"', "sources.toml"), "'medium'"),
    "a result that is a snapshot": (lambda f: changed(f, "customer.parquet", "linked.parquet"), "is a snapshot"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_in_both_languages_and_nothing_is_left(folder: Path, case: str) -> None:
    spoil, expected = REFUSED[case]
    spoil(folder)
    with pytest.raises(LinkingError, match=re.escape(expected)) as caught:
        link(folder)
    assert re.search("[ぁ-ん]", caught.value.text[0])
    assert not [path for path in folder.iterdir() if path.name.startswith((".", "linked"))]


def test_a_time_without_zone_and_a_wrong_ending_are_refused(folder: Path) -> None:
    with pytest.raises(LinkingError, match="no zone"):
        link(folder, now=NOW.replace(tzinfo=None))
    with pytest.raises(LinkingError, match=r"must end in \.parquet or \.csv"):
        link(folder, "linked.xlsx")
    with pytest.raises(LinkingError, match="does not exist"):
        link(folder, "nowhere/linked.csv")


def test_the_command_prints_counts_as_a_table_and_as_json(folder: Path) -> None:
    given = ["bulk", str(folder / "snapshots.toml"), str(folder / "x.parquet"), "--as-of", "2026-11-20T03:00:00+0000"]
    shown = CliRunner().invoke(app, [*given, "--lang", "ja"])
    assert shown.exit_code == 0, shown.output
    assert "400 地点" in shown.stdout
    assert "読んだファイル" in shown.stdout
    assert CliRunner().invoke(app, [*given, "--strict"]).exit_code == (
        1 if rows_of(folder / "x.rejects.parquet") else 0
    )
    told = json.loads(CliRunner().invoke(app, [*given, "--json", "--route-b", "wireless"]).stdout)
    assert told["points"] == 400
    for owner in OWNERS:
        rows = duckdb.sql(f"FROM '{folder / owner}.parquet'").fetchall()
        assert told["rows"][owner] + told["passed_over"][owner] == len(rows), "every row is read or passed over"
    assert told["ready"] == len(rows_of(folder / "x.parquet"))
    assert sum(each["cells"] for each in told["rejects"]) == len(rows_of(folder / "x.rejects.parquet"))
    assert {row["route_b"] for row in rows_of(folder / "x.parquet")} == {"wireless"}


def test_the_command_says_what_is_wrong_and_exits_2(folder: Path) -> None:
    (folder / "customer.parquet").unlink()
    given = ["bulk", str(folder / "snapshots.toml"), str(folder / "x.parquet"), "--lang", "ja"]
    told = CliRunner().invoke(app, given)
    assert told.exit_code == 2
    assert "customer.parquet を読めません(ファイルがありません)" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1, "the sentence, and no clock beside it"


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_link_at_a_drafts_name_leads_nowhere(folder: Path, ending: str) -> None:
    (folder / "elsewhere").write_text("somebody's file")
    outputs = Outputs.beside(folder / f"n.{ending}")
    for path in outputs.paths:
        for name in (f".{path.name}.partial", f"tmp_.{path.name}.partial"):
            (folder / name).symlink_to(folder / "elsewhere")
    given = ["bulk", str(folder / "snapshots.toml"), str(outputs.needs), "--as-of", "2026-11-20T03:00:00+0000"]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    assert (folder / "elsewhere").read_text() == "somebody's file"
    assert not any(path.is_symlink() or not path.is_file() for path in outputs.paths)
