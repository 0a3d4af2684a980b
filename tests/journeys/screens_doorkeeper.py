"""Lets people of a test into an office's screens without a password: the program that :mod:`screens_town` talks to.

Reads ``{"command": ["let-in", USERNAME], "typed": {"roles": [...], "office": ..., "name": ..., "language": ...}}`` from
standard input, line by line, and answers with the session's cookie. The person has a second factor and has just proved
that it is them.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keiki.office.config.start import start


def let_in(username: str, given: dict[str, Any]) -> dict[str, str]:
    """Make the person if there is none, and return the cookie of a session of theirs."""
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.contrib.auth.hashers import make_password
    from django.test import Client

    from keiki.domain.access import ALL_OFFICES, ROLES, Role
    from keiki.office.users.models import RoleGrant, ServiceOffice, User

    language, office, now = given["language"], given["office"], datetime.now(UTC)
    for code, ja, en in (("hokusetsu", "北摂営業所", "Hokusetsu"), ("senshu", "泉州営業所", "Senshu")):
        ServiceOffice.objects.get_or_create(code=code, defaults={"name_ja": ja, "name_en": en})
    user, _ = User.objects.get_or_create(
        username=username,
        defaults={"name": given["name"], "password": make_password(None), "must_change_password": False},
    )
    User.objects.filter(pk=user.pk).update(language=language)
    for name in given["roles"]:
        where = office if ROLES[Role(name)].local else ALL_OFFICES
        by = {"granted_by": "test", "granted_at": now}
        RoleGrant.objects.get_or_create(user=user, role=name, office=where, defaults=by)
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "username": username}]
    session.save()
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def main(folder: Path) -> None:
    """Answer until standard input ends."""
    start(folder)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = let_in(asked["command"][1], asked["typed"])
        sys.stdout.write(json.dumps({"code": 0, "answer": answer}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
