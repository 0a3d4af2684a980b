"""Logging in: passwords, second factors, limits on guesses, and what the audit keeps of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.test import Client
from django.urls import reverse
from log_in_rig import PASSWORD, Person, a_person
from office_cast import Cast
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.config.web_sections import AccessSection
from keiki.office.users.models import User

LOG_IN = "/accounts/log-in/"


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def told() -> list[tuple[str, str, dict[str, object]]]:
    """What the audit keeps about log-ins, without the noise of the cast."""
    kept = AuditEvent.objects.filter(happened__in=("LoggedIn", "LogInFailed", "LoggedOut", "LockedOut"))
    return list(kept.values_list("happened", "subject", "details"))


def test_a_password_logs_in_where_no_second_factor_is_set_up(world: World) -> None:
    someone = a_person(world, Role.DESIGNER)
    assert not someone.inside
    answer = someone.types_password()
    assert answer.status_code == 302
    assert someone.inside
    assert told() == [("LoggedIn", someone.user.reference, {"how": ["password"]})]


def test_a_name_may_be_typed_full_width_and_in_any_case(world: World) -> None:
    someone = a_person(world, Role.DESIGNER, name="sato")
    someone.client.post(LOG_IN, {"login": "ＳＡＴＯ", "password": PASSWORD})
    assert someone.inside


def test_a_wrong_password_says_so_in_both_languages_and_keeps_the_name_only_of_a_user(world: World) -> None:
    someone = a_person(world, Role.DESIGNER, name="sato")
    assert "do not go together" in someone.types_password("wrong").content.decode()
    japanese = Client(headers={"accept-language": "ja"})
    answer = japanese.post(LOG_IN, {"login": "my secret typed in the wrong field", "password": "x"})
    assert "組合せが違うか" in answer.content.decode()
    assert not someone.inside
    assert [each[:2] for each in told()] == [("LogInFailed", "user sato"), ("LogInFailed", "unknown user")]
    assert not AuditEvent.objects.filter(details__icontains="my secret").exists()


def test_guesses_are_stopped_after_five_and_the_page_says_until_when(world: World) -> None:
    someone = a_person(world, Role.DESIGNER, name="sato")
    for _ in range(5):
        assert someone.types_password("wrong").status_code == 200
    stopped = someone.types_password()
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["Retry-After"]) <= 600
    assert "Try again at" in stopped.content.decode()
    assert Person(someone.user).types_password().status_code == 429, "another browser does not help"
    assert [each for each in told() if each[0] == "LockedOut"] == [("LockedOut", "user sato", {"step": "password"})]


def test_one_address_cannot_try_many_names(world: World) -> None:
    browser = Client()
    answers = [browser.post(LOG_IN, {"login": f"name{n}", "password": "x"}).status_code for n in range(31)]
    assert set(answers[:30]) == {200}
    assert answers[30] == 429


def test_who_was_let_go_or_is_made_up_is_as_unknown_as_a_wrong_password(world: World) -> None:
    gone, made_up = a_person(world, name="gone"), a_person(world, name="made-up")
    User.objects.filter(username="gone").update(is_active=False)
    User.objects.filter(username="made-up").update(is_demo=True)
    for each in (gone, made_up):
        assert "do not go together" in each.types_password().content.decode()
        assert not each.inside


def test_who_is_let_go_is_out_at_once(world: World) -> None:
    someone = a_person(world, Role.DESIGNER)
    someone.logs_in()
    assert someone.inside
    User.objects.filter(pk=someone.user.pk).update(is_active=False)
    assert not someone.inside


def test_whoever_has_a_second_factor_is_asked_for_it(world: World) -> None:
    someone = a_person(world, Role.DESIGNER, second_factor=True)
    assert someone.types_password().headers["Location"] == reverse("mfa_authenticate")
    assert not someone.inside
    assert "not the right code" in someone.types_code("000000").content.decode()
    assert not someone.inside
    assert someone.types_code().status_code == 302
    assert someone.inside
    assert told()[-1] == ("LoggedIn", someone.user.reference, {"how": ["password", "totp"]})


def test_a_code_opens_once_and_may_be_typed_full_width(world: World) -> None:
    someone = a_person(world, Role.DESIGNER, second_factor=True)
    code = someone.code()
    someone.types_password()
    assert someone.types_code(code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))).status_code == 302
    other = someone.at_another_browser()
    other.types_password()
    assert other.types_code(code).status_code == 200
    assert not other.inside


def test_wrong_codes_are_limited_too(world: World) -> None:
    someone = a_person(world, Role.DESIGNER, second_factor=True)
    someone.types_password()
    for _ in range(5):
        assert someone.types_code("000000").status_code == 200
    assert someone.types_code().status_code == 429
    assert ("LockedOut", someone.user.reference, {"step": "second factor"}) in told()


def test_a_recovery_code_lets_in_once(world: World) -> None:
    someone = a_person(world, Role.DESIGNER, second_factor=True)
    code = RecoveryCodes.activate(someone.user).get_unused_codes()[0]
    for inside in (True, False):
        browser = someone.at_another_browser()
        browser.types_password()
        browser.types_code(code)
        assert browser.inside is inside


def test_secrets_of_second_factors_are_not_in_the_clear_in_the_database(world: World) -> None:
    someone = a_person(world, Role.DESIGNER, second_factor=True)
    RecoveryCodes.activate(someone.user)
    for each in Authenticator.objects.filter(user=someone.user):
        sealed = each.data.get("secret") or each.data.get("seed")
        assert sealed
        assert sealed.startswith("gAAAA")
        assert someone.secret not in str(each.data)


@pytest.fixture
def demanded(settings: Any) -> None:
    """The utility demands a second factor of everybody."""
    settings.KEIKI = replace(settings.KEIKI, access=AccessSection("everybody"))


@pytest.mark.parametrize("role", [Role.SECURITY_OFFICER, Role.ADMINISTRATOR])
def test_some_roles_get_no_further_than_to_setting_up_a_second_factor(world: World, role: Role) -> None:
    gets_no_further_than_to_a_second_factor(a_person(world, role))


@pytest.mark.parametrize("role", list(Role))
def test_where_it_is_demanded_nobody_gets_further(world: World, demanded: None, role: Role) -> None:
    someone = a_person(world, role)
    if role is not Role.ADMINISTRATOR:
        admin = a_person(world, Role.ADMINISTRATOR, second_factor=True)
        admin.logs_in()
        page = admin.client.get(reverse("users:person", args=[someone.user.username])).content.decode()
        assert "未登録(この役割には必要)" in page
    gets_no_further_than_to_a_second_factor(someone)


def test_where_it_is_demanded_a_running_log_in_without_one_gets_no_further_either(world: World, settings: Any) -> None:
    someone = a_person(world, Role.DESIGNER)
    someone.logs_in()
    assert someone.inside
    settings.KEIKI = replace(settings.KEIKI, access=AccessSection("everybody"))
    assert someone.client.get(reverse("users:account")).headers["Location"] == reverse("mfa_index")
    assert "設定しないと業務を行えません" in someone.client.get(reverse("mfa_index")).content.decode()
    settings.KEIKI = replace(settings.KEIKI, access=AccessSection())
    assert someone.inside
    assert "設定しないと業務を行えません" not in someone.client.get(reverse("mfa_index")).content.decode()


def gets_no_further_than_to_a_second_factor(someone: Person) -> None:
    someone.logs_in()
    assert someone.client.get(reverse("users:account")).headers["Location"] == reverse("mfa_index")
    page = someone.client.get(reverse("mfa_activate_totp"))
    someone.secret = page.context["form"].secret
    done = someone.client.post(reverse("mfa_activate_totp"), {"code": someone.code()})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    shown = someone.client.get(reverse("mfa_view_recovery_codes"))
    assert len(shown.context["unused_codes"]) == 10
    assert "****" in str(someone.client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"])
    assert someone.inside
    refused = someone.client.post(reverse("mfa_deactivate_totp"))
    assert "二要素認証が必要です" in refused.content.decode(), "a log-in goes on in the person's own language"
    assert Authenticator.objects.filter(user=someone.user, type=Authenticator.Type.TOTP).exists()


def test_where_it_is_demanded_the_table_of_roles_says_so_of_each(world: World, demanded: None) -> None:
    page = world.as_(Role.ADMINISTRATOR, language="en").get(reverse("users:roles"))
    assert [each["second"] for each in page.context["columns"]] == [True] * len(Role)


def test_a_first_password_is_changed_before_anything_else(world: World) -> None:
    someone = a_person(world, Role.DESIGNER)
    User.objects.filter(pk=someone.user.pk).update(must_change_password=True)
    someone.logs_in()
    change = reverse("account_change_password")
    for place in ("users:account", "mfa_index"):
        assert someone.client.get(reverse(place)).headers["Location"] == change
    new = "another sentence about units"
    for wrong in ("short", someone.password, "password1234", someone.user.username):
        data = {"oldpassword": someone.password, "password1": wrong, "password2": wrong}
        assert someone.client.post(change, data).status_code == 200, wrong
    data = {"oldpassword": someone.password, "password1": new, "password2": new}
    assert someone.client.post(change, data).status_code == 302
    assert someone.inside
    assert AuditEvent.objects.filter(happened="PasswordChanged", subject=someone.user.reference).count() == 1


def test_a_log_in_leads_nowhere_but_into_the_office(world: World) -> None:
    someone = a_person(world, Role.DESIGNER)
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "https:evil.example"):
        answer = someone.at_another_browser().types_password(then=elsewhere)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/")
        assert not answer.headers["Location"].startswith("//")
    assert someone.types_password(then="/users/me/").headers["Location"] == "/users/me/"


def test_forms_need_the_token_of_a_page(world: World) -> None:
    someone = a_person(world, Role.DESIGNER)
    someone.client = Client(enforce_csrf_checks=True)
    assert someone.types_password().status_code == 403
    assert not someone.inside


def test_there_is_no_sign_up_and_no_e_mail_flow(world: World) -> None:
    for path in ("signup/", "sign-up/", "password/reset/", "email/", "confirm-email/x/", "login/code/"):
        assert Client().get(f"/accounts/{path}").status_code == 404


def test_passwords_are_hashed_by_scrypt(world: World) -> None:
    assert a_person(world).user.password.startswith("scrypt$")
    assert settings.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")
