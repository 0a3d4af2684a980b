"""Catalogue versions: proved when they come in, published by a second person, in force from their first day on."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from catalogue_versions import RULE, files, published
from office_cast import Cast, happened

from keiki.catalogues import SHIPPED
from keiki.domain.lifecycle import IllegalTransition
from keiki.office.audit.models import AuditEvent
from keiki.office.catalogues import cache, queries, services
from keiki.office.catalogues.files import NoFolder
from keiki.office.catalogues.models import CatalogueVersion
from keiki.office.commands.arguments import parse
from keiki.office.commands.refusals import answer_to
from keiki.office.config.folder import BadSettings, DataFolder
from keiki.office.config.wiring import OfficeServices


def test_what_is_brought_in_is_a_draft_with_its_proof(cast: Cast) -> None:
    version = services.bring_in(cast.act(), files())
    told = queries.report(CatalogueVersion.objects.get())
    assert (told["name"], told["version"], told["state"]) == ("kansai-2015", "2", "draft")
    assert told["effective_from"] == "2016-04-01"
    (period,) = told["report"]["periods"]
    assert (period["combinations"], period["needs"]) == (360, 864)
    assert told["report"]["fits"] is True
    assert queries.in_force(cast.now.date()) is None
    (event,) = AuditEvent.objects.filter(happened="CatalogueBroughtIn")
    assert (event.subject, event.details["digest"]) == (version.reference, version.digest)


def test_the_same_content_again_is_the_version_that_is_there(cast: Cast) -> None:
    first = services.bring_in(cast.act(), files())
    assert services.bring_in(cast.act("鈴木"), files()).pk == first.pk
    assert happened().count("CatalogueBroughtIn") == 1


def test_a_name_and_version_never_stand_for_two_contents(cast: Cast) -> None:
    services.bring_in(cast.act(), files())
    with pytest.raises(services.CatalogueRefused) as refused:
        services.bring_in(cast.act(), files(more="\n# one line more\n"))
    assert "版番号を改めて" in refused.value.sentence[0]
    assert CatalogueVersion.objects.count() == 1


def test_a_catalogue_that_does_not_compile_is_refused_with_every_place_in_both_languages(cast: Cast) -> None:
    texts = files(more=RULE.replace("cover.rain", "cover.snow").replace("need.medium", "need.median"))
    with pytest.raises(services.CatalogueRefused) as refused:
        services.bring_in(cast.act(), texts)
    assert not CatalogueVersion.objects.exists()
    places = {(problem["file"], problem["line"]) for problem in refused.value.problems}
    lines = texts["rules.toml"].splitlines()
    assert places == {
        ("rules.toml", lines.index(each) + 1) for each in lines if "cover.snow" in each or "median" in each
    }
    answer = answer_to(refused.value).values
    assert answer["problems"] == refused.value.problems
    for language in ("ja", "en"):
        assert "rules.toml:" in answer["message"][language]
    assert "2件の問題" in answer["message"]["ja"]


def test_a_catalogue_that_is_proved_but_asks_what_no_source_answers_is_not_proposed(cast: Cast) -> None:
    other = {file.name: file.read_text(encoding="utf-8") for file in (SHIPPED / "second-generation").glob("*.toml")}
    version = services.bring_in(cast.act(), other)
    assert version.report["fits"] is False
    with pytest.raises(services.CatalogueRefused) as refused:
        services.propose(cast.act(), version)
    assert "joint_metering" in refused.value.sentence[0]
    assert "transformer" in refused.value.sentence[1]
    assert CatalogueVersion.objects.get().state == "draft"


@pytest.mark.parametrize("name", ["佐藤", " 佐 藤", "ｻﾄｳ"])
def test_nobody_publishes_what_they_proposed_however_they_spell_their_name(cast: Cast, name: str) -> None:
    proposer = "サトウ" if name == "ｻﾄｳ" else "佐藤"
    version = services.bring_in(cast.act(), files())
    services.propose(cast.act(proposer), version)
    with pytest.raises(services.CatalogueRefused, match="another person"):
        services.publish(cast.act(name), version, cast.now.date())
    assert CatalogueVersion.objects.get().state == "proposed"
    services.publish(cast.act("鈴木"), version, cast.now.date())
    told = queries.describe(version, cast.now.date())
    assert (told["proposed"]["by"], told["published"]["by"], told["in_force"]) == (proposer, "鈴木", True)


def test_a_draft_is_not_published_and_a_rejected_version_stays_rejected(cast: Cast) -> None:
    version = services.bring_in(cast.act(), files())
    with pytest.raises(IllegalTransition):
        services.publish(cast.act("鈴木"), version, cast.now.date())
    services.propose(cast.act(), version)
    with pytest.raises(services.CatalogueRefused, match="say why"):
        services.reject(cast.act("鈴木"), version, " ")
    services.reject(cast.act("鈴木"), version, "R7の文言を直すこと")
    with pytest.raises(IllegalTransition):
        services.propose(cast.act(), version)
    assert queries.describe(version)["because"] == "R7の文言を直すこと"


def test_what_was_changed_in_the_database_is_not_published(cast: Cast) -> None:
    version = services.bring_in(cast.act(), files())
    services.propose(cast.act(), version)
    CatalogueVersion.objects.update(files=files(more=RULE))
    version.refresh_from_db()
    with pytest.raises(services.CatalogueRefused, match="not what was brought in"):
        services.publish(cast.act("鈴木"), version, cast.now.date())


def test_what_the_program_no_longer_proves_is_not_published(cast: Cast) -> None:
    version = services.bring_in(cast.act(), files())
    services.propose(cast.act(), version)
    CatalogueVersion.objects.update(files={"catalogue.toml": "nothing"})
    version.refresh_from_db()
    with pytest.raises(services.CatalogueRefused) as refused:
        services.publish(cast.act("鈴木"), version, cast.now.date())
    assert refused.value.problems
    assert CatalogueVersion.objects.get().state == "proposed"


def test_a_version_takes_effect_on_its_own_first_day_and_the_earlier_one_is_superseded(cast: Cast) -> None:
    today = cast.now.date()
    soon = today + timedelta(days=30)
    first = published(cast, "2")
    second = published(cast, "3", soon)
    assert queries.in_force(today) == first
    assert queries.in_force(soon - timedelta(days=1)) == first
    assert queries.in_force(soon) == second
    assert services.supersede(cast.act(), today) == []
    assert services.supersede(cast.act("office worker"), soon) == [first]
    assert services.supersede(cast.act("office worker"), soon) == []
    assert queries.in_force(soon) == second


def test_a_version_that_ends_is_no_longer_in_force(cast: Cast) -> None:
    version = published(cast)
    CatalogueVersion.objects.update(effective_until=cast.now.date())
    assert queries.in_force(cast.now.date() - timedelta(days=1)) == version
    assert queries.in_force(cast.now.date()) is None


def test_a_version_that_would_never_be_in_force_is_not_published(cast: Cast) -> None:
    published(cast, "2", date(2020, 4, 1))
    with pytest.raises(services.CatalogueRefused, match="would never be"):
        published(cast, "3", date(2019, 4, 1))


def test_a_withdrawn_version_gives_way_to_the_one_before_it(cast: Cast) -> None:
    today = cast.now.date()
    first = published(cast, "2")
    second = published(cast, "3", date(2020, 4, 1))
    first.refresh_from_db()
    assert first.state == "superseded"
    assert services.withdraw(cast.act("鈴木"), second, "R9 is wrong", today) == first
    assert queries.in_force(today) == first
    assert happened()[-2:] == ["CatalogueWithdrawn", "CatalogueRestored"]
    first.refresh_from_db()
    assert services.withdraw(cast.act("鈴木"), first, "this one too", today) is None
    with pytest.raises(queries.NoCatalogue):
        cache.catalogue_in_force(today)


def test_a_version_of_tomorrow_may_be_withdrawn_without_touching_todays(cast: Cast) -> None:
    first = published(cast, "2")
    second = published(cast, "3", cast.now.date() + timedelta(days=30))
    assert services.withdraw(cast.act(), second, "not yet", cast.now.date()) is None
    assert queries.in_force(cast.now.date()) == first


def test_a_difference_tells_answers_units_rules_and_lines(cast: Cast) -> None:
    one = services.bring_in(cast.act(), files("2"))
    other = services.bring_in(cast.act(), files("3", more=RULE))
    told = queries.difference(one, other)
    assert (told["before"]["version"], told["after"]["version"]) == ("2", "3")
    assert [each["id"] for each in told["rules"]["added"]] == ["R9"]
    assert told["rules"]["removed"] == told["rules"]["changed"] == told["units"]["added"] == []
    assert told["answers"]["differences"]
    assert all(each["needs"]["medium"] == "rf" for each in told["answers"]["differences"])
    assert '+id = "R9"' in told["files"]["rules.toml"]
    assert set(told["files"]) == {"catalogue.toml", "rules.toml"}


@pytest.fixture
def office(cast: Cast, tmp_path: Path) -> OfficeServices:
    """An office over the test's database, whose settings name the folder of the first version."""
    folder = tmp_path / "office"
    folder.mkdir()
    catalogue = SHIPPED / "kansai-2015"
    (folder / "settings.toml").write_text(f'[office]\ncatalogue = "{catalogue}"\n', encoding="utf-8")
    return OfficeServices(DataFolder(folder))


