"""Passwords that are short, known, or only look unknown are refused; one that became too short is changed first."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from log_in_rig import Person, a_person
from office_cast import Cast
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.users.models import User

TWELVE, FIFTEEN = "kumo-to-ame7", "kumo-to-ame-742"


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def refused(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [each.code for each in error.error_list]
    return []


def test_a_password_that_stands_alone_has_fifteen_characters(world: World) -> None:
    alone, beside = a_person(world, Role.DESIGNER), a_person(world, Role.SECURITY_OFFICER, second_factor=True)
    assert refused(FIFTEEN, alone.user) == []
    assert refused(FIFTEEN[:14], alone.user) == ["password_too_short"]
    assert refused(TWELVE, beside.user) == []
    assert refused(TWELVE[:11], beside.user) == ["password_too_short"]
    assert refused(TWELVE) == ["password_too_short"]


@pytest.mark.parametrize(
    "password",
    [
        "1qaz2wsx3edc4rfv",
        "Password-password",
        "ＰＡＳＳＷＯＲＤ１２３４５６７",
        "!!!football!!!2026",
        "qwertyuiopqwertyuiop",
        "d.r.a.g.o.n 1234567",
    ],
)
def test_a_known_password_is_refused_however_it_is_decorated(password: str) -> None:
    assert "password_too_common" in refused(password)


def test_a_password_that_became_too_short_is_changed_before_anything_else(world: World) -> None:
    """As of somebody from before the rule, or who took their second factor away."""
    person: Person = a_person(world, Role.DESIGNER)
    User.objects.filter(pk=person.user.pk).update(password=make_password(TWELVE))
    person.types_password(TWELVE)
    answer = person.client.get(reverse("today"))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("account_change_password"))
    change = {"oldpassword": TWELVE, "password1": FIFTEEN, "password2": FIFTEEN}
    person.client.post(reverse("account_change_password"), change)
    assert person.client.get(reverse("today")).status_code == 200


def test_a_password_that_is_long_enough_changes_nothing(world: World) -> None:
    person = a_person(world, Role.DESIGNER)
    person.types_password()
    assert person.client.get(reverse("today")).status_code == 200
