"""Users and roles on the screen: what an administrator does, and what nobody does to themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from log_in_rig import Person, a_person
from office_cast import Cast
from pytest_django import DjangoAssertNumQueries
from screens_rig import HERE, World

from keiki.domain.access import ALL_OFFICES, Role
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act
from keiki.office.users.models import RoleGrant, ServiceOffice, User


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def admin(world: World) -> Client:
    return world.as_(Role.ADMINISTRATOR, language="en")


def test_a_person_is_added_gets_a_role_logs_in_and_changes_the_password(world: World, admin: Client) -> None:
    given = {"username": "ｙａｍａｄａ", "name": "山田 太郎", "language": "ja"}
    shown = admin.post(reverse("users:add"), given)
    password = shown.context["password"]
    assert password in shown.content.decode()
    assert not AuditEvent.objects.filter(details__icontains=password).exists()
    admin.post(reverse("users:give", args=["yamada"]), {"role": "designer", "office": HERE})
    user = User.objects.get(username="yamada")
    assert [(held.role, held.office) for held in user.grants.all()] == [("designer", HERE)]
    newcomer = Person(user, password=password)
    newcomer.logs_in()
    assert newcomer.client.get(reverse("users:account")).headers["Location"] == reverse("account_change_password")


def test_a_name_that_differs_only_in_case_is_taken(admin: Client, world: World) -> None:
    world.person(name="sato")
    refused = admin.post(reverse("users:add"), {"username": "SATO", "name": "佐藤", "language": "ja"})
    assert refused.status_code == 400
    assert "choose another log-in name" in refused.content.decode()


def test_a_role_of_the_whole_utility_is_given_for_all_offices(world: World, admin: Client) -> None:
    user = world.person(name="sato")
    admin.post(reverse("users:give", args=["sato"]), {"role": "auditor", "office": HERE})
    assert list(user.grants.values_list("role", "office")) == [("auditor", ALL_OFFICES)]
    admin.post(reverse("users:take_away", args=["sato"]), {"role": "auditor", "office": ALL_OFFICES})
    assert not user.grants.exists()
    assert list(AuditEvent.objects.filter(subject="user sato").values_list("happened", flat=True)) == [
        "RoleGranted",
        "RoleTakenAway",
    ]


def test_who_is_deactivated_is_out_and_the_reason_is_kept(world: World, admin: Client) -> None:
    someone = a_person(world, Role.DESIGNER, name="sato")
    someone.logs_in()
    without = admin.post(reverse("users:deactivate", args=["sato"]), {"because": ""})
    assert without.status_code == 302
    assert someone.inside
    admin.post(reverse("users:deactivate", args=["sato"]), {"because": "moved to another department"})
    assert not someone.inside
    assert someone.types_password().status_code == 200
    assert not someone.inside
    kept = AuditEvent.objects.get(happened="UserDeactivated")
    assert kept.details == {"because": "moved to another department", "roles": ["administrator"]}


def test_a_new_first_password_and_a_lost_second_factor_end_every_log_in(world: World, admin: Client) -> None:
    someone = a_person(world, Role.DESIGNER, second_factor=True, name="sato")
    someone.logs_in()
    someone.password = admin.post(reverse("users:reset_password", args=["sato"])).context["password"]
    assert not someone.inside
    admin.post(reverse("users:reset_second_factor", args=["sato"]), {"reset-because": "telephone lost"})
    someone.secret = ""
    someone.logs_in()
    assert someone.client.get(reverse("users:account")).headers["Location"] == reverse("account_change_password")


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("give", {"role": "security_officer", "office": HERE}),
        ("take_away", {"role": "administrator", "office": ALL_OFFICES}),
        ("deactivate", {"because": "x"}),
        ("reset_password", {}),
        ("reset_second_factor", {"reset-because": "x"}),
    ],
)
def test_nobody_changes_their_own_roles_or_account(world: World, admin: Client, act: str, data: dict[str, Any]) -> None:
    me = world.person(Role.ADMINISTRATOR)
    assert admin.post(reverse(f"users:{act}", args=[me.username]), data).status_code == 409
    me.refresh_from_db()
    assert me.is_active
    assert list(me.grants.values_list("role", flat=True)) == ["administrator"]
    page = admin.get(reverse("users:person", args=[me.username])).content.decode()
    assert "ask another administrator" in page
    assert f' action="{reverse("users:deactivate", args=[me.username])}"' not in page


def test_who_may_only_see_people_sees_no_button(world: World) -> None:
    world.person(Role.DESIGNER, name="sato")
    page = world.as_(Role.AUDITOR, language="en").get(reverse("users:person", args=["sato"])).content.decode()
    assert "designer" in page
    for act in ("give", "take_away", "deactivate", "reset_password"):
        assert reverse(f"users:{act}", args=["sato"]) not in page


def test_service_offices_are_added_and_named_anew(admin: Client) -> None:
    wrong = admin.post(reverse("users:offices"), {"code": "Nara!", "name_ja": "奈良", "name_en": "Nara"})
    assert wrong.status_code == 400
    for name in ("Nara", "Nara city"):
        admin.post(reverse("users:offices"), {"code": "nara", "name_ja": "奈良営業所", "name_en": name})
    assert ServiceOffice.objects.get(code="nara").name_en == "Nara city"


def test_the_list_filters_exports_and_costs_the_same_for_many(
    world: World, admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(30):
        world.person(Role.DESIGNER, name=f"person{n:02}")
    admin.get(reverse("users:people"))
    with django_assert_max_num_queries(14):
        page = admin.get(reverse("users:people"), {"role": "designer", "office": HERE, "state": "active"})
    assert page.context["table"].pager.total == 30
    csv = b"".join(admin.get(reverse("users:people"), {"format": "csv", "name": "person07"})).decode()  # type: ignore[arg-type]
    assert "person07" in csv
    assert "person08" not in csv
    assert AuditEvent.objects.filter(happened="ListExported", subject="users").exists()


def test_the_table_of_rights_is_shown_in_words(world: World) -> None:
    page = world.as_(Role.AUDITOR, language="en").get(reverse("users:roles")).content.decode()
    assert "approve what somebody else asked for" in page
    assert "security officer" in page


class TestFirstPeople:
    """The first administrator and the made-up people, as the command line makes them."""

    def test_the_first_administrator_and_no_second(self, world: World) -> None:
        from keiki.office.users.people import services

        act = Act("root", world.cast.now)
        made = services.create_admin(act, "boss", "中村", "a long sentence about meters")
        assert not made.must_change_password
        assert RoleGrant.objects.filter(user=made, role="administrator", office=ALL_OFFICES).exists()
        with pytest.raises(services.PeopleRefused, match="already"):
            services.create_admin(act, "boss2", "中村", "a long sentence about meters")
        services.deactivate(act, made, "left")
        assert services.create_admin(act, "boss2", "中村", "a long sentence about meters").is_active

    def test_made_up_people_are_refused_where_the_settings_do_not_say_demonstration(self, world: World) -> None:
        from keiki.office.users.people import demo, services

        with pytest.raises(services.PeopleRefused, match="made-up people only"):
            demo.make_people(Act("root", world.cast.now))
        assert not User.objects.filter(is_demo=True).exists()

    def test_made_up_people_log_in_in_a_demonstration_and_nowhere_else(
        self, world: World, settings: Any, tmp_path: Path
    ) -> None:
        from dataclasses import replace

        from keiki.office.config.web_sections import DemoSection
        from keiki.office.users.people import demo

        usual = settings.KEIKI
        settings.KEIKI = replace(usual, demo=DemoSection(people=True))
        made = demo.make_people(Act("root", world.cast.now))
        assert {each["role"] for each in made} == {role.value for role in Role}
        assert {each["role"] for each in made if "totp_secret" in each} == {"security_officer", "administrator"}
        again = demo.make_people(Act("root", world.cast.now))
        assert len(again) == len(made) == User.objects.filter(is_demo=True).count()
        assert not {each["password"] for each in made} & {each["password"] for each in again}
        for each in again:
            user = User.objects.get(username=each["username"])
            person = Person(user, secret=each.get("totp_secret", ""), password=each["password"])
            person.logs_in()
            assert person.inside, each["username"]
            settings.KEIKI = usual
            assert not person.inside
            settings.KEIKI = replace(usual, demo=DemoSection(people=True))
