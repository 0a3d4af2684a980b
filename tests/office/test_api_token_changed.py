"""Somebody adds or changes a token's row in the database: it opens nothing, and verification and screens name it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from api_rig import System, system
from django.db import connection
from django.urls import reverse
from office_cast import Cast
from pytest_django import DjangoAssertNumQueries
from screens_rig import HERE, World

from keiki.domain.access import ALL_OFFICES, Right, Role, Scope
from keiki.office.audit import services
from keiki.office.audit.checkpoints import CheckpointFile
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act
from keiki.office.audit.trust import trusting
from keiki.office.audit.verifying import verify_audit
from keiki.office.keys.changed_rows import changed_rows
from keiki.office.users.api_tokens import recorded_tokens
from keiki.office.users.api_tokens import services as tokens
from keiki.office.users.models import ApiToken

OWN = "keiki_{number}_" + "ab" * 32


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def planted(world: World, number: int = 77, system: str = "billing", **changed: object) -> System:
    """Add a row past everything that Keiki does, with the digest of a text of one's own."""
    text = OWN.format(number=number)
    columns = {
        "id": number,
        "system": system,
        "state": "active",
        "rights": json.dumps([right.value for right in (Right.SEE_CONTRACTS, Right.SEE_POINTS)]),
        "offices": json.dumps([ALL_OFFICES]),
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "because": "its screens",
        "asked_by": "tanaka",
        "asked_at": world.cast.now,
        "expires_at": world.cast.now + timedelta(days=90),
        "decided_by": "suzuki",
        "decided_at": world.cast.now,
        **dict.fromkeys(("ended_by", "ended_because"), ""),
        "calls": 0,
        **changed,
    }
    with connection.cursor() as cursor:
        names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
        cursor.execute(f"INSERT INTO users_apitoken ({names}) VALUES ({places})", list(columns.values()))
    return System(ApiToken.objects.get(pk=number), text)


def update(token: ApiToken, **columns: object) -> None:
    ApiToken.objects.filter(pk=token.pk).update(**columns)


def named(cast: Cast, folder: Path, damage: str = "token_changed") -> list[str]:
    verdict = verify_audit(
        trusting([cast.office.card]), CheckpointFile(folder / "checkpoints.jsonl"), more=changed_rows()
    )
    assert not (verdict.intact and any(each.damage == "token_changed" for each in verdict.findings))
    return [each.store for each in verdict.findings if each.damage == damage]


def refused(caller: System) -> str:
    """Return the code of the answer; it is 401 for every operation's first step."""
    answer = caller.get("contracts")
    assert answer.status_code == 401, answer.content
    return str(answer.json()["code"])


def test_an_approved_token_works_and_is_no_finding(world: World, tmp_path: Path) -> None:
    caller = system(world)
    assert caller.get("contracts").status_code == 200
    system(world, approved=False)
    assert named(world.cast, tmp_path) == []
    assert named(world.cast, tmp_path, "token_partly_recorded") == []
    tokens.revoke(world.cast.act(), caller.token, "the system is gone")
    assert named(world.cast, tmp_path) == []


def test_a_planted_token_opens_nothing_and_is_named(world: World, tmp_path: Path) -> None:
    caller = planted(world)
    assert refused(caller) == "token_changed"
    assert named(world.cast, tmp_path) == ["T-77 (billing)"]
    assert AuditEvent.objects.get(happened="ApiTokenDidNotWork").subject == "T-77"
    officer = world.as_(Role.SECURITY_OFFICER, language="en")
    for page in (reverse("users:tokens"), reverse("users:token", args=[77])):
        assert "T-77 is not as it was recorded" in officer.get(page).content.decode()
    officer.post(reverse("users:reject_token", args=[77]), {"because": "nobody asked for it"})
    assert ApiToken.objects.get(pk=77).state == "revoked"
    assert named(world.cast, tmp_path) == []
    assert refused(caller) == "token_unknown"


