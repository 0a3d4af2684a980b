"""What happens to log-ins and second factors becomes audit events, and begins and ends log-ins."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from keiki.office.audit.services import record
from keiki.office.users.models import LogInEndReason, User
from keiki.office.users.sessions import services as sessions

from .limits import act_here


@receiver(user_logged_in)
def logged_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Begin the log-in."""
    proofs = get_authentication_records(request, user)
    sessions.begin(request, user, [str(each.get("type") or each.get("method")) for each in proofs])


@receiver(user_logged_out)
def logged_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    """End the log-in, if nothing else did."""
    session = sessions.current(request) if user else None
    if session:
        sessions.end(act_here(request), session, LogInEndReason.ASKED)


@receiver(password_changed)
def changed_password(request: HttpRequest, user: User, **_: Any) -> None:
    """Note it, take the demand for it away, and end the person's other log-ins."""
    act, here = act_here(request), sessions.current(request)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        record(act, "PasswordChanged", user.reference)
        sessions.end_all(act, user, LogInEndReason.PASSWORD, but=here.pk if here else None)


@receiver(authenticator_added)
def added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Note a new second factor."""
    with transaction.atomic():
        record(act_here(request), "SecondFactorAdded", user.reference, kind=str(authenticator.type))


@receiver(authenticator_removed)
def removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Note that one is gone."""
    with transaction.atomic():
        record(act_here(request), "SecondFactorRemoved", user.reference, kind=str(authenticator.type))


@receiver(authenticator_reset)
def renewed(request: HttpRequest, user: User, **_: Any) -> None:
    """Note new recovery codes."""
    with transaction.atomic():
        record(act_here(request), "RecoveryCodesRenewed", user.reference)


@receiver(authentication_failed)
def failed(request: HttpRequest, user: User, **_: Any) -> None:
    """Note a wrong second factor."""
    with transaction.atomic():
        record(act_here(request), "LogInFailed", user.reference, step="second factor")
