"""Take people in, give and take roles, let people go. Each is an act with its event; nobody changes their own roles."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from keiki.domain.access import ALL_OFFICES, ROLES, Grant
from keiki.office.audit.services import Act, record

from .models import RoleGrant, ServiceOffice, User


class PeopleRefused(Exception):  # noqa: N818 - what the administrator is told
    """The office does not do this; says why and what to do."""


def add_user(act: Act, username: str, name: str, password: str, *, language: str = "ja", is_demo: bool = False) -> User:
    """Take a person in. ``password`` is the first one; the person changes it at the first log-in.

    Raises :class:`PeopleRefused` for a name that is taken and ``ValidationError`` for a weak password.
    """
    user = User(username=username, name=name, language=language, is_demo=is_demo, must_change_password=not is_demo)
    user.clean_fields(exclude=["password"])
    validate_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            record(act, "UserAdded", user.reference)
    except IntegrityError:
        raise PeopleRefused(f"there is a user {username} already: choose another log-in name") from None
    return user


def grant(act: Act, user: User, given: Grant) -> None:
    """Give a role at a service office, or everywhere. Giving it again changes nothing."""
    _refuse_own(act, user)
    if not ROLES[given.role].local and given.office != ALL_OFFICES:
        raise PeopleRefused(f"the role {given.role} holds for the whole utility: grant it for all offices")
    if given.office != ALL_OFFICES and not ServiceOffice.objects.filter(code=given.office).exists():
        raise PeopleRefused(f"there is no service office {given.office}: add it first")
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


def deactivate(act: Act, user: User, because: str) -> None:
    """Let a person go: no log-in, no running session, no right; the name stays for the audit."""
    _refuse_own(act, user)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            record(act, "UserDeactivated", user.reference, because=because)
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
        raise PeopleRefused("nobody changes their own roles or account here: ask another administrator")