def test_a_running_office_goes_by_the_folder_until_a_version_is_published_and_by_that_from_then_on(
    cast: Cast, office: OfficeServices
) -> None:
    assert office.catalogue.version == "1"
    assert office.catalogue is office.catalogue
    version = published(cast, "2")
    assert office.catalogue.version == "2"
    assert office.catalogue is office.catalogue
    published(cast, "3", date(2017, 4, 1))
    assert office.catalogue.version == "3"
    services.withdraw(cast.act(), queries.version("kansai-2015", "3"), "wrong", office.today)
    assert office.catalogue.version == "2"
    version.refresh_from_db()
    services.withdraw(cast.act(), version, "wrong", office.today)
    with pytest.raises(queries.NoCatalogue):
        _ = office.catalogue


def test_which_version_is_in_force_is_one_small_query(
    cast: Cast, office: OfficeServices, django_assert_num_queries: object
) -> None:
    published(cast, "2")
    assert office.catalogue.version == "2"
    with django_assert_num_queries(1) as asked:  # type: ignore[operator]
        _ = office.catalogue
    assert "files" not in asked.captured_queries[0]["sql"]


def test_an_office_without_any_catalogue_says_how_to_get_one(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="publish a catalogue"):
        _ = OfficeServices(DataFolder(tmp_path)).catalogue


