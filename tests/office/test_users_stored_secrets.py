"""Nothing that the database holds opens anything: no stored value works as a cookie, a token or a code."""

from __future__ import annotations

import base64
import contextlib
import json
import zlib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from api_rig import System, system
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from log_in_rig import Person, a_person
from office_cast import Cast
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.users.models import OfficeSession

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def officer(world: World) -> Person:
    """A security officer in the middle of their work, with recovery codes."""
    person = a_person(world, Role.SECURITY_OFFICER, second_factor=True)
    RecoveryCodes.activate(person.user)
    person.logs_in()
    assert person.inside
    return person


@pytest.fixture
def caller(world: World, officer: Person) -> System:
    made = system(world)
    assert made.get("designs").status_code == 200
    return made


def texts(value: Any) -> Iterator[str]:
    """Every text in a stored value: itself, what is in its JSON, and the parts that its dots and colons part."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value
        yield from (part for sign in ":.$" if sign in value for part in value.split(sign))
        if value[:1] in ("[", "{"):
            with contextlib.suppress(ValueError):
                yield from texts(json.loads(value))


def stored() -> set[str]:
    """Every text of every table, and what the sessions' content says once its signature is taken off."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    found.update(
                        texts(bytes(value).decode("latin-1") if isinstance(value, (bytes, memoryview)) else value)
                    )
    for row in Session.objects.all():
        packed = row.session_data.split(":")[0]
        content = base64.urlsafe_b64decode(packed.removeprefix(".") + "=" * (-len(packed.removeprefix(".")) % 4))
        found.update(texts((zlib.decompress(content) if packed.startswith(".") else content).decode()))
    return {each for each in found if len(each) >= 8}


def test_no_stored_value_works_as_a_cookie(officer: Person) -> None:
    every = stored()
    assert len(every) > 50
    assert Session.objects.exists()
    page = reverse("users:account")
    for value in every:
        client = Client()
        client.cookies[COOKIE] = value.encode("ascii", "ignore").decode()
        assert client.get(page).status_code == 302, value
    assert officer.inside  # and the real one still does


def test_no_stored_value_works_as_a_token(caller: System) -> None:
    row = caller.token
    for value in stored():
        shown = value.encode("ascii", "ignore").decode().replace("\n", "").replace("\r", "")
        for text in (shown, f"keiki_{row.pk}_{shown}"):
            answer = Client().get("/api/v1/designs", headers={"authorization": f"Bearer {text}"})
            assert answer.status_code == 401, value


def test_what_opens_something_is_stored_nowhere(officer: Person, caller: System) -> None:
    """The cookie, the token, the secret of the app, every recovery code, the form's token: in no table."""
    officer.client.get(reverse("account_change_password"))
    codes = RecoveryCodes(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)).generate_codes()
    opening = {
        "cookie": officer.client.cookies[COOKIE].value,
        "token": caller.text,
        "secret of the token": caller.text.rpartition("_")[2],
        "secret of the app": officer.secret,
        "password": officer.password,
        "token of forms": officer.client.cookies[settings.CSRF_COOKIE_NAME].value,
        **{f"recovery code {i}": code for i, code in enumerate(codes)},
    }
    everything = "\n".join(stored())
    assert len(opening) > 10
    assert [name for name, value in opening.items() if value in everything] == []


def test_a_copied_session_opens_nothing(officer: Person, world: World) -> None:
    """Who may write to the table puts somebody else's content into the row of a session of their own."""
    thief = a_person(world, Role.DESIGNER, name="thief")
    thief.logs_in()
    mine = Session.objects.exclude(session_key=_row(officer).session_key).get()
    mine.session_data = _row(officer).session_data
    mine.save()
    assert not thief.inside
    assert officer.inside


def test_a_log_out_removes_the_row_and_the_cookie_opens_nothing(officer: Person) -> None:
    key = officer.client.cookies[COOKIE].value
    officer.client.post(reverse("account_logout"))
    assert not Session.objects.exists()
    other = Client()
    other.cookies[COOKIE] = key
    assert other.get(reverse("users:account")).status_code == 302


def test_the_upgrade_ends_sessions_that_were_stored_as_cookies(world: World) -> None:
    designer = a_person(world, Role.DESIGNER)
    designer.logs_in()
    old = import_module("keiki.office.users.migrations.0005_end_sessions_kept_as_cookies")
    old.end_sessions(apps, None)
    assert not designer.inside
    designer.logs_in()
    assert designer.inside
    assert OfficeSession.objects.filter(user=designer.user).count() == 2


def _row(person: Person) -> Session:
    from keiki.office.users.sessions.store import stored_key

    return Session.objects.get(session_key=stored_key(person.client.cookies[COOKIE].value))
