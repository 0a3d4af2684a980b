"""How long a log-in lasts, how many there may be, and what needs a fresh proof that it is still the same person."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from log_in_rig import Person, a_person
from office_cast import Cast
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.users.models import OfficeSession, RoleGrant, User


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def someone(world: World) -> Person:
    person = a_person(world, Role.DESIGNER)
    person.logs_in()
    assert person.inside
    return person


def ended() -> list[str]:
    kept = AuditEvent.objects.filter(happened="LoggedOut").values_list("details", flat=True)
    return [each["because"] for each in kept]


def why(person: Person) -> str:
    """What the person is told at the log-in after being sent there."""
    return person.client.get(reverse("account_login")).content.decode()


def test_a_log_in_ends_when_nothing_is_done_for_a_while(someone: Person) -> None:
    OfficeSession.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
    assert not someone.inside
    assert "しばらく操作がなかった" in why(someone)
    assert ended() == ["idle"]
    assert not someone.inside


def test_a_log_in_ends_after_its_longest_time_however_busy(someone: Person) -> None:
    OfficeSession.objects.update(started_at=timezone.now() - timedelta(hours=10, seconds=1))
    assert not someone.inside
    assert "上限に達した" in why(someone)
    assert ended() == ["long"]


def test_work_keeps_a_log_in_and_is_noted_once_a_minute_at_most(someone: Person) -> None:
    before = timezone.now() - timedelta(minutes=29)
    OfficeSession.objects.update(seen_at=before)
    assert someone.inside
    noted = OfficeSession.objects.get().seen_at
    assert noted > before + timedelta(minutes=28)
    assert someone.inside
    assert OfficeSession.objects.get().seen_at == noted


def test_a_third_log_in_ends_the_first_and_says_so(someone: Person) -> None:
    second, third = someone.at_another_browser(), someone.at_another_browser()
    second.logs_in()
    assert someone.inside
    third.logs_in()
    assert second.inside
    assert third.inside
    assert not someone.inside
    assert "別の場所でログイン" in why(someone)
    assert ended() == ["replaced"]


def test_logging_out_ends_the_log_in_and_the_cookie_is_worth_nothing(someone: Person) -> None:
    stolen = someone.at_another_browser()
    stolen.client.cookies = someone.client.cookies.copy()  # type: ignore[assignment]
    someone.client.post(reverse("account_logout"))
    assert not stolen.inside
    assert ended() == ["asked"]


def test_a_session_of_no_log_in_is_none(someone: Person) -> None:
    OfficeSession.objects.all().delete()
    assert not someone.inside


def test_a_log_in_changes_the_cookie(world: World) -> None:
    person = a_person(world, Role.DESIGNER)
    person.client.get(reverse("account_login"))
    person.client.post(reverse("account_login"), {"login": person.user.username, "password": "wrong"})
    before = person.client.cookies.get(settings.SESSION_COOKIE_NAME)
    person.logs_in()
    assert person.client.cookies[settings.SESSION_COOKIE_NAME].value != (before and before.value)


def test_one_ends_ones_other_log_in_and_nobody_elses(world: World, someone: Person) -> None:
    other = someone.at_another_browser()
    other.logs_in()
    stranger = a_person(world, Role.AUDITOR)
    stranger.logs_in()
    mine = OfficeSession.objects.get(user=someone.user, pk=someone.client.session["office_session"])
    assert stranger.client.post(reverse("users:end_session", args=[mine.pk])).status_code == 404
    assert other.client.post(reverse("users:end_session", args=[mine.pk])).status_code == 302
    assert not someone.inside
    assert other.inside


def test_changing_the_password_ends_the_other_log_ins(someone: Person) -> None:
    other = someone.at_another_browser()
    other.logs_in()
    new = "another sentence about units"
    data = {"oldpassword": someone.password, "password1": new, "password2": new}
    assert someone.client.post(reverse("account_change_password"), data).status_code == 302
    assert someone.inside
    assert not other.inside
    assert ended() == ["password"]


def test_a_role_taken_away_is_gone_with_the_next_request(world: World) -> None:
    officer = a_person(world, Role.AUDITOR)
    officer.logs_in()
    assert officer.client.get(reverse("users:people")).status_code == 200
    RoleGrant.objects.filter(user=officer.user).delete()
    assert officer.client.get(reverse("users:people")).status_code == 403


def an_administrator(world: World, minutes: float, name: str = "boss") -> Person:
    """An administrator who proved that long ago that it is them."""
    admin = a_person(world, Role.ADMINISTRATOR, second_factor=True, name=name)
    admin.logs_in()
    session = admin.client.session
    for each in session["account_authentication_methods"]:
        each["at"] = time.time() - 60 * minutes
    session.save()
    return admin


def test_a_sensitive_act_waits_for_a_fresh_proof_and_is_not_repeated_by_itself(world: World) -> None:
    admin, other = an_administrator(world, 6), world.person(Role.DESIGNER, name="sato")
    act, page = reverse("users:deactivate", args=["sato"]), reverse("users:person", args=["sato"])
    came_from = {"referer": f"http://testserver{page}"}
    sent = admin.client.post(act, {"because": "moved"}, headers=came_from)
    assert sent.headers["Location"] == f"{reverse('account_reauthenticate')}?next={page.replace('/', '%2F')}"
    asked = admin.client.get(sent.headers["Location"])
    assert "まだ何も実行していません" in asked.content.decode()
    proved = admin.client.post(reverse("account_reauthenticate"), {"password": admin.password, "next": page})
    assert proved.headers["Location"] == page
    assert User.objects.get(pk=other.pk).is_active, "what was sent before the proof is not done"
    assert admin.client.post(act, {"because": "moved"}, headers=came_from).headers["Location"] == page
    assert not User.objects.get(pk=other.pk).is_active


def test_a_sensitive_form_asks_before_it_is_filled_in_and_a_code_proves_as_well(world: World) -> None:
    admin = an_administrator(world, 6)
    add = reverse("users:add")
    assert admin.client.get(add).status_code == 302
    wrong = admin.client.post(reverse("mfa_reauthenticate"), {"code": "000000", "next": add})
    assert wrong.status_code == 200
    assert admin.client.get(add).status_code == 302
    proved = admin.client.post(reverse("mfa_reauthenticate"), {"code": admin.code(), "next": add})
    assert proved.headers["Location"] == add
    assert admin.client.get(add).status_code == 200


def test_a_fresh_log_in_is_proof_enough_and_htmx_is_sent_as_a_whole_page(world: World) -> None:
    fresh = an_administrator(world, 0)
    assert fresh.client.get(reverse("users:add")).status_code == 200
    old = an_administrator(world, 6, "other-boss")
    asked = old.client.get(reverse("users:add"), headers={"hx-request": "true"})
    assert asked.status_code == 204
    assert asked.headers["HX-Redirect"].startswith(reverse("account_reauthenticate"))


def test_a_second_factor_is_changed_with_a_fresh_proof_only(world: World) -> None:
    someone = an_administrator(world, 6)
    remove = reverse("mfa_deactivate_totp")
    RoleGrant.objects.filter(user=someone.user).delete()
    for asked in (someone.client.get(remove), someone.client.post(remove)):
        assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    proof = {"password": someone.password, "next": remove}
    assert someone.client.post(reverse("account_reauthenticate"), proof).headers["Location"] == remove
    assert Authenticator.objects.filter(user=someone.user).exists(), "what was sent before the proof is not done"
    someone.client.post(remove)
    assert not Authenticator.objects.filter(user=someone.user).exists()


def test_the_page_to_come_back_to_is_one_of_the_office(world: World) -> None:
    admin = an_administrator(world, 6)
    act = reverse("users:deactivate", args=[admin.user.username])
    sent = admin.client.post(act, headers={"referer": "https://evil.example/users/"})
    page = reverse("users:person", args=[admin.user.username]).replace("/", "%2F")
    assert sent.headers["Location"] == f"{reverse('account_reauthenticate')}?next={page}"


def test_guesses_at_the_proof_are_limited(world: World) -> None:
    admin = an_administrator(world, 6)
    answers = [
        admin.client.post(reverse("account_reauthenticate"), {"password": "wrong"}).status_code for _ in range(6)
    ]
    assert answers == [200] * 5 + [429]
