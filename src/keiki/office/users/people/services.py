"""Take people in, give and take roles, let people go. Each is an act with its event; nobody changes their own roles."""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from keiki.domain.access import ALL_OFFICES, ROLES, Grant, Role
from keiki.office.audit.services import Act, record
from keiki.office.refusal import Refusal
from keiki.office.users.models import LogInEndReason, RoleGrant, ServiceOffice, User
from keiki.office.users.sessions import services as sessions


class PeopleRefused(Refusal):
    """The office does not do this; says why and what to do."""

    code = "people_refused"

    @classmethod
    def from_validation(cls, error: ValidationError) -> PeopleRefused:
        """Return what Django found wrong, in both languages."""
        said = []
        for language in ("ja", "en"):
            with override(language):
                said.append(" ".join(str(each) for each in error.messages))
        return cls(*said)


def add_user(act: Act, username: str, name: str, password: str, *, language: str = "ja", is_demo: bool = False) -> User:
    """Take a person in. ``password`` is the first one; the person changes it at the first log-in.

    Raises :class:`PeopleRefused` for a name that is taken and ``ValidationError`` for a weak password.
    """
    user = User(username=username, name=name, language=language, is_demo=is_demo, must_change_password=not is_demo)
    user.clean_fields(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    taken = PeopleRefused(
        f"利用者 {username} は既にいます。別のログイン名を付けてください。",
        f"there is a user {username} already: choose another log-in name",
    )
    if User.objects.filter(username__iexact=username).exists():
        raise taken
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record(act, "UserAdded", user.reference)
    except IntegrityError:
        raise taken from None
    return user


def create_admin(act: Act, username: str, name: str, password: str) -> User:
    """Take the first administrator in, who chose the password. Refused once there is an active one."""
    with transaction.atomic():
        if RoleGrant.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True, user__is_demo=False).exists():
            raise PeopleRefused(
                "有効な管理者が既にいます。利用者の登録は、その管理者が画面で行います。",
                "there is an active administrator already: they add people on the screen",
            )
        user = add_user(act, username, name, password)
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        give(act, user, Grant(Role.ADMINISTRATOR, ALL_OFFICES))
    user.refresh_from_db()
    return user


def grant(act: Act, user: User, given: Grant) -> None:
    """Give a role at a service office, or everywhere. Giving it again changes nothing."""
    _refuse_own(act, user)
    give(act, user, given)


def give(act: Act, user: User, given: Grant) -> None:
    """Give a role, whoever acts; for screens there is :func:`grant`."""
    if not ROLES[given.role].local and given.office != ALL_OFFICES:
        raise PeopleRefused(
            f"役割 {given.role} は全社の役割です。全営業所として付与してください。",
            f"the role {given.role} holds for the whole utility: grant it for all offices",
        )
    if given.office != ALL_OFFICES and not ServiceOffice.objects.filter(code=given.office).exists():
        raise PeopleRefused(
            f"営業所 {given.office} は登録されていません。先に登録してください。",
            f"there is no service office {given.office}: add it first",
        )
    with transaction.atomic():
        _, added = RoleGrant.objects.get_or_create(
            user=user,
            role=given.role.value,
            office=given.office,
            defaults={"granted_by": act.by, "granted_at": act.at},
        )
        if added:
            record(act, "RoleGranted", user.reference, role=given.role.value, office=given.office)


def take_away(act: Act, user: User, given: Grant) -> None:
    """Take a role back; it ends with the person's next request."""
    _refuse_own(act, user)
    with transaction.atomic():
        gone, _ = RoleGrant.objects.filter(user=user, role=given.role.value, office=given.office).delete()
        if gone:
            record(act, "RoleTakenAway", user.reference, role=given.role.value, office=given.office)


def first_password() -> str:
    """Draw a password that its person changes at the first log-in."""
    return secrets.token_urlsafe(12)


def reset_password(act: Act, user: User) -> str:
    """Give a person a new first password, which they change at their next log-in; return it, to be shown this once."""
    _refuse_own(act, user)
    password = first_password()
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = True
        user.save()
        record(act, "PasswordReset", user.reference)
        sessions.end_all(act, user, LogInEndReason.ADMINISTRATOR)
    return password


def reset_second_factor(act: Act, user: User, because: str) -> None:
    """Take a person's authenticator app, passkeys and recovery codes away, and end their log-ins."""
    _refuse_own(act, user)
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        record(act, "SecondFactorReset", user.reference, because=because)
        sessions.end_all(act, user, LogInEndReason.ADMINISTRATOR)


def deactivate(act: Act, user: User, because: str) -> None:
    """Let a person go: no log-in, no running session, no right; the name stays for the audit."""
    _refuse_own(act, user)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            record(act, "UserDeactivated", user.reference, because=because)
            sessions.end_all(act, user, LogInEndReason.ADMINISTRATOR)
    user.refresh_from_db()


def add_office(act: Act, code: str, name_ja: str, name_en: str) -> ServiceOffice:
    """Add a service office, or name it anew."""
    made = ServiceOffice(code=code, name_ja=name_ja, name_en=name_en)
    made.clean_fields()
    with transaction.atomic():
        office, _ = ServiceOffice.objects.update_or_create(code=code, defaults={"name_ja": name_ja, "name_en": name_en})
        record(act, "ServiceOfficeNamed", f"service office {code}", name_ja=name_ja, name_en=name_en)
    return office


def _refuse_own(act: Act, user: User) -> None:
    if act.by == user.username:
        raise PeopleRefused(
            "自分自身の役割やアカウントは変更できません。別の管理者に依頼してください。",
            "nobody changes their own roles or account here: ask another administrator",
        )