CHANGES: Mapping[str, Mapping[str, object]] = {
    "more rights": {"rights": sorted(["see_contracts", "see_points"])},
    "more offices": {"offices": [HERE, ALL_OFFICES]},
    "a later end": {"expires_at": "2027-12-01T00:00:00+00:00"},
    "a secret of one's own": {"digest": hashlib.sha256(b"x").hexdigest()},
    "another system's name": {"system": "billing"},
    "rights that are none": {"rights": ["everything"]},
    "rights that are no list": {"rights": 7},
    "a state that is none": {"state": "working"},
    "waiting again": {"state": "asked"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_token_opens_nothing_and_is_named(world: World, tmp_path: Path, change: str) -> None:
    caller = system(world, Right.SEE_CONTRACTS)
    assert caller.get("contracts").status_code == 200
    update(caller.token, **CHANGES[change])
    if change != "a secret of one's own":
        assert refused(caller) == "token_changed"
    found = ApiToken.objects.get()
    assert named(world.cast, tmp_path) == [f"{found.reference} ({found.system})"]
    officer = world.as_(Role.SECURITY_OFFICER, language="en")
    for page in (reverse("users:tokens"), reverse("users:token", args=[found.pk])):
        assert "is not as it was recorded" in officer.get(page).content.decode()


def test_a_secret_of_ones_own_in_the_row_of_an_approved_token_opens_nothing(world: World) -> None:
    caller = system(world)
    text = OWN.format(number=caller.token.pk)
    update(caller.token, digest=hashlib.sha256(text.encode()).hexdigest())
    assert refused(System(caller.token, text)) == "token_changed"


def test_an_ended_token_does_not_come_back_by_an_update(world: World, tmp_path: Path) -> None:
    caller = system(world)
    tokens.revoke(world.cast.act(), caller.token, "lost laptop")
    update(caller.token, state="active", ended_by="", ended_at=None)
    assert refused(caller) == "token_changed"
    assert named(world.cast, tmp_path) == [f"{caller.token.reference} (call-centre)"]


def test_one_persons_token_does_not_work_by_an_update(world: World, tmp_path: Path) -> None:
    caller = system(world, approved=False)
    update(caller.token, state="active", decided_by="suzuki")
    assert refused(caller) == "token_changed"
    assert named(world.cast, tmp_path) == [f"{caller.token.reference} (call-centre)"]


def test_a_token_changed_while_it_waits_is_not_approved(world: World) -> None:
    caller = system(world, approved=False)
    update(caller.token, digest=hashlib.sha256(b"x").hexdigest())
    found = ApiToken.objects.get()
    with pytest.raises(tokens.TokenRefused, match="not as it was recorded"):
        tokens.approve(Act("suzuki", world.cast.now), found)
    assert ApiToken.objects.get().state == "asked"


def test_a_removed_token_is_named(world: World, tmp_path: Path) -> None:
    caller = system(world)
    ApiToken.objects.all().delete()
    assert named(world.cast, tmp_path) == [caller.token.reference]


def test_a_token_of_an_older_version_works_by_what_was_recorded_and_is_noted(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = services.record

    def as_before(act: Act, happened: str, subject: str, supply_point: str = "", **details: object) -> AuditEvent:
        known = ("system", "before", "after") if happened == "ApiTokenApproved" else tuple(details)
        kept = {name: details[name] for name in known if name != recorded_tokens.DIGEST}
        return record(act, happened, subject, supply_point, **kept)

    with monkeypatch.context() as older:
        older.setattr(tokens, "record", as_before)
        older.setattr(services, "record", as_before)
        caller = system(world, Right.SEE_CONTRACTS)
    assert recorded_tokens.DIGEST not in json.dumps(list(AuditEvent.objects.values_list("details", flat=True)))
    assert caller.get("contracts").status_code == 200
    assert named(world.cast, tmp_path) == []
    assert named(world.cast, tmp_path, "token_partly_recorded") == [f"{caller.token.reference} (call-centre)"]
    update(caller.token, rights=["see_contracts", "see_points"])
    assert refused(caller) == "token_changed"
    assert named(world.cast, tmp_path) == [f"{caller.token.reference} (call-centre)"]


def test_a_call_asks_as_often_however_much_the_audit_has_of_its_token(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scope = Scope(frozenset({Right.SEE_CONTRACTS}), frozenset({HERE}))
    asked = tokens.TokenRequest("billing", scope, world.cast.now + timedelta(days=9), "a trial")
    fresh = tokens.ask(Act("tanaka", world.cast.now), asked)
    tokens.approve(Act("suzuki", world.cast.now), fresh.token)
    for _ in range(2):
        with django_assert_num_queries(2):
            assert tokens.find(fresh.text, world.cast.now) == fresh.token
        for _ in range(20):
            system(world)
