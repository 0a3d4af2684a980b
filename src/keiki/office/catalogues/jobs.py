"""Proofs and comparisons asked for on the screens: kept until the worker takes them, done in a process of their own.

A worker that is told to end gives its job back; one that is killed leaves it taken, and after :data:`IN_HAND` without
news it starts anew. A job whose process died :data:`MOST_ATTEMPTS` times is refused and not begun again. What a job
brings about (a draft, a publication) is one transaction with the note that it is finished.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from keiki.domain.access import Right, Rights
from keiki.domain.catalogues.report import VerifiedCatalogue
from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.units import content_digest, read_catalogue
from keiki.office.audit.services import Act, Changed
from keiki.office.refusal import Refusal
from keiki.office.sentences import sentence_of
from keiki.office.users.models import User

from .models import CatalogueJob, CatalogueVersion, JobKind
from .services import CatalogueRefused, bring_in, broken, publish, refuse_first_person, refuse_too_large
from .verification_runner import VerificationProcessDied, VerificationStopped, run_in_process

IN_HAND = timedelta(minutes=1)
MOST_ATTEMPTS = 3
MOST_KEPT = 50
"""So many finished jobs are kept; the versions themselves are kept for good."""
FORM = 1
"""The form in which a difference is kept; another one is told anew."""
TRY_AGAIN = timedelta(minutes=10)
"""A comparison that was refused is asked for again after so long, if somebody looks."""
RIGHTS = {JobKind.BRING_IN: Right.PROPOSE_CATALOGUE, JobKind.PUBLISH: Right.PUBLISH_CATALOGUE}
"""What who asked must still be allowed when it is done."""
REFUSALS = (Refusal, IllegalTransition)


def ask_bring_in(act: Act, files: Mapping[str, str]) -> CatalogueJob:
    """Ask for files to be proved and brought in."""
    refuse_too_large(files)
    return _ask(act, JobKind.BRING_IN, content_digest(files), files=dict(files))


def ask_publish(act: Act, version: CatalogueVersion) -> CatalogueJob:
    """Ask for a proposed version to be proved once more and published, as the second person."""
    refuse_first_person(act.by, version)
    return _ask(act, JobKind.PUBLISH, f"{version.pk}:{act.by}"[:100], version=version)


def compared(act: Act, before: Mapping[str, str], version: CatalogueVersion) -> CatalogueJob:
    """Return the comparison of ``version`` with the files ``before``: the one that is kept, else asked for now."""
    key = f"{FORM}:{content_digest(before)}:{version.digest}"
    kept = CatalogueJob.objects.filter(kind=JobKind.COMPARE, key=key, finished_at__isnull=False).first()
    if kept and kept.finished_at and ("difference" in kept.outcome or act.at - kept.finished_at < TRY_AGAIN):
        return kept
    return _ask(act, JobKind.COMPARE, key, version=version, files=dict(before))


def _ask(act: Act, kind: JobKind, key: str, **more: Any) -> CatalogueJob:
    """Keep what is asked for; what waits or runs already is not asked for twice."""
    with transaction.atomic():
        waiting = CatalogueJob.objects.filter(kind=kind, key=key, finished_at=None).first()
        if waiting:
            return waiting
        old = CatalogueJob.objects.filter(finished_at__isnull=False).values_list("pk", flat=True)[MOST_KEPT:]
        CatalogueJob.objects.filter(pk__in=list(old)).delete()
        return CatalogueJob.objects.create(
            kind=kind, key=key, asked_by=act.by, asked_at=act.at, origin=act.origin, **more
        )


def do_next(
    clock: Callable[[], datetime], today: Callable[[], date], ending: threading.Event | None = None
) -> CatalogueJob | None:
    """Take the oldest job that waits, or was left lying, and do it; ``None`` where there is none.

    ``ending`` is set by who wants it to stop: the job then waits again.
    """
    free = Q(taken_at=None) | Q(taken_at__lt=clock() - IN_HAND)
    job = CatalogueJob.objects.filter(free, finished_at=None).order_by("id").first()
    if job is None:
        return None
    taken = {"taken_at": clock(), "attempts": F("attempts") + 1, "seen": 0, "total": 0}
    if not CatalogueJob.objects.filter(free, pk=job.pk, finished_at=None).update(**taken):
        return None
    job.refresh_from_db()
    mine = CatalogueJob.objects.filter(pk=job.pk, finished_at=None, attempts=job.attempts)

    def report_progress(seen: int | None, total: int) -> None:
        news = {} if seen is None else {"seen": seen, "total": total}
        mine.update(taken_at=clock(), **news)

    try:
        found = run_in_process(_work(job), report_progress, ending or threading.Event())
    except VerificationStopped:
        mine.update(taken_at=None, attempts=F("attempts") - 1)
        return None
    except VerificationProcessDied:
        if job.attempts < MOST_ATTEMPTS:
            mine.update(taken_at=None)
            return None
        found = {}
    _finish(job, found, Act(job.asked_by, clock(), job.origin), today())
    job.refresh_from_db()
    return job


def _work(job: CatalogueJob) -> Mapping[str, Any]:
    files = job.version.files if job.version else job.files
    return {"before": job.files, "after": files} if job.kind == JobKind.COMPARE else {"files": files}


def _finish(job: CatalogueJob, found: Mapping[str, Any], act: Act, today: date) -> None:
    """Bring about what was asked for and note it, in one transaction; a refusal is noted with nothing else kept."""
    try:
        with transaction.atomic():
            columns = _brought_about(job, found, act, today)
            _note(job, act.at, **columns)
    except REFUSALS as error:
        ja, en = sentence_of(error)
        problems = error.problems if isinstance(error, CatalogueRefused) else []
        _note(job, act.at, outcome={"refused": {"ja": ja, "en": en}, "problems": problems})


def _note(job: CatalogueJob, at: datetime, **columns: Any) -> None:
    """Note that the job is finished, unless another worker took it up meanwhile and is the one to do it."""
    mine = CatalogueJob.objects.filter(pk=job.pk, finished_at=None, attempts=job.attempts)
    if not mine.update(finished_at=at, seen=F("total"), **columns):
        raise Changed(job.reference)


def _brought_about(job: CatalogueJob, found: Mapping[str, Any], act: Act, today: date) -> dict[str, Any]:
    if not found:
        raise CatalogueRefused(
            "証明の処理が結果を出さずに何度も終了しました。カタログが大きすぎる(メモリー不足)おそれがあります。"
            "組合せや要件の数を減らすか、運用担当に知らせてください",
            "the proof ended several times without a result, perhaps for want of memory: make the catalogue smaller, "
            "or tell the operator",
        )
    if "problems" in found:
        raise broken(list(found["problems"]))
    if job.kind == JobKind.COMPARE:
        return {"outcome": {"difference": found["difference"]}, "files": {}}
    _refuse_who_may_no_longer(job)
    if job.kind == JobKind.PUBLISH and job.version:
        publish(act, job.version, today, VerifiedCatalogue(read_catalogue(job.version.files), found["report"]))
        return {}
    version = bring_in(act, job.files, VerifiedCatalogue(read_catalogue(job.files), found["report"]))
    return {"version": version, "files": {}, "outcome": {"known": version.brought_in_at != act.at}}


def _refuse_who_may_no_longer(job: CatalogueJob) -> None:
    """Refuse what was asked for by somebody who has lost the right to it since."""
    user = User.objects.filter(username=job.asked_by).first()
    if user is None or not Rights(user.grants_held()).may(RIGHTS[JobKind(job.kind)]):
        raise CatalogueRefused(
            "依頼した人は、この操作をする権限を失っています。権限のある人がもう一度行ってください",
            "whoever asked for this may no longer do it: somebody who may has to ask again",
        )
