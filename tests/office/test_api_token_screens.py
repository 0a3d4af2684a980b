"""Tokens of the API on their screens: two people, a text shown once, nothing of it kept."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core import serializers
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from screens_rig import HERE, World

from keiki.domain.access import ALL_OFFICES, TOKEN_RIGHTS, Right, Role, Scope
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act
from keiki.office.users.api_tokens import services as tokens
from keiki.office.users.models import ApiToken

ASKED = {
    "system": "call-centre",
    "rights": ["see_points", "see_contracts"],
    "offices": [HERE],
    "days": "90",
    "because": "its screens show the state of a contract",
}


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def asked(browser: Client) -> tuple[ApiToken, str]:
    answer = browser.post(reverse("users:ask_token"), ASKED)
    assert answer.status_code == 200, answer.content.decode()
    found = re.search(r'id="token-text">(keiki_\d+_[0-9a-f]{64})<', answer.content.decode())
    assert found
    return ApiToken.objects.get(), found[1]


def test_a_token_works_after_two_people_and_its_text_is_shown_once_and_kept_nowhere(world: World) -> None:
    administrator, officer = world.as_(Role.ADMINISTRATOR), world.as_(Role.SECURITY_OFFICER)
    token, text = asked(administrator)
    with pytest.raises(tokens.TokenUnknown, match="not approved"):
        tokens.find(text, world.cast.now)
    page = reverse("users:token", args=[token.pk])
    assert "お客さま" not in officer.get(page).content.decode()
    answer = officer.post(reverse("users:approve_token", args=[token.pk]), follow=True)
    assert "有効" in answer.content.decode()
    assert tokens.find(text, world.cast.now) == token
    secret = text.rpartition("_")[2]
    for browser in (administrator, officer):
        assert secret not in browser.get(page).content.decode()
    kept = serializers.serialize("json", [*ApiToken.objects.all(), *AuditEvent.objects.all()])
    assert secret not in kept
    assert [
        each["fields"]["happened"]
        for each in json.loads(kept)
        if each["fields"].get("happened", "").startswith("ApiToken")
    ] == ["ApiTokenAsked", "ApiTokenApproved"]


def test_today_tells_a_security_officer_of_a_token_that_waits(world: World) -> None:
    officer, waits = world.as_(Role.SECURITY_OFFICER, language="en"), reverse("users:tokens") + "?state=asked"
    assert waits not in officer.get(reverse("today")).content.decode()
    asked(world.as_(Role.ADMINISTRATOR))
    assert waits in officer.get(reverse("today")).content.decode()


def test_nobody_approves_the_token_they_asked_for(world: World) -> None:
    both = world.as_(Role.ADMINISTRATOR, Role.SECURITY_OFFICER)
    token, text = asked(both)
    assert (
        reverse("users:approve_token", args=[token.pk])
        not in both.get(reverse("users:token", args=[token.pk])).content.decode()
    )
    assert both.post(reverse("users:approve_token", args=[token.pk])).status_code == 409
    with pytest.raises(tokens.TokenUnknown):
        tokens.find(text, world.cast.now)


@pytest.mark.parametrize(("role", "address"), [("administrator", "revoke_token"), ("security_officer", "reject_token")])
def test_either_of_the_two_ends_a_token_at_once(world: World, role: str, address: str) -> None:
    token, text = asked(world.as_(Role.ADMINISTRATOR))
    world.as_(Role.SECURITY_OFFICER).post(reverse("users:approve_token", args=[token.pk]))
    assert tokens.find(text, world.cast.now)
    world.as_(Role(role)).post(reverse(f"users:{address}", args=[token.pk]), {"because": "lost laptop"})
    with pytest.raises(tokens.TokenUnknown, match="revoked"):
        tokens.find(text, world.cast.now)
    assert ApiToken.objects.get().ended_because == "lost laptop"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rights": []}, "必須"),
        ({"rights": ["manage_people"]}, "manage_people"),
        ({"offices": ["nowhere"]}, "nowhere"),
        ({"system": "call centre!"}, "ハイフン"),
        ({"days": "3650"}, "3650"),
    ],
)
def test_what_no_token_may_have_is_refused_where_it_was_filled_in(
    world: World, changed: dict[str, object], words: str
) -> None:
    answer = world.as_(Role.ADMINISTRATOR).post(reverse("users:ask_token"), ASKED | changed)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_ends_with_its_time_and_never_lives_longer_than_a_year(world: World) -> None:
    act, scope = Act("tanaka", world.cast.now), Scope(frozenset({Right.SEE_POINTS}), frozenset({ALL_OFFICES}))
    fresh = tokens.ask(act, tokens.TokenRequest("billing", scope, act.at + timedelta(hours=1), "a trial"))
    assert secret_of(fresh.text) not in repr(fresh)
    tokens.approve(Act("suzuki", world.cast.now), fresh.token)
    assert tokens.find(fresh.text, act.at + timedelta(minutes=59))
    with pytest.raises(tokens.TokenUnknown, match="expired"):
        tokens.find(fresh.text, act.at + timedelta(minutes=60))
    for wrong in (timedelta(days=367), timedelta()):
        with pytest.raises(tokens.TokenRefused, match="within a year"):
            tokens.ask(act, tokens.TokenRequest("billing", scope, act.at + wrong, "for ever"))


def test_only_the_whole_text_is_taken_for_the_token(world: World) -> None:
    token, text = asked(world.as_(Role.ADMINISTRATOR))
    world.as_(Role.SECURITY_OFFICER).post(reverse("users:approve_token", args=[token.pk]))
    last = "0" if text[-1] != "0" else "1"
    for wrong in (
        "",
        text[:-1],
        text[:-1] + last,
        text.upper(),
        text + "\n",
        f"keiki_{token.pk + 1}_{secret_of(text)}",
    ):
        with pytest.raises(tokens.TokenUnknown, match="not known"):
            tokens.find(wrong, world.cast.now)


def test_calls_are_counted_by_the_minute_and_those_beyond_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "PER_MINUTE", 3)
    token, _ = asked(world.as_(Role.ADMINISTRATOR))
    now = world.cast.now
    assert [tokens.count(token, now + timedelta(seconds=each)) for each in (0, 5, 10)] == [0, 0, 0]
    assert tokens.count(token, now + timedelta(seconds=20)) == 40
    token.refresh_from_db()
    assert token.used_at == now
    assert tokens.count(token, now + timedelta(seconds=60)) == 0


def test_a_token_never_has_rights_that_hand_out_rights_keys_or_the_audit() -> None:
    kept_for_people = {"manage", "approve", "request", "publish", "propose", "audit", "people", "keys"}
    assert not [right for right in TOKEN_RIGHTS if kept_for_people & set(right.value.split("_"))]
    with pytest.raises(ValueError, match="never"):
        Scope(frozenset({Right.MANAGE_PEOPLE}), frozenset({ALL_OFFICES}))


def secret_of(text: str) -> str:
    return text.rpartition("_")[2]
