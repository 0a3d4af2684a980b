"""Catalogue versions as administrators with a browser meet them: two people, what is wrong and where, what changes."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from catalogue_versions import RULE, done, files, published
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from office_cast import Cast, happened
from screens_rig import World

from keiki.catalogues import SHIPPED
from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.catalogues import queries, services
from keiki.office.catalogues.changes import marked
from keiki.office.catalogues.models import CatalogueVersion
from keiki.office.config import settings
from keiki.office.config.request import office_of
from keiki.office.designs import services as designs

ADMIN = Role.CATALOGUE_ADMINISTRATOR


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def person(world: World, name: str, language: str = "en") -> Client:
    return world.client(world.person(ADMIN, name=name), language)


def uploaded(texts: dict[str, str]) -> dict[str, Any]:
    return {"catalogue": [SimpleUploadedFile(name, text.encode()) for name, text in texts.items()]}


def page(client: Client, version: CatalogueVersion, name: str = "version", query: str = "", **more: Any) -> str:
    answer = client.get(reverse(f"catalogues:{name}", args=[version.pk]) + query, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def compared(client: Client, version: CatalogueVersion, query: str = "", **more: Any) -> str:
    """The page of what a version changes, once the worker has found it out."""
    page(client, version, "changes", query, **more)
    done()
    return page(client, version, "changes", query, **more)


def act(client: Client, version: CatalogueVersion, name: str, **data: str) -> int:
    return client.post(reverse(f"catalogues:{name}", args=[version.pk]), data).status_code


def test_two_people_bring_a_version_into_force_and_the_next_design_follows_it(world: World) -> None:
    first, second = person(world, "sato"), person(world, "suzuki")
    answer = first.post(reverse("catalogues:bring_in"), uploaded(files()))
    assert (answer.status_code, CatalogueVersion.objects.count()) == (302, 0)
    (job,) = done()
    version = CatalogueVersion.objects.get()
    assert answer.headers["Location"] == reverse("catalogues:job", args=[job.pk])
    led = first.get(answer.headers["Location"])
    assert led.headers["Location"] == reverse("catalogues:version", args=[version.pk])
    assert (version.state, version.brought_in_by) == ("draft", "sato")

    assert act(first, version, "propose", because=" ") == 302
    assert CatalogueVersion.objects.get().state == "draft"
    assert act(first, version, "propose", because="winter rules") == 302
    publish = reverse("catalogues:publish", args=[version.pk])
    assert publish not in page(first, version)
    assert "waits for another catalogue administrator" in page(first, version)
    assert "<form method" not in page(first, version, "publish").partition("<main")[2].partition("</main>")[0]
    assert act(first, version, "publish") == 409
    assert CatalogueVersion.objects.get().state == "proposed"
    design = designs.open_design(world.cast.act(), world.cast.sources, _in_force(), world.cast.apply("plain"))
    assert design.catalogue_version == "1"

    shown = page(second, version)
    assert publish in shown
    assert "winter rules" in shown
    told = page(second, version, "publish")
    assert "at once, from the next step at every desk" in told
    assert "is reopened with the rule’s message, and its work order is cancelled" in told
    assert act(second, version, "publish") == 302
    version.refresh_from_db()
    assert version.state == "proposed"
    done()
    version.refresh_from_db()
    assert (version.proposed_by, version.published_by) == ("sato", "suzuki")
    shown = page(second, version)
    assert "In force since" in shown
    assert all(f"佐藤 ({name})" in shown for name in ("sato", "suzuki"))
    assert happened().count("CataloguePublished") == 1

    desk = world.as_(Role.DESIGNER, Role.DESK_OPERATOR)
    contract = world.cast.apply("apply_renewable")
    assert desk.post(reverse("designs:open", args=[contract.pk])).status_code == 303
    assert contract.designs.get().catalogue_version == "2"


def _in_force() -> Any:
    assert settings.DATA
    return office_of(settings.DATA).catalogue


@pytest.mark.parametrize(("language", "nothing"), [("ja", "何も保存していません"), ("en", "Nothing of it was kept")])
def test_a_broken_catalogue_is_refused_beside_file_and_line(world: World, language: str, nothing: str) -> None:
    texts = files(more=RULE.replace("cover.rain", "cover.snow"))
    line = texts["rules.toml"].splitlines().index("require = 'cover.snow'") + 1
    client = person(world, "sato", language)
    asked = client.post(reverse("catalogues:bring_in"), uploaded(texts))
    done()
    answer = client.get(asked.headers["Location"])
    (problem,) = answer.context["job"].problems
    assert (problem["file"], problem["line"], problem["text"]) == ("rules.toml", line, "require = 'cover.snow'")
    with pytest.raises(services.CatalogueRefused) as refused:
        services.bring_in(world.cast.act(), texts)
    assert problem["sentence"] == refused.value.problems[0][language]
    shown = answer.content.decode()
    assert nothing in shown
    assert f'<td class="code nowrap">rules.toml</td><td class="numeric">{line}</td>' in shown
    assert not CatalogueVersion.objects.exists()
    assert "CatalogueBroughtIn" not in happened()


def test_what_is_no_catalogue_file_is_said_at_the_field(world: World) -> None:
    client, address = person(world, "sato"), reverse("catalogues:bring_in")

    def errors(data: dict[str, Any]) -> str:
        answer = client.post(address, data)
        assert answer.status_code == 422
        return str(answer.context["form"].errors.as_json())

    assert "Choose the files or paste" in errors({})
    assert "notes.txt is no .toml file" in errors(uploaded({"notes.txt": "x"}))
    latin = SimpleUploadedFile("a.toml", "é".encode("latin-1"))
    assert "a.toml is not UTF-8" in errors({"catalogue": [latin]})
    twice = [SimpleUploadedFile("a.toml", b"x"), SimpleUploadedFile("a.toml", b"y")]
    assert "Two files are called a.toml" in errors({"catalogue": twice})
    assert not CatalogueVersion.objects.exists()


def test_a_pasted_text_is_one_file_and_the_same_again_is_the_version_that_is_there(world: World) -> None:
    client = person(world, "sato")
    pasted = "\n".join(files().values())
    for _ in range(2):
        asked = client.post(reverse("catalogues:bring_in"), {"text": pasted.replace("\n", "\r\n")})
        done()
        version = CatalogueVersion.objects.get()
        led = client.get(asked.headers["Location"])
        assert led.headers["Location"] == reverse("catalogues:version", args=[version.pk])
    assert version.files == {"pasted.toml": pasted}
    assert "with this content is here already" in page(client, version)


def test_until_a_version_is_published_the_folder_is_shown_with_a_way_to_bring_it_in(world: World) -> None:
    client, address = person(world, "sato"), reverse("catalogues:list")
    shown = client.get(address).content.decode()
    assert "the folder that the settings name" in shown
    assert "kansai-2015 1" in shown
    auditor = world.as_(Role.AUDITOR, language="en").get(address).content.decode()
    assert reverse("catalogues:bring_in_folder") not in auditor
    client.post(reverse("catalogues:bring_in_folder"))
    done()
    version = CatalogueVersion.objects.get()
    assert (version.reference, set(version.files)) == (
        "kansai-2015 1",
        {"catalogue.toml", "rules.toml", "units.toml"},
    )
    act(client, version, "propose", because="first")
    act(person(world, "suzuki"), version, "publish")
    done()
    shown = client.get(address).content.decode()
    assert "the folder that the settings name" not in shown
    assert client.get(address).context["now"].version == version


def test_a_withdrawn_catalogue_leaves_a_loud_list(world: World) -> None:
    version = published(world.cast)
    client = person(world, "sato")
    assert "No earlier version can come back" in page(client, version, "withdraw")
    assert act(client, version, "withdraw", because="") == 422
    assert act(client, version, "withdraw", because="R9 is wrong") == 302
    shown = client.get(reverse("catalogues:list")).content.decode()
    assert "No catalogue is in force." in shown
    assert "the folder that the settings name" not in shown
    assert "R9 is wrong" in page(client, version)


def test_withdrawing_says_what_comes_back_and_it_does(world: World) -> None:
    first, second = published(world.cast), published(world.cast, "3", date(2017, 4, 1))
    client = person(world, "sato")
    assert "kansai-2015 2 comes back" in page(client, second, "withdraw")
    assert act(client, second, "withdraw", because="R9 is wrong") == 302
    assert client.get(reverse("catalogues:list")).context["now"].version == first
    assert "instead of kansai-2015 3" in page(client, first)


def test_the_difference_marks_the_words_of_a_changed_rule_and_the_choices(world: World) -> None:
    published(world.cast)
    texts = files("3", date(2016, 5, 1), more=RULE)
    texts["rules.toml"] = texts["rules.toml"].replace(
        "the communication unit suits the place", "the communication unit suits the whole place"
    )
    version = services.bring_in(world.cast.act(), texts)
    client = person(world, "suzuki")
    shown = compared(client, version)
    assert "suits the <ins>whole </ins>place" in shown
    assert client.get(reverse("catalogues:changes", args=[version.pk])).context["answers"]["count"] > 0
    assert "route-A medium at the place: radio multi-hop" in shown
    assert '<del>CV-N</del></span> <span class="code nowrap"><ins>CV-R</ins>' in shown
    assert "<ins>+id = &quot;R9&quot;</ins>" in shown
    part = page(client, version, "changes", headers={"HX-Request": "true"})
    assert "<html" not in part
    assert "suits the <ins>whole </ins>place" in part
    other = compared(person(world, "suzuki", "ja"), version, f"?against={version.pk}")
    assert "選定結果は変わりません" in other


def test_what_differs_is_marked_word_by_word_and_escaped() -> None:
    assert marked("Use cover <a>.", "Use a cover <b>.") == ("Use<ins> a</ins> cover &lt;<del>a</del><ins>b</ins>&gt;.")
    assert marked("防雨カバーに替える", "標準カバーに替える") == "<del>防雨</del><ins>標準</ins>カバーに替える"


def test_a_version_shows_its_proof_units_and_rules_in_both_languages(world: World) -> None:
    version = services.bring_in(world.cast.act(), files())
    client = person(world, "sato", "ja")
    proof = page(client, version)
    assert "有効な組合せは 360 通り" in proof
    assert "U1: 216" in proof
    said = page(client, version, "contents")
    for language in ("Route A at this place is", "現地のAルートは"):
        assert language in said
    assert "取替えの重み: 10" in said
    assert "無線マルチホップ" in said
    assert "communication.medium == need.medium" in said


def test_files_are_taken_away_one_by_one_and_together(world: World) -> None:
    version = services.bring_in(world.cast.act(), files())
    client = person(world, "sato")
    address = reverse("catalogues:files", args=[version.pk])
    packed = zipfile.ZipFile(io.BytesIO(client.get(address).content))
    assert {name: packed.read(name).decode() for name in packed.namelist()} == version.files
    assert client.get(address, {"name": "rules.toml"}).content.decode() == version.files["rules.toml"]
    assert client.get(address, {"name": "../x"}).status_code == 404
    assert client.get(reverse("catalogues:files", args=[0])).status_code == 404


def test_a_version_that_does_not_fit_the_office_is_not_offered_for_proposal(world: World) -> None:
    version = services.bring_in(world.cast.act(), _second_generation())
    client = person(world, "sato")
    shown = page(client, version)
    assert "does not fit this office" in shown
    assert reverse("catalogues:propose", args=[version.pk]) not in shown
    assert act(client, version, "propose", because="x") == 409


def _second_generation() -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in (SHIPPED / "second-generation").glob("*.toml")}


def test_a_rejected_version_says_by_whom_and_why_and_the_history_tells_it_all(world: World) -> None:
    version = services.bring_in(world.cast.act("sato"), files())
    services.propose(world.cast.act("sato"), version, "winter")
    client = person(world, "suzuki")
    assert act(client, version, "reject") == 409
    assert act(client, version, "reject", **{"reject-because": "mend R7"}) == 302
    shown = page(client, version)
    for words in ("Rejected by", "mend R7", "catalogue version proposed", "catalogue version rejected", "winter"):
        assert words in shown
    assert AuditEvent.objects.filter(happened="CatalogueRejected", by="suzuki").count() == 1


def test_the_list_says_what_waits_for_whom_and_costs_the_same_whatever_its_length(
    world: World, django_assert_max_num_queries: Any
) -> None:
    version = published(world.cast)
    waiting = services.bring_in(world.cast.act("sato"), files("3", world.cast.now.date() + timedelta(days=9)))
    services.propose(world.cast.act("sato"), waiting)
    client, address = person(world, "suzuki"), reverse("catalogues:list")
    assert client.get(address).context["step"].url == reverse("catalogues:version", args=[waiting.pk])
    assert person(world, "sato").get(address).context["step"] is None
    with django_assert_max_num_queries(60) as one:
        client.get(address)
    _copies(version, 30)
    with django_assert_max_num_queries(len(one)) as many:
        shown = client.get(address).content.decode()
    assert all("files" not in each["sql"] for each in many.captured_queries)
    assert shown.count("in force</span>") == 1
    assert len(client.get(address, {"state": "proposed"}).context["table"].rows) == 1
    exported = b"".join(client.get(address, {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "2016-04-01" in exported
    assert "<span" not in exported


def test_a_versions_page_costs_the_same_however_much_happened(world: World, django_assert_max_num_queries: Any) -> None:
    version = published(world.cast)
    client = person(world, "suzuki")
    with django_assert_max_num_queries(60) as one:
        page(client, version)
    _copies(version, 30)
    with django_assert_max_num_queries(len(one)):
        page(client, version)
    assert queries.in_force(world.cast.now.date()) == version


def _copies(version: CatalogueVersion, count: int) -> None:
    values = {each.attname: getattr(version, each.attname) for each in CatalogueVersion._meta.concrete_fields}
    CatalogueVersion.objects.bulk_create(
        CatalogueVersion(**(values | {"id": None, "version": f"x{number}", "state": "superseded"}))
        for number in range(count)
    )
