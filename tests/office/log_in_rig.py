"""A person at a browser in tests: log-in name, password, authenticator app, and the forms they fill in."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import ScryptPasswordHasher, make_password
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.users.models import User

PASSWORD = "a long sentence about meters"
ScryptPasswordHasher.work_factor = 2**4
"""The same hash as in production, made quickly: what it costs a thief is no matter of these tests."""
_HASH = make_password(PASSWORD)


@dataclass
class Person:
    """Somebody who logs in."""

    user: User
    secret: str = ""
    used: int = 0
    password: str = PASSWORD
    led_to: str = ""
    client: Client = field(default_factory=lambda: Client(headers={"accept-language": "en"}))

    def code(self) -> str:
        """What the app shows: each time one that was not used yet, within the tolerated steps."""
        step = max(int(time.time()) // 30, self.used + 1)
        self.used = step
        return format_hotp_value(hotp_value(self.secret, step))

    def types_password(self, password: str = "", then: str = "") -> HttpResponse:
        data = {"login": self.user.username, "password": password or self.password}
        if then:
            data["next"] = then
        return self.client.post(reverse("account_login"), data)  # type: ignore[return-value]

    def types_code(self, code: str = "") -> HttpResponse:
        return self.client.post(reverse("mfa_authenticate"), {"code": code or self.code()})  # type: ignore[return-value]

    def logs_in(self) -> HttpResponse:
        """Log in to the end."""
        answer = self.types_password()
        return self.types_code() if self.secret else answer

    def at_another_browser(self) -> Person:
        return Person(self.user, self.secret, self.used, self.password)

    @property
    def inside(self) -> bool:
        """Whether a page of the office answers."""
        return self.client.get(reverse("users:account")).status_code == 200


def a_person(world: World, *roles: Role, second_factor: bool = False, name: str = "") -> Person:
    """Return a person of these roles with a password, and an authenticator app if wanted."""
    user = world.person(*roles, name=name)
    user.password = _HASH
    user.save()
    secret = generate_totp_secret() if second_factor else ""
    if secret:
        TOTP.activate(user, secret)
    return Person(user, secret)
