"""People who use the screens in tests: one of each role, at one service office, and the rows that samples need.

A *sample* says for one address with which values it is called, and what a person with the right gets. Samples lie in
``samples/<app>_samples.py``: ``SAMPLES: dict[str, Callable[[World], Sample]]`` by the address's full name.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from office_cast import Cast

from keiki.catalogues import SHIPPED
from keiki.domain.access import ALL_OFFICES, ROLES, Role
from keiki.office.config import settings
from keiki.office.config.request import office_of
from keiki.office.screens.routes import RouteDeclaration, declared_by
from keiki.office.users.models import RoleGrant, ServiceOffice, User

CATALOGUE = SHIPPED / "kansai-2015"
HERE, ELSEWHERE = "hokusetsu", "senshu"
NO_PASSWORD = make_password(None)


@dataclass(frozen=True)
class Sample:
    """One call of an address. ``row``: whether it names a row of office :data:`HERE`, absent from elsewhere."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    expects: tuple[int, ...] = (200, 302)
    row: bool = False


@dataclass
class World:
    """The cast with its people. Rows that samples make are of office :data:`HERE`.

    The screens work with the cast's own data servers, catalogue, vault and identity.
    """

    cast: Cast

    def __post_init__(self) -> None:
        assert settings.DATA
        cast, parts = self.cast, vars(office_of(settings.DATA))
        parts |= {
            "sources": cast.sources,
            "_catalogue_of_settings": cast.catalogue,
            "catalogue_folder": CATALOGUE,
            "vault": cast.vault,
            "identity": cast.office,
        }
        office_of(settings.DATA).checkpoint_file.path.unlink(missing_ok=True)
        for code, ja, en in ((HERE, "北摂営業所", "Hokusetsu"), (ELSEWHERE, "泉州営業所", "Senshu")):
            ServiceOffice.objects.get_or_create(code=code, defaults={"name_ja": ja, "name_en": en})

    def person(self, *roles: Role, office: str = HERE, name: str = "") -> User:
        """Return a user of these roles at ``office``; the same one each time."""
        which = ("every-role",) if set(roles) == set(ROLES) else tuple(role.value for role in roles)
        username = name or "-".join(("person", *which, office)).replace("*", "all")
        assert len(username) <= 60, "SQLite takes a longer one, PostgreSQL does not"
        user, made = User.objects.get_or_create(username=username, defaults={"name": "佐藤", "password": NO_PASSWORD})
        if made:
            for role in roles:
                where = office if ROLES[role].local else ALL_OFFICES
                at = self.cast.now
                RoleGrant.objects.create(user=user, role=role.value, office=where, granted_by="test", granted_at=at)
        return user

    def client(self, user: User, language: str = "ja") -> Client:
        """Return a browser in which ``user`` is logged in, with a second factor and just proved again."""
        client = Client(headers={"accept-language": language}, raise_request_exception=True)
        client.force_login(user)
        give_second_factor(user)
        just_proved(client)
        return client

    def as_(self, *roles: Role, office: str = HERE, language: str = "ja") -> Client:
        """Return a browser of a person of these roles."""
        return self.client(self.person(*roles, office=office), language)

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What samples of one test share."""
        return {}


def give_second_factor(user: User) -> None:
    """Give the user a TOTP authenticator, as if set up long ago."""
    from allauth.mfa.models import Authenticator

    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})


def just_proved(client: Client) -> None:
    """Let the session look as if its person had logged in this minute."""
    import time

    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "username": "x"}]
    session.save()


@dataclass(frozen=True)
class Address:
    """One address of the office."""

    name: str
    declared: RouteDeclaration | None
    has_values: bool


@cache
def addresses() -> tuple[Address, ...]:
    """Return every address by its full name, from the office's own URL table."""
    return tuple(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> list[Address]:
    found = []
    for each in patterns:
        if isinstance(each, URLResolver):
            inner = f"{prefix}{each.namespace}:" if each.namespace else prefix
            found += _walk(each.url_patterns, inner)
        else:
            values = bool(each.pattern.converters)
            found.append(Address(f"{prefix}{each.name}", declared_by(each.callback), values))
    return found


@cache
def samples() -> dict[str, Callable[[World], Sample]]:
    """Return the samples of all apps."""
    found: dict[str, Callable[[World], Sample]] = {}
    for file in sorted((Path(__file__).parent / "samples").glob("*_samples.py")):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= module.SAMPLES
    return found
