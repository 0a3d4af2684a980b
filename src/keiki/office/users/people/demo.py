"""The made-up people of a demonstration: one for each role, with passwords that are shown once.

They exist only where ``demo.people`` is true, which needs an address on this machine alone; where it is not, none can
be made, and those that were made cannot log in.
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import transaction

from keiki.domain.access import ALL_OFFICES, ROLES, Grant, Role
from keiki.office.audit.services import Act, record
from keiki.office.users.log_in.second_factor import needed_by
from keiki.office.users.models import LogInEndReason, ServiceOffice, User
from keiki.office.users.sessions import services as sessions

from .services import PeopleRefused, add_office, add_user, give

OFFICES = (("hokusetsu", "北摂営業所", "Hokusetsu"), ("senshu", "泉州営業所", "Senshu"))
NAMES = {
    Role.DESK_OPERATOR: "佐藤 花子",
    Role.DESIGNER: "鈴木 一郎",
    Role.CONSTRUCTION_CLERK: "高橋 健",
    Role.SUPPORT_AGENT: "田中 美咲",
    Role.SECURITY_OFFICER: "伊藤 誠",
    Role.CATALOGUE_ADMINISTRATOR: "渡辺 直子",
    Role.AUDITOR: "山本 浩",
    Role.ADMINISTRATOR: "中村 由美",
}
ELSEWHERE = ("designer-senshu", "小林 翔", Role.DESIGNER)
SECOND_OFFICER = ("security-officer-2", "加藤 恵", Role.SECURITY_OFFICER)


def make_people(act: Act) -> list[dict[str, Any]]:
    """Make them, or give those that are there new passwords; return how each logs in."""
    if not settings.KEIKI.demo.people or not settings.KEIKI.web.local:
        raise PeopleRefused(
            "デモ用の利用者は、settings.toml の [demo] people = true で、web.url が localhost のときだけ作成できます。",
            "made-up people only where settings.toml has [demo] people = true and web.url is localhost",
        )
    for code, ja, en in OFFICES:
        if not ServiceOffice.objects.filter(code=code).exists():
            add_office(act, code, ja, en)
    here, there = OFFICES[0][0], OFFICES[1][0]
    wanted = [(role.value.replace("_", "-"), NAMES[role], role, here) for role in Role]
    wanted += [(*ELSEWHERE, there), (*SECOND_OFFICER, here)]
    return [_make(act, *each) for each in wanted]


def _make(act: Act, username: str, name: str, role: Role, service_office_code: str) -> dict[str, Any]:
    password = secrets.token_urlsafe(12)
    where = service_office_code if ROLES[role].local else ALL_OFFICES
    with transaction.atomic():
        user = User.objects.filter(username=username).first()
        if user is None:
            user = add_user(act, username, name, password, is_demo=True)
        elif not user.is_demo:
            raise PeopleRefused(
                f"利用者 {username} はデモ用ではありません。", f"the user {username} is not a made-up one"
            )
        else:
            user.set_password(password)
            user.save()
            record(act, "PasswordReset", user.reference)
            sessions.end_all(act, user, LogInEndReason.PASSWORD)
        give(act, user, Grant(role, where))
        secret = _second_factor(user) if needed_by([role]) else None
    made = {"username": username, "name": name, "role": role.value, "office": where, "password": password}
    return {**made, "totp_secret": secret} if secret else made


def _second_factor(user: User) -> str:
    """Give the person an authenticator app's secret, and return it."""
    Authenticator.objects.filter(user=user).delete()
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret
