"""A person's log-ins: begun, kept, ended when idle, too long or one too many; each end says why.

The cookie leads to Django's session; that one names its :class:`~keiki.office.users.models.OfficeSession`. A session
that names none, or an ended one, is no log-in.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from keiki.office.audit.services import Act, record
from keiki.office.users.models import LogInEndReason, OfficeSession, User

NAMED = "office_session"
NOTED_EVERY = timedelta(minutes=1)
"""How often the time of the last request is written at most."""
KEPT = timedelta(days=30)
"""How long an ended log-in is shown to its person; the audit keeps it for ever."""


def begin(request: HttpRequest, user: User, how: list[str]) -> None:
    """Begin a log-in in this browser; the oldest beyond ``web.sessions_per_person`` end."""
    now = timezone.now()
    origin, browser = getattr(request, "origin", ""), request.headers.get("User-Agent", "")[:200]
    act = Act(user.username, now, origin)
    with transaction.atomic():
        Session.objects.filter(expire_date__lt=now).delete()
        OfficeSession.objects.filter(ended_at__lt=now - KEPT).delete()
        begun = OfficeSession.objects.create(user=user, started_at=now, seen_at=now, origin=origin, browser=browser)
        record(act, "LoggedIn", user.reference, how=how)
        alive = [each for each in running(user) if not _end_if_over(each, now)]
        for superfluous in alive[settings.KEIKI.web.sessions_per_person :]:
            end(act, superfluous, LogInEndReason.REPLACED)
    request.session[NAMED] = begun.pk


def current(request: HttpRequest) -> OfficeSession | None:
    """Return the log-in that this request belongs to, ended or not."""
    pk = request.session.get(NAMED)
    return OfficeSession.objects.filter(pk=pk, user__username=request.user.get_username()).first() if pk else None


def log_in_end_of(request: HttpRequest) -> LogInEndReason | None:
    """Note that the person is here, or return why their log-in is over."""
    session, now = current(request), timezone.now()
    if session is None:
        return LogInEndReason.LONG
    if session.ended_at is None and not _end_if_over(session, now) and now - session.seen_at >= NOTED_EVERY:
        OfficeSession.objects.filter(pk=session.pk).update(seen_at=now)
    return LogInEndReason(session.ended_because) if session.ended_at else None


def running(user: User) -> list[OfficeSession]:
    """Return a person's log-ins that have not ended, the youngest first."""
    return list(OfficeSession.objects.filter(user=user, ended_at=None))


def end(act: Act, session: OfficeSession, because: LogInEndReason) -> None:
    """End a log-in, if it has not ended; its browser is told why at its next request."""
    with transaction.atomic():
        ended = OfficeSession.objects.filter(pk=session.pk, ended_at=None)
        if ended.update(ended_at=act.at, ended_because=because):
            record(act, "LoggedOut", f"user {session.user.username}", because=because.value)
    session.ended_at, session.ended_because = act.at, because


def end_all(act: Act, user: User, because: LogInEndReason, *, but: int | None = None) -> None:
    """End every log-in of a person, but perhaps one."""
    for each in running(user):
        if each.pk != but:
            end(act, each, because)


def _end_if_over(session: OfficeSession, now: datetime) -> bool:
    web = settings.KEIKI.web
    over = None
    if now - session.started_at >= timedelta(hours=web.session_hours):
        over = LogInEndReason.LONG
    elif now - session.seen_at >= timedelta(minutes=web.idle_minutes):
        over = LogInEndReason.IDLE
    if over:
        end(Act(session.user.username, now.astimezone(UTC), session.origin), session, over)
    return over is not None
