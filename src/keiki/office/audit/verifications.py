"""Verifications asked for on the screens: kept until the worker takes them, done with a word of how far they are.

A worker that dies in the middle leaves its verification taken; after :data:`IN_HAND` without news it starts anew, or
whoever asks again gets another one in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q

from keiki.domain.audit.checkpoint import IsSigned
from keiki.domain.audit.findings import AuditFinding
from keiki.domain.audit.verification import AuditVerdict

from .checkpoints import CheckpointFile
from .models import AuditEvent, AuditVerification
from .services import Act, record
from .verifying import verify_audit

IN_HAND = timedelta(minutes=2)
GIVEN_UP: dict[str, Any] = {"given_up": True, "intact": False, "findings": []}
"""The verdict of a verification that nobody did to its end."""
TRIES = 5


def ask(act: Act) -> AuditVerification:
    """Ask for a verification of the whole audit; one that waits or runs is not asked for twice.

    One that was taken and gave no news since is given up.
    """
    with transaction.atomic():
        unfinished = AuditVerification.objects.filter(finished_at=None)
        unfinished.filter(taken_at__lt=act.at - IN_HAND).update(finished_at=act.at, verdict=GIVEN_UP)
        waiting = unfinished.first()
        if waiting:
            return waiting
        asked = AuditVerification.objects.create(asked_by=act.by, asked_at=act.at, total=AuditEvent.objects.count())
        record(act, "AuditVerificationAsked", asked.reference)
    return asked


def do_next(
    is_signed: IsSigned, file: CheckpointFile, now: datetime, more: Callable[[], Iterable[AuditFinding]] = tuple
) -> AuditVerification | None:
    """Take the oldest verification that waits, or was left lying, and do it; ``None`` where there is none.

    ``more``: findings about what the office's other rooms keep beside their events.
    """
    free = Q(taken_at=None) | Q(taken_at__lt=now - IN_HAND)
    wanted = AuditVerification.objects.filter(free, finished_at=None).order_by("id").first()
    if wanted is None:
        return None
    mine = AuditVerification.objects.filter(free, pk=wanted.pk, finished_at=None).update(taken_at=now, seen=0)
    if not mine:
        return None
    started = datetime.now(now.tzinfo)
    own = AuditVerification.objects.filter(pk=wanted.pk, finished_at=None)

    def passed() -> datetime:
        return now + (datetime.now(now.tzinfo) - started)

    def report_progress(seen: int) -> None:
        with suppress(OperationalError):  # others write: how far it is is told the next time
            own.update(seen=seen, taken_at=passed())

    verdict = verify_audit(is_signed, file, told=report_progress, more=more())
    columns = {"seen": verdict.events, "total": verdict.events, "verdict": plain_verdict(verdict)}
    if not _written(lambda: own.update(finished_at=passed(), **columns)):
        return None
    wanted.refresh_from_db()
    return wanted


def _written(write: Callable[[], int]) -> int:
    """Write what a long verification came to, also where others hold the database's turn for a while."""
    for left in range(TRIES - 1, -1, -1):
        try:
            return write()
        except OperationalError:
            if not left:
                raise
    return 0


def plain_verdict(verdict: AuditVerdict) -> dict[str, Any]:
    """Return what a verification came to as plain values, findings in both languages."""
    return {
        "intact": verdict.intact,
        "events": verdict.events,
        "position": verdict.position,
        "vouched": min(verdict.vouched, verdict.position),
        "unvouched": max(0, verdict.position - verdict.vouched),
        "findings": [
            {**asdict(each), "note": each.is_note, "sentence": each.sentence, "sentence_ja": each.words.ja}
            for each in verdict.findings
        ],
        "not_shown": verdict.not_shown,
    }
