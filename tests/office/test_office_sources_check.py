"""``sources check``: each data server's health as a table in either language, and as values."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_cast import Cast

from keiki.bench.servers.misbehaviour import Misbehaviour
from keiki.office.commands.answer import CommandAnswer
from keiki.office.commands.arguments import parse
from keiki.office.config.folder import DataFolder
from keiki.office.config.wiring import OfficeServices


@pytest.fixture
def office(cast: Cast, tmp_path: Path) -> OfficeServices:
    (tmp_path / "settings.toml").write_text(f'[office]\nsources = "{cast.servers.folder}/sources.toml"\n')
    text = cast.servers.sources_file.read_text(encoding="utf-8")
    cast.servers.sources_file.write_text(
        text.replace(text.split("sqlite:///")[1].split("/customer")[0], str(cast.servers.folder))
    )
    return OfficeServices(DataFolder(tmp_path))


def check(office: OfficeServices, *more: str) -> CommandAnswer:
    given = parse(["sources", "check", "--limit", "5", *more], "佐藤")
    answer: CommandAnswer = given.does(office, given)
    return answer


def test_healthy_sources_in_both_languages(office: OfficeServices) -> None:
    answer = check(office)
    assert answer.code == 0
    assert [each["rows"] for each in answer.values["sources"]] == [30] * 5
    assert all(each["newest_as_of"] and each["well"] for each in answer.values["sources"])
    assert answer.values["sources"][2]["owner"]["ja"] in answer.as_text()
    assert "すべての台帳が使えます" in answer.as_text()
    english = check(office, "--language", "en").as_text()
    assert "Meter construction records" in english
    assert "Every source can be decided from." in english


def test_a_source_without_a_row_is_not_one_that_may_not_be_surveyed(office: OfficeServices, cast: Cast) -> None:
    with cast.servers["distribution"].transaction() as server:
        server.execute("DELETE FROM haiden_point")
    drawn = check(office, "--language", "en").as_text()
    (row,) = (line for line in drawn.splitlines() if "distribution" in line and "│" in line)
    assert [cell.strip() for cell in row.split("│")][2:4] == ["yes", "0"]
    assert "it has no row at all" in drawn
    assert "Not to be decided from: distribution" in drawn


def test_nothing_of_a_reason_is_cut_off_and_what_was_not_counted_is_not_none(
    office: OfficeServices, cast: Cast
) -> None:
    cast.servers["distribution"].down()
    answer = check(office)
    drawn = answer.as_text()
    lines = [[cell.strip() for cell in line.split("│")] for line in drawn.splitlines() if "│" in line]
    at = next(number for number, line in enumerate(lines) if line[1] == "distribution")
    assert lines[at][3:7] == ["-"] * 4
    said = answer.values["sources"][1]["detail"]["ja"]
    assert said.replace(" ", "") in "".join(line[7] for line in lines[at : at + 5]).replace(" ", "")


@pytest.mark.parametrize("limit", ["nan", "-1", "0", "1e9", "soon"])
def test_a_limit_that_is_none_is_refused(limit: str) -> None:
    with pytest.raises(SystemExit):
        parse(["sources", "check", "--limit", limit], "佐藤")


def test_what_is_wrong_is_shown_masked_and_the_exit_code_says_so(office: OfficeServices, cast: Cast) -> None:
    Misbehaviour(cast.servers).unknown_code(cast.town[0].supply_point, "distribution")
    cast.servers["supervisory"].down()
    answer = check(office, "--language", "en")
    assert answer.code == 1
    found = {each["source"]: each for each in answer.values["sources"]}
    assert not found["supervisory"]["reachable"]
    assert [(each["column"], each["masked"]) for each in found["distribution"]["unmapped"]] == [("keiro", "AAA")]
    assert "FileNotFoundError" in found["supervisory"]["detail"]["en"]
    assert "FileNotFoundError" not in found["supervisory"]["reason"]["en"]
    drawn = answer.as_text()
    assert "FileNotFoundError" in drawn
    assert "keiro 'AAA' ×1" in drawn
    assert "Not to be decided from: distribution, supervisory" in drawn
    assert '"unmapped"' in answer.as_json()
