"""``keiki catalogue`` and ``keiki design`` as a planner types them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from keiki.catalogues import SHIPPED
from keiki.cli import catalogue, design

ROOT = Path(__file__).parents[2]
NEEDS = ["medium=rf", "route_b=wireless", "two_way=true", "phase=1P3W", "capacity=60", "remote_switching=true"]
NEEDS += ["voltage_measurement=false", "rain=true"]
RUNNER = CliRunner()


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    folder = tmp_path / "changed"
    shutil.copytree(SHIPPED / "kansai-2015", folder)
    return folder


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("name", ["kansai-2015", "second-generation"])
def test_the_golden_table_of_all_needs(name: str) -> None:
    """To change it: ``keiki catalogue table NAME > tests/golden/NAME-needs.csv`` and review the difference."""
    result = RUNNER.invoke(catalogue.app, ["table", name])
    assert result.exit_code == 0
    assert result.stdout == (ROOT / "tests" / "golden" / f"{name}-needs.csv").read_text("utf-8")


def test_verify_tells_the_proof() -> None:
    result = RUNNER.invoke(catalogue.app, ["verify", "kansai-2015"])
    assert result.exit_code == 0
    assert "valid combinations      360" in result.stdout
    assert "864, of which 360 can be met" in result.stdout
    assert "remote_switching=true, voltage_measurement=true  (R5, R6; U1)" in result.stdout
    assert "is chosen before" in result.stdout


def test_verify_lists_every_need_with_its_best() -> None:
    lines = RUNNER.invoke(catalogue.app, ["verify", "kansai-2015", "--all"]).stdout.splitlines()
    assert sum("best of" in line for line in lines) == 360
    assert sum(": nothing (U" in line for line in lines) == 504


def test_verify_lists_every_need_as_json() -> None:
    result = RUNNER.invoke(catalogue.app, ["verify", "kansai-2015", "--json"])
    proof = json.loads(result.stdout)
    assert proof["combinations"] == 360
    assert len(proof["answers"]) == 864
    assert sum(answer["choice"] is None for answer in proof["answers"]) == proof["unsatisfiable"] == 504


def test_verify_goes_through_every_period() -> None:
    result = RUNNER.invoke(catalogue.app, ["verify", "second-generation"])
    assert "as of 2025-04-01" in result.stdout
    assert "as of 2030-04-01" in result.stdout
    only = RUNNER.invoke(catalogue.app, ["verify", "second-generation", "--on", "2029-01-01"])
    assert "as of 2029-01-01" in only.stdout


def test_verify_refuses_with_file_line_and_sentence(changed: Path) -> None:
    edit(changed, "rules.toml", "communication.medium == need.medium", "communication.medum == need.medium")
    result = RUNNER.invoke(catalogue.app, ["verify", str(changed)])
    assert result.exit_code == 1
    assert "rules.toml:26: " in result.stderr
    assert "communication.medum, which is not declared" in result.stderr


def test_verify_refuses_needs_that_nobody_declared(changed: Path) -> None:
    edit(
        changed, "rules.toml", "need.remote_switching && need.voltage_measurement", "need.remote_switching && need.rain"
    )
    result = RUNNER.invoke(catalogue.app, ["verify", str(changed)])
    assert result.exit_code == 1
    assert "nothing meets" in result.stderr
    assert "unsatisfiable “U1” is wrong" in result.stderr


def test_catalogues_verified_together_may_not_overlap(changed: Path) -> None:
    result = RUNNER.invoke(catalogue.app, ["verify", "kansai-2015", str(changed)])
    assert result.exit_code == 1
    assert "dates overlap" in result.stderr


def test_diff_tells_which_needs_get_another_answer(changed: Path) -> None:
    same = RUNNER.invoke(catalogue.app, ["diff", "kansai-2015", str(changed)])
    assert same.exit_code == 0
    assert "0 of 864 needs get another answer" in same.stdout
    edit(changed, "rules.toml", "when = 'need.rain'", "when = 'need.rain && need.medium == \"plc\"'")
    result = RUNNER.invoke(catalogue.app, ["diff", "kansai-2015", str(changed), "--json"])
    found = json.loads(result.stdout)
    assert len(found["differences"]) == 90
    assert all(one["needs"]["rain"] and one["needs"]["medium"] == "rf" for one in found["differences"])
    assert found["differences"][0]["before"][3] == "CV-R"
    assert found["differences"][0]["after"][3] == "CV-N"


def test_diff_sees_weights_that_only_matter_on_a_wall(changed: Path) -> None:
    edit(changed, "catalogue.toml", "weight = 10", "weight = 2")
    found = json.loads(RUNNER.invoke(catalogue.app, ["diff", "kansai-2015", str(changed), "--json"]).stdout)
    assert found["differences"]
    assert all(one["installed"] and one["walls"] > 0 for one in found["differences"])


def test_diff_tells_what_a_date_changes() -> None:
    days = ["--on", "2025-04-01", "--on-after", "2030-04-01"]
    result = RUNNER.invoke(catalogue.app, ["diff", "second-generation", "second-generation", *days, "--json"])
    found = json.loads(result.stdout)["differences"]
    assert len(found) == 540 - 432
    assert all(one["needs"]["medium"] == "plc" and one["after"] is None for one in found)


def test_diff_of_two_utilities_names_what_only_one_asks() -> None:
    result = RUNNER.invoke(catalogue.app, ["diff", "kansai-2015", "second-generation"])
    assert "only in kansai-2015" in result.stdout
    assert "route_b = wifi" in result.stdout
    assert "0 of 0 needs" in result.stdout


def test_list_names_what_is_shipped() -> None:
    assert [line.split("\t")[0] for line in RUNNER.invoke(catalogue.app, ["list"]).stdout.splitlines()] == [
        "kansai-2015",
        "second-generation",
    ]


def test_choose_answers_in_words_and_in_json() -> None:
    wall = ["--installed", "RF-N1/3W60-1N/SW3W60/CV-N"]
    result = RUNNER.invoke(design.app, ["choose", *NEEDS, *wall, "--lang", "ja"])
    assert result.exit_code == 0
    assert result.stdout.startswith("RF-W2 / 3W60-2B / SW3W60 / CV-R\n")
    assert "雨がかりには防雨カバーが必要" in result.stdout
    told = json.loads(RUNNER.invoke(design.app, ["choose", *NEEDS, *wall, "--json"]).stdout)
    assert told["replaced"] == ["communication", "metering", "cover"]


def test_choose_says_what_conflicts() -> None:
    needs = [need.replace("voltage_measurement=false", "voltage_measurement=true") for need in NEEDS]
    result = RUNNER.invoke(design.app, ["choose", *needs, "--lang", "en"])
    assert result.exit_code == 1
    assert "remote_switching=true, voltage_measurement=true (R5, R6)" in result.stdout
    assert "room for one optional unit" in result.stdout


def test_choose_from_stock(tmp_path: Path) -> None:
    stock = tmp_path / "stock.json"
    stock.write_text(json.dumps({"RF-W2": 1, "3W60-2B": 0, "SW3W60": 1, "CV-R": 1}), "utf-8")
    result = RUNNER.invoke(design.app, ["choose", *NEEDS, "--stock", str(stock), "--lang", "en"])
    assert result.exit_code == 1
    assert "out of stock: 3W60-2B; with them: RF-W2 / 3W60-2B / SW3W60 / CV-R" in result.stdout


def test_check_names_rules_and_repair() -> None:
    result = RUNNER.invoke(design.app, ["check", "RF-W2/3W60-1B/SW3W60/CV-R", *NEEDS, "--lang", "ja"])
    assert result.exit_code == 1
    assert "R2 (計量ユニット): 再エネ連系の申込みがありますが" in result.stdout
    assert "最小の修正: RF-W2" in result.stdout
    assert "RF-W2 / 3W60-2B / SW3W60 / CV-R" in result.stdout
    assert RUNNER.invoke(design.app, ["check", "RF-W2/3W60-2B/SW3W60/CV-R", *NEEDS]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["choose", *NEEDS[1:]], "need “medium” is missing"),
        (["choose", *NEEDS, "colour=red"], "“colour” is not declared"),
        (["choose", *NEEDS, "--installed", "RF-N1"], "a combination has one unit id for each of"),
        (["choose", *NEEDS, "--stock", "missing.json"], "missing.json cannot be read"),
        (["choose", *NEEDS, "-c", "nowhere"], "there is no folder nowhere"),
        (["bulk", "missing.csv", "out.csv"], "missing.csv cannot be read"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(arguments: list[str], says: str) -> None:
    result = RUNNER.invoke(design.app, arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def test_bulk_writes_results_and_rejects(tmp_path: Path) -> None:
    source, target = tmp_path / "sites.csv", tmp_path / "out.csv"
    names = [need.split("=")[0] for need in NEEDS]
    columns = [*names, *(f"installed_{kind}" for kind in ("communication", "metering", "option", "cover"))]
    values = [need.split("=")[1] for need in NEEDS]
    rows = [[*values, "RF-N1", "3W60-1N", "SW3W60", "CV-N"], ["?", *values[1:], "", "", "", ""]]
    source.write_text("\n".join(",".join(row) for row in [columns, *rows]) + "\n", "utf-8")
    result = RUNNER.invoke(design.app, ["bulk", str(source), str(target)])
    assert result.exit_code == 0, result.output
    assert "2 in all: 1 with a choice, 0 that nothing meets, 1 rejected" in result.stdout
    assert "RF-W2/3W60-2B/SW3W60/CV-R" in target.read_text("utf-8")
    assert "3,\"need “medium” cannot be '?'" in (tmp_path / "out.rejects.csv").read_text("utf-8")


def test_assign_tells_who_gets_what_and_what_to_reorder(tmp_path: Path) -> None:
    names = [need.split("=")[0] for need in NEEDS]
    values = [need.split("=")[1] for need in NEEDS]
    walls = [f"installed_{kind}" for kind in ("communication", "metering", "option", "cover")]
    lines = [["job", "depot", "priority", "date", *names, *walls]]
    for job, priority in (("a", 2), ("b", 1)):
        lines.append([job, "north", str(priority), "2016-04-01", *values, "RF-W2", "3W60-1N", "SW3W60", "CV-R"])
    (tmp_path / "jobs.csv").write_text("\n".join(map(",".join, lines)) + "\n", "utf-8")
    (tmp_path / "stock.csv").write_text("depot,unit,count\nnorth,3W60-2B,1\n", "utf-8")
    result = RUNNER.invoke(design.app, ["assign", str(tmp_path / "jobs.csv"), str(tmp_path / "stock.csv")])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1:] == [
        "served,b,,,,RF-W2/3W60-2B/SW3W60/CV-R,metering,,",
        "unserved,a,,,,,,3W60-2B,",
        "reorder,,north,3W60-2B,1,,,,",
    ]
    (tmp_path / "stock.csv").write_text("depot,unit,count\nnorth,3W60-2B,many\n", "utf-8")
    wrong = RUNNER.invoke(design.app, ["assign", str(tmp_path / "jobs.csv"), str(tmp_path / "stock.csv")])
    assert wrong.exit_code == 2
    assert "stock.csv, line 2: count 'many' is no whole number" in wrong.stderr


@pytest.mark.slow
def test_the_answers_are_the_same_in_every_process() -> None:
    """Whatever the order in which this process keeps its sets: the proof and alternatives come out letter by letter."""
    told = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
        program = (
            "from keiki.cli.catalogue import app; app(['verify', 'second-generation', '--json'], standalone_mode=False)"
        )
        program += "; from keiki.cli.design import app"
        program += f"; app({['choose', *NEEDS, '--json', '--alternatives', '99']!r}, standalone_mode=False)"
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
        )
        assert '"alternatives"' in done.stdout, done.stderr
        told.add(done.stdout)
    assert len(told) == 1


def test_bulk_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("bulk", "encoding", "files"):
        monkeypatch.delitem(sys.modules, f"keiki.planning.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = RUNNER.invoke(design.app, ["bulk", "sites.csv", "out.csv"])
    assert result.exit_code == 2
    assert "bulk design needs pyarrow: install keiki[bulk]" in result.stderr