@pytest.mark.parametrize("place", [str(SHIPPED / "kansai-2015"), "kansai-2015", "../mine"])
def test_settings_name_a_shipped_catalogue_or_a_folder(tmp_path: Path, place: str) -> None:
    shutil.copytree(SHIPPED / "kansai-2015", tmp_path / "mine")
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "settings.toml").write_text(f'[office]\ncatalogue = "{place}"\n', encoding="utf-8")
    folder = OfficeServices(DataFolder(tmp_path / "office")).catalogue_folder
    assert folder is not None
    assert (folder / "units.toml").is_file()


def test_a_catalogue_that_is_not_there_is_named_with_those_that_are(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[office]\ncatalogue = "kansai"\n', encoding="utf-8")
    with pytest.raises(BadSettings, match=r"there is no kansai: .*\(kansai-2015, second-generation\)") as refused:
        _ = OfficeServices(DataFolder(tmp_path)).catalogue
    assert "「kansai」はありません" in refused.value.sentence[0]


def test_the_command_line_brings_in_a_shipped_catalogue_by_its_name(cast: Cast, office: OfficeServices) -> None:
    given = parse(["catalogue", "bring-in", "--folder", "kansai-2015"], "佐藤")
    assert given.does(office, given).values["name"] == "kansai-2015"
    absent = parse(["catalogue", "bring-in", "--folder", "kansai"], "佐藤")
    with pytest.raises(NoFolder, match="one that is shipped"):
        absent.does(office, absent)


def test_the_command_line_does_it_by_two_names(cast: Cast, office: OfficeServices, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    for name, text in files("2").items():
        (folder / name).write_text(text, encoding="utf-8")
    named = ["--catalogue", "kansai-2015", "--version", "2"]

    def run(by: str, *words: str) -> dict[str, object]:
        given = parse(["catalogue", *words], by)
        try:
            return dict(given.does(office, given).values)
        except services.CatalogueRefused as error:
            return dict(answer_to(error).values)

    assert run("佐藤", "bring-in", "--folder", str(folder))["state"] == "draft"
    assert run("佐藤", "propose", *named)["state"] == "proposed"
    refused = run("佐藤", "publish", *named)
    assert refused["code"] == "catalogue_refused"
    assert "別の人" in str(refused["message"])
    assert run("鈴木", "publish", *named)["in_force"] is True
    assert run("鈴木", "list")["in_force"] == "kansai-2015 2"
    assert run("鈴木", "withdraw", *named, "--because", "trial")["restored"] is None
