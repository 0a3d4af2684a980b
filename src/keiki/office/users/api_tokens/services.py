"""Tokens of the API: ask for one, let it work, end it; and find out whether what a caller shows is one that works.

A token is ``keiki_<number>_<64 hex digits>``: the number finds the row, the digits are 256 random bits. It is told once
to the administrator who asked for it. Kept is its SHA-256, which needs no salt, for nobody guesses 256 bits.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import F, Q

from keiki.domain.access import ALL_OFFICES, Scope
from keiki.domain.keys.tokens import API_TOKEN, ApiTokenEvent, ApiTokenState
from keiki.office.audit.services import Act, record, transition
from keiki.office.refusal import Refusal
from keiki.office.users.models import ApiToken, ServiceOffice

from . import recorded_tokens

LONGEST = timedelta(days=366)
PER_MINUTE = 600
"""Calls that one token may make in a minute, counted over all processes of the screens."""
MINUTE = timedelta(minutes=1)
_SPELLED = re.compile(r"keiki_([1-9][0-9]{0,17})_[0-9a-f]{64}")


class TokenRefused(Refusal):
    """A token that is not taken, approved or ended so; says why and what to do."""

    code = "token_refused"


class TokenUnknown(Refusal):
    """What a caller showed is no token of this office, or none that works now. ``token`` is the one it would be."""

    code = "token_unknown"

    def __init__(self, ja: str, en: str, token: ApiToken | None = None) -> None:
        super().__init__(ja, en)
        self.token = token


class TokenChanged(TokenUnknown):
    """The token's row is not as its events say: it was put into the database, or changed there, past Keiki."""

    code = "token_changed"


@dataclass(frozen=True)
class TokenRequest:
    """What an administrator asks for: the system that gets it, what it may do where, until when, and why."""

    system: str
    scope: Scope
    expires_at: datetime
    because: str


@dataclass(frozen=True)
class NewToken:
    """A token just made, with its text, which is shown this once."""

    token: ApiToken
    text: str = field(repr=False)


def ask(act: Act, asked: TokenRequest) -> NewToken:
    """Make a token that waits for a security officer."""
    _refuse_unusable(act, asked)
    secret = secrets.token_hex(32)
    made = ApiToken(
        system=asked.system,
        rights=sorted(asked.scope.rights),
        offices=sorted(asked.scope.offices),
        because=_reason(asked.because),
        asked_by=act.by,
        asked_at=act.at,
        expires_at=asked.expires_at,
    )
    with transaction.atomic():
        made.save()
        text = f"keiki_{made.pk}_{secret}"
        made.digest = _digest(text)
        made.save(update_fields=["digest"])
        record(
            act,
            "ApiTokenAsked",
            made.reference,
            **recorded_tokens.facts_of(made),
            because=made.because,
        )
    return NewToken(made, text)


def approve(act: Act, token: ApiToken) -> None:
    """Let a token work, as the second person."""
    if act.by == token.asked_by:
        raise TokenRefused(
            "自分が申請したトークンは承認できません。別のセキュリティ責任者に依頼してください。",
            "nobody approves the token they asked for: ask another security officer",
        )
    if token.expires_at <= act.at:
        raise TokenRefused(
            "このトークンは期限切れです。却下して、新しいトークンを申請してもらってください。",
            "this token has expired: reject it, and have a new one asked for",
        )
    if token.state == ApiTokenState.ASKED and recorded_tokens.is_changed(token):
        raise TokenRefused(*recorded_tokens.changed_words(token))
    columns, facts = {"decided_by": act.by, "decided_at": act.at}, recorded_tokens.facts_of(token)
    transition(act, token, API_TOKEN, ApiTokenEvent.APPROVE, "ApiTokenApproved", columns=columns, **facts)


def reject(act: Act, token: ApiToken, because: str) -> None:
    """Decide against a token that waits, or take a working one away."""
    if token.state == ApiTokenState.ASKED:
        columns, why = _ended(act, because), _reason(because)
        transition(act, token, API_TOKEN, ApiTokenEvent.REJECT, "ApiTokenRejected", columns=columns, because=why)
    else:
        revoke(act, token, because)


def revoke(act: Act, token: ApiToken, because: str) -> None:
    """End a token; it opens nothing from its next call on."""
    columns, why = _ended(act, because), _reason(because)
    transition(act, token, API_TOKEN, ApiTokenEvent.REVOKE, "ApiTokenRevoked", columns=columns, because=why)


def find(shown: str, at: datetime) -> ApiToken:
    """Return the token whose text was shown, if it works at ``at``; else raise :class:`TokenUnknown`."""
    spelled = _SPELLED.fullmatch(shown)
    found = ApiToken.objects.filter(pk=int(spelled[1])).first() if spelled else None
    if found is None or not hmac.compare_digest(found.digest, _digest(shown)):
        raise TokenUnknown(
            "このトークンは登録されていません。Authorization ヘッダーの値を確かめてください。",
            "this token is not known: check what the Authorization header says",
        )
    if recorded_tokens.is_changed(found):
        raise TokenChanged(*recorded_tokens.changed_words(found), found)
    if found.state == ApiTokenState.ASKED:
        raise TokenUnknown(
            "このトークンはまだ承認されていません。セキュリティ責任者の承認を待ってください。",
            "this token is not approved yet: wait for a security officer",
            found,
        )
    if found.state != ApiTokenState.ACTIVE:
        raise TokenUnknown(
            "このトークンは失効しています。管理者に新しいトークンを依頼してください。",
            "this token was revoked: ask an administrator for a new one",
            found,
        )
    if found.expires_at <= at:
        raise TokenUnknown(
            "このトークンは期限切れです。管理者に新しいトークンを依頼してください。",
            "this token has expired: ask an administrator for a new one",
            found,
        )
    return found


def count(token: ApiToken, at: datetime) -> int:
    """Count a call; return 0, or in how many seconds the next one is let through. One statement, so that no two
    processes take the same place."""
    rows = ApiToken.objects.filter(pk=token.pk)
    running, over = Q(used_at__gt=at - MINUTE), Q(used_at=None) | Q(used_at__lte=at - MINUTE)
    for _ in range(2):
        if rows.filter(running, calls__lt=PER_MINUTE).update(calls=F("calls") + 1):
            return 0
        if rows.filter(over).update(used_at=at, calls=1):
            return 0
    token.refresh_from_db(fields=["used_at"])
    return max(1, ceil((token.used_at + MINUTE - at).total_seconds())) if token.used_at else 1


def _refuse_unusable(act: Act, asked: TokenRequest) -> None:
    if not act.at < asked.expires_at <= act.at + LONGEST:
        raise TokenRefused(
            "有効期限は今日から1年以内にしてください。", "a token expires within a year from now: choose an earlier day"
        )
    if not asked.scope.rights:
        raise TokenRefused("権限を1つ以上選んでください。", "choose at least one right")
    named = asked.scope.offices - {ALL_OFFICES}
    if unknown := named - set(ServiceOffice.objects.filter(code__in=named).values_list("code", flat=True)):
        raise TokenRefused(
            f"営業所 {', '.join(sorted(unknown))} は登録されていません。先に登録してください。",
            f"there is no service office {', '.join(sorted(unknown))}: add it first",
        )


def _ended(act: Act, because: str) -> dict[str, object]:
    return {"ended_by": act.by, "ended_at": act.at, "ended_because": _reason(because)}


def _reason(because: str) -> str:
    if not because.strip():
        raise TokenRefused("理由を書いてください。記録に残ります。", "say why: it is kept")
    return because.strip()[:200]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
