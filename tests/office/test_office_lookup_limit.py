"""A person looks up so much in an hour and no more; the security officer is told the same day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.audit.lookup_limit import refuse_too_many
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act
from keiki.office.config.folder import BadSettings, OfficeSettings


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    limited = replace(settings.KEIKI, access=replace(settings.KEIKI.access, lookups_per_hour=10))
    monkeypatch.setattr(settings, "KEIKI", limited)
    return World(cast)


def look(client: Client, number: str) -> int:
    return client.get(reverse("points:record", args=[number])).status_code


def test_beyond_the_limit_nothing_is_shown_and_the_security_officer_is_told_once(world: World) -> None:
    number = world.cast.place("plain").supply_point
    desk, other = world.as_(Role.DESK_OPERATOR), world.as_(Role.SUPPORT_AGENT)
    officer = world.as_(Role.SECURITY_OFFICER)
    assert "照会の上限" not in officer.get(reverse("today")).content.decode()
    seen = [look(desk, number) for _ in range(12)]
    assert seen[0] == 200
    assert set(seen[-2:]) == {409}
    assert len(AuditEvent.objects.filter(happened="SupplyPointLookedUp")) <= 10
    customer = desk.post(reverse("points:customer", args=[number]), {"reason": "a question"})
    sent = desk.post(reverse("points:search"), {"q": "大阪府豊中市", "why": "question"})
    for answer in (customer, desk.get(sent.headers["Location"])):
        assert answer.status_code == 409
        assert "1時間の照会の上限(10件)" in answer.content.decode()
    reached = AuditEvent.objects.get(happened="LookUpLimitReached")
    assert (reached.subject, reached.details["limit"]) == ("user person-desk_operator-hokusetsu", 10)
    assert look(other, number) == 200
    assert "この1日に照会の上限に達した利用者" in officer.get(reverse("today")).content.decode()


def test_an_hour_later_work_goes_on(world: World) -> None:
    desk = world.as_(Role.DESK_OPERATOR)
    while look(desk, world.cast.place("plain").supply_point) == 200:
        pass
    last = AuditEvent.objects.latest("position")
    refuse_too_many(Act(last.by, last.at + timedelta(minutes=61)), 10)


def test_a_page_with_its_customers_masked_data_is_one_look_up(world: World) -> None:
    desk = world.as_(Role.DESK_OPERATOR)
    answers = [look(desk, world.cast.place("plain").supply_point) for _ in range(11)]
    assert answers == [200] * 10 + [409]
    assert AuditEvent.objects.filter(happened="CustomerDataRead").exists()


def test_a_security_officer_sees_who_is_stopped_and_lets_them_go_on(world: World) -> None:
    number, desk = world.cast.place("plain").supply_point, world.as_(Role.DESK_OPERATOR)
    while look(desk, number) == 200:
        pass
    reached = AuditEvent.objects.get(happened="LookUpLimitReached")
    page, lift = (reverse(name, args=[reached.position]) for name in ("audit:event", "audit:lift_limit"))
    officer, auditor = world.as_(Role.SECURITY_OFFICER), world.as_(Role.AUDITOR)
    assert lift in officer.get(page).content.decode()
    assert lift not in auditor.get(page).content.decode()
    assert auditor.post(lift, {"because": "x"}).status_code == 403
    officer.post(lift, {"because": ""})
    assert look(desk, number) == 409
    assert officer.post(lift, {"because": "a day of many questions"}).headers["Location"] == page
    lifted = AuditEvent.objects.get(happened="LookUpLimitLifted")
    assert (lifted.subject, lifted.details["because"]) == (f"user {reached.by}", "a day of many questions")
    assert [look(desk, number) for _ in range(11)] == [200] * 10 + [409], "the limit itself stays"
    assert AuditEvent.objects.filter(happened="LookUpLimitReached").count() == 2
    assert lift not in officer.get(page).content.decode()
    assert officer.post(lift, {"because": "again"}).status_code == 409


def test_nobody_lifts_their_own_limit(world: World) -> None:
    both = world.as_(Role.DESK_OPERATOR, Role.SECURITY_OFFICER)
    while look(both, world.cast.place("plain").supply_point) == 200:
        pass
    reached = AuditEvent.objects.get(happened="LookUpLimitReached")
    page, lift = (reverse(name, args=[reached.position]) for name in ("audit:event", "audit:lift_limit"))
    assert lift not in both.get(page).content.decode()
    assert both.post(lift, {"because": "mine"}).status_code == 409


@pytest.mark.parametrize("limit", [0, 9, 10_001])
def test_a_limit_that_limits_nothing_or_everything_is_refused(limit: int) -> None:
    with pytest.raises(BadSettings, match=r"access\.lookups_per_hour"):
        OfficeSettings.from_toml(f"[access]\nlookups_per_hour = {limit}")
