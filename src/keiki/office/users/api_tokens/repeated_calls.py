"""A call of the API that is sent again under the same key is answered as before, and nothing is done twice.

Kept for a day, and only what was done: a call that was refused changed nothing and may be tried again under its key.
While the first call runs the second one is refused; one that never ended (its process was killed) gives its key free
after five minutes, and what it did the rules of the business then see for themselves.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from keiki.office.refusal import Refusal
from keiki.office.users.models import ApiToken, KeptAnswer

KEPT = timedelta(hours=24)
RUNS_AT_MOST = timedelta(minutes=5)
Answered = tuple[int, dict[str, Any]]


class KeyReused(Refusal):
    """The key was sent with another request before."""

    code = "key_reused"


class StillRunning(Refusal):
    """The first call under this key has not ended."""

    code = "still_running"


def answer_once(token: ApiToken, key: str, request: bytes, at: datetime, act: Callable[[], Answered]) -> Answered:
    """Do ``act`` and keep its answer, or return the one kept. ``request`` is all that makes the call what it is."""
    KeptAnswer.objects.filter(made_at__lte=at - KEPT).delete()
    digest = salted_hmac("keiki.api.request", request, algorithm="sha256").hexdigest()
    with transaction.atomic():
        kept, new = KeptAnswer.objects.get_or_create(token=token, key=key, defaults={"digest": digest, "made_at": at})
    if not new:
        _refuse_another(kept, digest)
        if kept.status is not None:
            return kept.status, kept.answer or {}
        _take_over(kept, at)
    try:
        status, answer = act()
    except BaseException:
        KeptAnswer.objects.filter(pk=kept.pk).delete()
        raise
    KeptAnswer.objects.filter(pk=kept.pk).update(status=status, answer=answer)
    return status, answer


def _refuse_another(kept: KeptAnswer, digest: str) -> None:
    if not hmac.compare_digest(kept.digest, digest):
        raise KeyReused(
            "この Idempotency-Key は、別の内容の要求に使われています。新しいキーで送ってください。",
            "this Idempotency-Key was sent with another request: send this one under a new key",
        )


def _take_over(kept: KeptAnswer, at: datetime) -> None:
    dead = KeptAnswer.objects.filter(pk=kept.pk, status=None, made_at__lte=at - RUNS_AT_MOST)
    if not dead.update(made_at=at):
        raise StillRunning(
            "同じ Idempotency-Key の要求を処理中です。少し待ってから、同じキーでもう一度送ってください。",
            "the call under this Idempotency-Key still runs: wait a little and send it again under the same key",
        )
