"""Single sign-on against a provider on this machine: who gets in, and what every wrong answer of it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.urls import reverse
from log_in_rig import Person, a_person
from office_cast import Cast
from screens_rig import World

from keiki.bench.sign_on.person import KnownPerson, ProviderFault
from keiki.bench.sign_on.provider import Provider
from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.config.folder import BadSettings, DataFolder, OfficeSettings
from keiki.office.config.sign_on import provided
from keiki.office.users.models import User

SATO = KnownPerson("8f14e45f", "sato")


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def provider(settings: Any, tmp_path: Any) -> Iterator[Provider]:
    made = Provider("keiki-office", "a secret of the two")
    secret = tmp_path / "sso-secret"
    secret.write_text(made.client_secret)
    secret.chmod(0o600)
    text = f'[sso]\nname = "社員認証"\nserver_url = "{made.url}"\nclient_id = "{made.client_id}"\n'
    read = OfficeSettings.from_toml(text + 'client_secret_file = "sso-secret"\n')
    settings.KEIKI = replace(settings.KEIKI, sso=read.sso)
    settings.SOCIALACCOUNT_PROVIDERS = provided(DataFolder(tmp_path), read)
    yield made
    made.close()


def signs_on(person: Person, then: str = "") -> int:
    """Go to the provider and come back, as a browser does; the status of the answer."""
    start = reverse("openid_connect_login", args=["sso"]) + (f"?next={then}" if then else "")
    sent = person.client.get(start)
    if sent.status_code != 302 or not sent.headers["Location"].startswith("http://localhost"):
        return sent.status_code
    back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    answer = person.client.get(f"{parts.path}?{parts.query}")
    person.led_to = answer.headers.get("Location", "")
    return answer.status_code


def test_somebody_whom_an_administrator_added_gets_in(world: World, provider: Provider) -> None:
    person = a_person(world, Role.DESIGNER, name="sato")
    provider.present = SATO
    assert "社員認証" in person.client.get(reverse("account_login")).content.decode()
    assert signs_on(person, "/users/me/") == 302
    assert person.led_to == "/users/me/"
    assert person.inside
    assert AuditEvent.objects.get(happened="LoggedIn").details == {"how": ["socialaccount"]}
    assert SocialAccount.objects.get().uid == SATO.subject


def test_nobody_signs_up_by_it(world: World, provider: Provider) -> None:
    stranger = a_person(world, name="somebody")
    provider.present = KnownPerson("123", "nobody-here")
    signs_on(stranger)
    assert not stranger.inside
    assert not User.objects.filter(username="nobody-here").exists()
    assert AuditEvent.objects.get(happened="LogInFailed").details == {"step": "single sign-on"}


@pytest.mark.parametrize("fault", [fault for fault in ProviderFault if fault is not ProviderFault.NONE])
def test_a_wrong_answer_lets_nobody_in(world: World, provider: Provider, fault: ProviderFault) -> None:
    person = a_person(world, Role.DESIGNER, name="sato")
    provider.present, provider.fault = SATO, fault
    signs_on(person)
    assert not person.inside
    assert not AuditEvent.objects.filter(happened="LoggedIn").exists()
    assert "Single sign-on did not let you in" in person.client.get(reverse("account_login")).content.decode()


def test_the_second_factor_that_was_set_up_here_is_asked_all_the_same(world: World, provider: Provider) -> None:
    person = a_person(world, Role.SECURITY_OFFICER, second_factor=True, name="sato")
    provider.present = SATO
    signs_on(person)
    assert person.led_to == reverse("mfa_authenticate")
    assert not person.inside
    person.types_code()
    assert person.inside


def test_who_was_let_go_here_does_not_get_in_there(world: World, provider: Provider) -> None:
    person = a_person(world, Role.DESIGNER, name="sato")
    User.objects.update(is_active=False)
    provider.present = SATO
    signs_on(person)
    assert not person.inside


def test_a_name_given_to_somebody_else_at_the_provider_opens_nothing(world: World, provider: Provider) -> None:
    person = a_person(world, Role.DESIGNER, name="sato")
    provider.present = SATO
    signs_on(person)
    successor = person.at_another_browser()
    provider.present = KnownPerson("another-subject", "sato")
    signs_on(successor)
    assert not successor.inside
    renamed = person.at_another_browser()
    provider.present = KnownPerson(SATO.subject, "suzuki")
    signs_on(renamed)
    assert renamed.inside, "the provider's own name for a person is what counts"


def test_a_provider_that_stands_in_the_database_alone_is_none(world: World, settings: Any) -> None:
    person = a_person(world, Role.DESIGNER, name="sato")
    SocialApp.objects.create(provider="openid_connect", provider_id="sso", name="evil", client_id="x", secret="x")
    assert person.client.get(reverse("openid_connect_login", args=["sso"])).status_code == 404
    assert "evil" not in person.client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('server_url = "http://idp.example"', "sso.server_url"),
        ('server_url = "https://idp.example"', "sso.client_id"),
        ('server_url = "https://idp.example"\nclient_id = "x"', "sso.client_secret_file"),
    ],
)
def test_half_a_provider_is_refused_at_start(text: str, said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        OfficeSettings.from_toml(f"[sso]\n{text}")


def test_made_up_people_are_refused_where_others_could_reach_the_office() -> None:
    with pytest.raises(BadSettings, match=r"demo\.people"):
        OfficeSettings.from_toml('[web]\nurl = "https://keiki.example"\nproxied = true\n[demo]\npeople = true')
