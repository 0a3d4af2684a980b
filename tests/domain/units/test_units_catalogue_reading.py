"""Reading catalogues: several files, days, lines, succession."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keiki.catalogues import SHIPPED
from keiki.domain.units import CatalogueError, CatalogueProblem, check_succession, in_effect, read_catalogue
from keiki.foundation.settings.toml_lines import TomlLines

ROOT = Path(__file__).parents[3]
SMALL = (ROOT / "vectors" / "catalogue" / "accepted" / "small.toml").read_text("utf-8")


def shipped(name: str) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (SHIPPED / name).glob("*.toml")}


def test_the_founding_catalogue_has_the_units_of_the_domain() -> None:
    catalogue = read_catalogue(shipped("kansai-2015"))
    assert {kind: len(units) for kind, units in catalogue.units_of.items()} == {
        "communication": 12,
        "metering": 24,
        "option": 10,  # nine, and none
        "cover": 2,
    }
    assert (catalogue.name, catalogue.version) == ("kansai-2015", "1")
    assert catalogue.effective_from == datetime.date(2015, 8, 1)
    assert catalogue.units["3W60-2B"].names["ja"] == "計量ユニット 単相3線 60A・双方向・Bルート機能付"
    assert catalogue.label("rf", "en") == "radio multi-hop"


def test_problems_of_several_files_name_their_files_and_come_together() -> None:
    texts = shipped("kansai-2015")
    texts["units.toml"] = texts["units.toml"].replace('medium = "rf"', 'medium = "fr"', 1)
    texts["catalogue.toml"] = texts["catalogue.toml"].replace("weight = 5", "weight = -5")
    with pytest.raises(CatalogueError) as refusal:
        read_catalogue(texts)
    assert [problem.position.file for problem in refusal.value.problems] == ["catalogue.toml"]
    texts["catalogue.toml"] = shipped("kansai-2015")["catalogue.toml"]
    with pytest.raises(CatalogueError, match=r"units\.toml:\d+: “medium” cannot be 'fr': it is one of rf, plc"):
        read_catalogue(texts)


def test_units_are_those_in_effect_on_the_day() -> None:
    before = read_catalogue(shipped("second-generation"), datetime.date(2030, 3, 31))
    after = read_catalogue(shipped("second-generation"), datetime.date(2030, 4, 1))
    assert "PL2-N" in before.units
    assert "PL2-N" not in after.units
    assert before.change_dates == (datetime.date(2030, 4, 1),)
    assert before.digest != after.digest


def test_an_id_may_be_declared_again_for_other_days() -> None:
    text = SMALL.replace('id = "CV-N"\n', 'id = "CV-N"\neffective_until = 2022-04-01\n') + (
        '[[unit]]\nid = "CV-N"\nkind = "cover"\neffective_from = 2022-04-01\n'
        'name = { ja = "新標準", en = "new normal" }\nrain = false\ndepth = 20\n'
    )
    assert read_catalogue({"c.toml": text}, datetime.date(2022, 3, 31)).units["CV-N"].names["en"] == "normal"
    assert read_catalogue({"c.toml": text}, datetime.date(2022, 4, 1)).units["CV-N"].names["en"] == "new normal"


def test_a_catalogue_is_not_read_for_a_day_when_it_is_not_in_effect() -> None:
    with pytest.raises(CatalogueError, match="not in effect on 2015-07-31"):
        read_catalogue(shipped("kansai-2015"), datetime.date(2015, 7, 31))


def test_catalogues_that_follow_each_other_may_not_overlap() -> None:
    def version(number: str, first: str, until: str | None) -> str:
        end = f"\neffective_until = {until}" if until else ""
        head = SMALL.replace('version = "1"', f'version = "{number}"')
        return head.replace("effective_from = 2020-04-01", f"effective_from = {first}{end}")

    one = read_catalogue({"c.toml": version("1", "2020-04-01", "2022-04-01")})
    two = read_catalogue({"c.toml": version("2", "2022-04-01", None)})
    early = read_catalogue({"c.toml": version("3", "2022-03-31", None)})
    check_succession([two, one])
    assert in_effect([one, two], datetime.date(2022, 4, 1)) is two
    assert in_effect([one, two], datetime.date(2020, 3, 31)) is None
    with pytest.raises(CatalogueError, match=r"c\.toml:4: catalogue “small” version 3 begins on 2022-03-31.*overlap"):
        check_succession([one, early])
    with pytest.raises(CatalogueError, match="without an end"):
        check_succession([two, early])


def test_no_files_are_no_catalogue() -> None:
    with pytest.raises(CatalogueError, match="has no files"):
        read_catalogue({})


def test_lines_are_found_past_long_strings_lists_and_remarks() -> None:
    lines = TomlLines(
        'a = """\n[[no]]\nb = 1\n"""\n'  # 1-4
        "[[t]] # remark = 1\n"  # 5
        "l = [\n 1, # ]\n {x = 1},\n]\n"  # 6-9
        "'q.k' = '''\n'''\n"  # 10-11
        "[t.sub]\nx.y = 2\n"  # 12-13
        "[[t]]\nz = '#'\n"  # 14-15
    )
    assert [lines.at(path) for path in [("a",), ("t", 0), ("t", 0, "l"), ("t", 0, "q.k")]] == [1, 5, 6, 10]
    assert lines.at(("t", 0, "sub", "x", "y")) == 13
    assert lines.at(("t", 1, "z")) == 15
    assert lines.at(("t", 1, "absent")) == 14


@pytest.mark.parametrize("hostile", ["a = " + "[" * 5000, ".".join("a" * 3000) + " = 1", "a = " + "9" * 5000])
def test_a_file_that_is_too_deep_or_too_large_for_toml_is_refused_in_a_sentence(hostile: str) -> None:
    with pytest.raises(CatalogueError, match=r"c\.toml:\d+: this is not TOML"):
        read_catalogue({"c.toml": hostile})


@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_never_anything_else(data: st.DataObject) -> None:
    lines = SMALL.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        action = data.draw(st.sampled_from(["drop", "twice", "cut", "swap"]))
        if action == "drop":
            del lines[place]
        elif action == "twice":
            lines.insert(place, lines[place])
        elif action == "cut":
            lines[place] = lines[place][: data.draw(st.integers(0, len(lines[place])))]
        else:
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], lines[place]
    text = "\n".join(lines)
    problems: tuple[CatalogueProblem, ...] = ()
    try:
        read_catalogue({"c.toml": text})
    except CatalogueError as error:
        problems = error.problems
    assert all(1 <= problem.position.line <= len(lines) + 1 for problem in problems)
