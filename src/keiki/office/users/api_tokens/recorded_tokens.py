"""A token of the API, held against what the audit recorded when two people made it and when somebody ended it.

Who may write to the database could add a token of their own, widen one that is there, or bring an ended one back. So a
token works only where the chained audit's events of its application and approval name its system, rights, offices,
expiry and digest, and no event says that it ended. The row alone is believed nowhere.

Versions before this one recorded no digest. Such a token goes on working by the rest, which was recorded always, and
the verification of the audit says by a note that it is to be replaced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from keiki.domain.audit.findings import AuditFinding, FindingKind
from keiki.domain.keys.tokens import ApiTokenState
from keiki.domain.linkage.terms import Text
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.reading import link_of
from keiki.office.users.models import ApiToken

ASKED, APPROVED = "ApiTokenAsked", "ApiTokenApproved"
ENDS = frozenset({"ApiTokenRejected", "ApiTokenRevoked"})
ENDED_STATES = frozenset({ApiTokenState.REJECTED, ApiTokenState.REVOKED})
DIGEST, EXPIRES = "token_digest", "expires"


def facts_of(token: ApiToken) -> dict[str, Any]:
    """Return what the events of a token's application and approval name, and what the row is held against."""
    return {
        "system": token.system,
        "rights": token.rights,
        "offices": token.offices,
        EXPIRES: token.expires_at.isoformat() if token.expires_at else "",
        DIGEST: token.digest,
    }


def is_changed(token: ApiToken) -> bool:
    """Whether the row is not as its events say; one query.

    What differs is read a second time, row first: somebody else's act may have come between the row and its events.
    """
    if not _differs(token, _events_of(token)):
        return False
    token.refresh_from_db()
    return _differs(token, _events_of(token))


def changed_words(token: ApiToken) -> Text:
    """Say of a changed token what is wrong and what to do."""
    return (
        f"APIトークン {token.reference} が、申請・承認・失効の記録と違います。"
        "データベースが書き換えられた疑いがあります。失効させ、セキュリティ担当に知らせ、監査記録を検証してください。",
        f"the API token {token.reference} is not as it was recorded when it was asked for, approved or ended: the "
        "database may have been changed. End it, tell the security officer, verify the audit",
    )


def changed_tokens() -> list[ApiToken]:
    """Return the tokens whose rows are not as their events say; two queries, and one more for each found."""
    tokens, events = list(ApiToken.objects.order_by("pk")), _all_events()
    return [token for token in tokens if _differs(token, events.get(token.reference, [])) and is_changed(token)]


def token_findings() -> list[AuditFinding]:
    """Return what a verification of the audit says of the tokens: rows changed, added or removed, and old ones."""
    changed = [
        AuditFinding(FindingKind.TOKEN_CHANGED, store=f"{each.reference} ({each.system})") for each in changed_tokens()
    ]
    events = _all_events()  # before the rows, so that a token added meanwhile does not look like one removed
    tokens = {token.reference: token for token in ApiToken.objects.order_by("pk")}
    removed = [
        AuditFinding(FindingKind.TOKEN_CHANGED, store=reference) for reference in sorted(events.keys() - tokens.keys())
    ]
    partly = [
        AuditFinding(FindingKind.TOKEN_PARTLY_RECORDED, store=f"{reference} ({token.system})")
        for reference, token in tokens.items()
        if token.state == ApiTokenState.ACTIVE and DIGEST not in _recorded(events.get(reference, []))
    ]
    named = {each.store for each in changed}
    return [*changed, *removed, *(each for each in partly if each.store not in named)]


def _events_of(token: ApiToken) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(subject=token.reference, happened__in=[ASKED, APPROVED, *sorted(ENDS)]))


def _all_events() -> defaultdict[str, list[AuditEvent]]:
    events: defaultdict[str, list[AuditEvent]] = defaultdict(list)
    for event in AuditEvent.objects.filter(happened__in=[ASKED, APPROVED, *sorted(ENDS)]):
        events[event.subject].append(event)
    return events


def _recorded(events: Iterable[AuditEvent], *kinds: str) -> dict[str, Any]:
    """Return what whole events of these kinds (none named: application and approval) say, the last one's word last."""
    links = [link_of(each) for each in events if each.happened in (kinds or (ASKED, APPROVED))]
    return {name: value for link in links if link.is_whole for name, value in link.event.details.items()}


def _differs(token: ApiToken, events: list[AuditEvent]) -> bool:
    """Whether the row is not what the events come to. An event of the end ends, even one that was edited."""
    if any(each.happened in ENDS for each in events):
        return token.state not in ENDED_STATES
    wanted = ApiTokenState.ACTIVE if _recorded(events, APPROVED) else ApiTokenState.ASKED
    recorded, facts = _recorded(events), facts_of(token)
    recorded.setdefault(DIGEST, token.digest)
    recorded[EXPIRES], facts[EXPIRES] = _moment(recorded.get(EXPIRES)), token.expires_at
    return token.state != wanted or any(value is None or recorded.get(name) != value for name, value in facts.items())


def _moment(written: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(written))
    except ValueError:
        return None
