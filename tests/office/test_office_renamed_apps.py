"""An app that took another label keeps its tables' rows, once, all or nothing, on both engines."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from office_cast import Cast

from keiki.office.config import renamed_apps
from keiki.office.config.schema import DatabaseOutdated, check, upgrade
from keiki.office.contracts.models import ServiceContract
from keiki.office.keys.models import EnrolledDevice

FORMER = {new: old for old, new in renamed_apps.RENAMED.items()}


def tables() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.table_names(cursor))


def as_before() -> None:
    """Give the database the labels that an older program wrote."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # the test's own rows were written in this transaction
        for new, old in FORMER.items():
            for table in tables():
                if table.startswith(f"{new}_"):
                    cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{old}_{table.removeprefix(f"{new}_")}"')
            cursor.execute("UPDATE django_migrations SET app = %s WHERE app = %s", [old, new])
            cursor.execute("UPDATE django_content_type SET app_label = %s WHERE app_label = %s", [old, new])
    ContentType.objects.clear_cache()


def test_what_older_tables_hold_is_there_under_the_present_labels(cast: Cast) -> None:
    contract = cast.apply("apply_renewable")
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    present, devices = tables(), EnrolledDevice.objects.count()
    types, permissions = ContentType.objects.count(), Permission.objects.count()
    as_before()
    assert tables() != present
    with pytest.raises(DatabaseOutdated):
        check()
    assert upgrade() == ["service renamed to contracts", "devices renamed to keys", "access renamed to users"]
    assert upgrade() == []
    check()
    assert tables() == present
    assert (ServiceContract.objects.get().pk, EnrolledDevice.objects.count()) == (contract.pk, devices)
    assert not Session.objects.exists(), "their log-ins name a module that is no more"
    assert (ContentType.objects.count(), Permission.objects.count()) == (types, permissions), "none is there twice"


def test_sessions_stay_where_nothing_is_renamed(cast: Cast) -> None:
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    assert upgrade() == []
    assert Session.objects.exists()


def test_an_upgrade_that_is_cut_short_leaves_the_former_labels(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    as_before()
    former = tables()
    done = renamed_apps._rename

    def break_at_the_second(old: str, new: str, existing: list[str]) -> None:
        if old == "devices":
            raise OSError("no space left")
        done(old, new, existing)

    monkeypatch.setattr(renamed_apps, "_rename", break_at_the_second)
    with pytest.raises(OSError, match="no space"):
        upgrade()
    assert tables() == former
    monkeypatch.undo()
    assert upgrade()


def test_an_older_program_refuses_the_database_whose_apps_were_renamed(cast: Cast) -> None:
    as_before()
    upgrade()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app FROM django_migrations WHERE name LIKE '9999_renamed_to_%%'")
        assert {app for (app,) in cursor.fetchall()} == set(renamed_apps.RENAMED), (
            "its own labels, of no known migration"
        )
