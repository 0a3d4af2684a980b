"""What goes wrong at a planner's desk late in the day: nothing is lost, and everything is said in their language."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from keiki.cli import catalogue, design

ROOT = Path(__file__).parents[2]
RUNNER = CliRunner()
NEEDS = {"medium": "rf", "route_b": "wireless", "two_way": "true", "phase": "1P3W", "capacity": "60"}
NEEDS |= {"remote_switching": "true", "voltage_measurement": "false", "rain": "true"}
WALL = {"communication": "RF-W2", "metering": "3W60-1N", "option": "SW3W60", "cover": "CV-R"}
ROW = {**NEEDS, **{f"installed_{kind}": unit for kind, unit in WALL.items()}}
PAIRS = [f"{name}={value}" for name, value in NEEDS.items()]


def written(path: Path, *rows: dict[str, str]) -> Path:
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.csv").touch()
    (tmp_path / "sjis.csv").write_bytes("供給地点,medium\n".encode("cp932"))
    written(tmp_path / "sites.csv", ROW)
    job = {"job": "a", "depot": "north", "priority": "1", "date": "2016-04-01", **ROW}
    written(tmp_path / "jobs.csv", job)
    written(tmp_path / "slashes.csv", {**job, "date": "2016/4/1"})
    written(tmp_path / "wifi.csv", {**job, "medium": "wifi"})
    written(tmp_path / "nameless.csv", {**job, "job": " "})
    stock = {"depot": "north", "unit": "3W60-2B", "count": "1"}
    written(tmp_path / "stock.csv", stock)
    written(tmp_path / "stock-twice.csv", stock, stock)
    (tmp_path / "ragged.csv").write_text(",".join(job) + "\n" + ",".join(job.values()) + ",9\n", "utf-8")
    (tmp_path / "owed.json").write_text('{"RF-W2": -1}', "utf-8")
    (tmp_path / "broken.json").write_text("{", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("catalogue verify empty", "empty に .toml ファイルがありません"),
        ("catalogue verify nowhere", "フォルダー nowhere がありません"),
        ("catalogue verify kansai-2015 --on 2016/04/01", "「2016/04/01」は日付として読めません"),
        ("design choose medium", "「medium」には値がありません"),
        ("design choose medium=rf medium=plc", "要件「medium」が2回"),
        ("design choose medium=rf", "要件「route_b」がありません"),
        ("design choose --stock owed.json medium=rf", "0以上の整数"),
        ("design choose --stock broken.json medium=rf", "JSONではありません"),
        ("design choose --installed RF-W2 medium=rf", "要件「route_b」がありません"),
        ("design bulk empty.csv out.csv", "empty.csv: 空です"),
        ("design bulk sjis.csv out.csv", "sjis.csv の1行目: UTF-8 の文字として読めません"),
        ("design bulk stock.csv out.csv", "ファイルに列 medium"),
        ("design bulk sites.csv sites.csv", "別のファイルでなければなりません"),
        ("design bulk sites.csv ./empty/../sites.csv", "別のファイルでなければなりません"),
        ("design bulk sites.csv nowhere/out.csv", "フォルダーがありません"),
        ("design bulk sites.csv out.xlsx", ".parquet でも .csv でもありません"),
        ("design bulk sites.csv out.csv --rejects empty", "empty はフォルダーです"),
        ("design assign empty.csv stock.csv", "empty.csv: 空です"),
        ("design assign sjis.csv stock.csv", "sjis.csv の1行目: UTF-8 の文字として"),
        ("design assign slashes.csv stock.csv", "slashes.csv の2行目: 日付の'2016/4/1'"),
        ("design assign wifi.csv stock.csv", "wifi.csv の2行目: 要件「medium」を 'wifi' には"),
        ("design assign nameless.csv stock.csv", "nameless.csv の2行目: jobが空です"),
        ("design assign ragged.csv stock.csv", "ragged.csv の2行目: この行は17列ですが、見出しは16列です"),
        ("design assign jobs.csv stock-twice.csv", "stock-twice.csv の3行目"),
        ("design assign jobs.csv nothere.csv", "ファイルがありません"),
    ],
)
def test_a_slip_is_said_in_japanese_and_touches_nothing(desk: Path, command: str, says: str) -> None:
    before = {path: path.read_bytes() for path in desk.iterdir() if path.is_file()}
    suite, *arguments = command.split()
    result = RUNNER.invoke({"catalogue": catalogue, "design": design}[suite].app, arguments)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert {path: path.read_bytes() for path in desk.iterdir() if path.is_file()} == before
    assert "{" not in result.stderr.replace("{'RF", "").replace('{"RF', "")


def test_a_refused_catalogue_is_refused_in_the_chosen_language(desk: Path) -> None:
    (desk / "empty" / "catalogue.toml").write_text("[catalogue]\nname = 1\n", "utf-8")
    told = RUNNER.invoke(catalogue.app, ["verify", "empty"])
    assert told.exit_code == 1
    assert "empty/catalogue.toml:2: 「name」は文字列でなければなりませんが、1 と書かれています" in told.stderr
    assert "empty: 受け付けられません" in told.stderr
    english = RUNNER.invoke(catalogue.app, ["verify", "empty", "--lang", "en"]).stderr
    assert "empty/catalogue.toml:2: “name” must be a text, not 1" in english


@pytest.mark.parametrize("command", ["list", "verify kansai-2015 --all", "diff kansai-2015 second-generation"])
def test_what_catalogues_say_is_japanese_throughout(command: str) -> None:
    said = RUNNER.invoke(catalogue.app, command.split()).stdout
    for english in ("version", "combinations", "best of", "needs", "hangs", "nothing", "conflicts"):
        assert english not in said


def test_full_width_is_read_as_what_is_meant() -> None:
    pairs = [pair.replace("capacity=60", "ｃａｐａｃｉｔｙ＝６０").replace("1P3W", "１Ｐ３Ｗ") for pair in PAIRS]
    wall = "ＲＦ－Ｗ２／3W60−1N/SW3W60/CV-R"
    result = RUNNER.invoke(design.app, ["choose", *pairs, "--installed", wall])
    assert result.exit_code == 0, result.stderr
    assert "取替: 計量ユニット; 流用: 通信ユニット、付加機能ユニット、端子カバー" in result.stdout
    assert "注意" not in result.stderr


def test_unit_ids_that_nobody_knows_are_pointed_out(desk: Path) -> None:
    (desk / "stock.json").write_text('{"3W60-2B": 1, "XX": 3}', "utf-8")
    wall = ["--installed", "RF-W2/3W60-1N/SW3W60/RF-W2", "--stock", "stock.json"]
    result = RUNNER.invoke(design.app, ["choose", *PAIRS, *wall, "--lang", "en"])
    assert "note: RF-W2 that hangs is not in the catalogue as a unit of its kind" in result.stderr
    assert "note: XX in stock is not in the catalogue" in result.stderr
    written(desk / "strange.csv", ROW, {**ROW, "installed_cover": "CV-X"}, {**ROW, "installed_cover": "?"})
    result = RUNNER.invoke(design.app, ["bulk", "strange.csv", "out.csv"])
    assert "installed_cover の 'CV-X'(該当する行数: 1)" in result.stderr


def test_a_heading_alone_gives_a_heading_alone(desk: Path) -> None:
    (desk / "heading.csv").write_text(",".join(ROW) + "\n", "utf-8")
    result = RUNNER.invoke(design.app, ["bulk", "heading.csv", "OUT.CSV"])
    assert result.exit_code == 0, result.stderr
    assert "0行" in result.stdout
    assert len((desk / "OUT.CSV").read_text("utf-8").splitlines()) == 1
    assert (desk / "OUT.rejects.csv").read_text("utf-8").splitlines() == ["line,reason"]


def test_a_folder_that_cannot_be_written_is_told_before_the_work(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "empty")
    result = RUNNER.invoke(design.app, ["bulk", "sites.csv", "empty/out.csv"])
    assert result.exit_code == 2
    assert "書き込めません(権限がありません)" in result.stderr
    assert list((desk / "empty").iterdir()) == []


def test_rejects_are_in_the_planners_language(desk: Path) -> None:
    written(desk / "two.csv", ROW, {**ROW, "rain": ""})
    RUNNER.invoke(design.app, ["bulk", "two.csv", "out.csv"])
    assert "要件「rain」が空です" in (desk / "out.rejects.csv").read_text("utf-8")


def test_a_file_in_another_encoding_further_down_is_told_and_leaves_nothing(desk: Path) -> None:
    heading, row = (desk / "sites.csv").read_bytes().splitlines()
    (desk / "late.csv").write_bytes(
        b"\n".join([heading + b",note", *[row + b",x"] * 3, row + b"," + "市".encode("cp932")])
    )
    result = RUNNER.invoke(design.app, ["bulk", "late.csv", "out.csv"])
    assert result.exit_code == 2
    assert "late.csv の5行目: UTF-8 の文字として読めません" in result.stderr
    assert [path.name for path in desk.iterdir() if "out" in path.name] == []


@pytest.mark.slow
def test_ctrl_c_leaves_no_file_that_looks_whole(desk: Path) -> None:
    row = ",".join(ROW.values()) + "\n"
    (desk / "many.csv").write_text(",".join(ROW) + "\n" + row * 3_000_000, "utf-8")
    (desk / "out.csv").write_text("yesterday's\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "keiki", "design", "bulk", "many.csv", "out.csv"]
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=desk)
    draft = desk / ".out.csv.partial"
    for _ in range(600):
        if draft.exists():
            break
        time.sleep(0.05)
    assert draft.exists()
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "中止しました" in errors
    assert (desk / "out.csv").read_text("utf-8") == "yesterday's\n"
    assert not draft.exists()
    assert not (desk / "out.rejects.csv").exists()
