"""Somebody adds or removes a role in the database: the verification of the audit names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_cast import Cast

from keiki.domain.access import ALL_OFFICES, Grant, Role
from keiki.office.audit.checkpoints import CheckpointFile
from keiki.office.audit.trust import trusting
from keiki.office.audit.verifying import verify_audit
from keiki.office.keys.changed_rows import changed_rows
from keiki.office.users.models import RoleGrant, User
from keiki.office.users.people import services

AUDITOR, OFFICER = Grant(Role.AUDITOR, ALL_OFFICES), Grant(Role.SECURITY_OFFICER, ALL_OFFICES)


@pytest.fixture
def person(cast: Cast) -> User:
    return services.add_user(cast.act(), "sato", "佐藤 花子", "correct horse battery staple 9")


def named(cast: Cast, folder: Path) -> list[str]:
    file = CheckpointFile(folder / "checkpoints.jsonl")
    verdict = verify_audit(trusting([cast.office.card]), file, more=changed_rows())
    found = [each.store for each in verdict.findings if each.damage == "role_changed"]
    assert verdict.intact is not bool(found)
    return found


@pytest.mark.django_db
def test_a_role_given_past_keiki_is_named_until_it_is_taken_away(cast: Cast, person: User, tmp_path: Path) -> None:
    services.grant(cast.act(), person, AUDITOR)
    assert named(cast, tmp_path) == []
    columns = {"role": "security_officer", "office": ALL_OFFICES, "granted_by": "tanaka", "granted_at": cast.now}
    RoleGrant.objects.create(user=person, **columns)
    assert named(cast, tmp_path) == ["user sato (security_officer, *)"]
    services.take_away(cast.act(), person, OFFICER)
    assert named(cast, tmp_path) == []


@pytest.mark.django_db
def test_a_role_brought_back_or_removed_past_keiki_is_named(cast: Cast, person: User, tmp_path: Path) -> None:
    services.grant(cast.act(), person, AUDITOR)
    row = RoleGrant.objects.get()
    services.take_away(cast.act(), person, AUDITOR)
    assert named(cast, tmp_path) == []
    row.save(force_insert=True)
    assert named(cast, tmp_path) == ["user sato (auditor, *)"]
    services.take_away(cast.act(), person, AUDITOR)
    services.grant(cast.act(), person, AUDITOR)
    RoleGrant.objects.all().delete()
    assert named(cast, tmp_path) == ["user sato (auditor, *)"]
