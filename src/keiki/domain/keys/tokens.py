"""The life of a token of the API: an administrator asks for it, a security officer lets it work, either ends it.

A token opens the office to a system, so it is a key: before a second person approved, it opens nothing. Whoever may ask
or approve may end one alone, because an end takes away and gives nothing. That it expires is a matter of time and not
of a step.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords


class ApiTokenState(StrEnum):
    """Where a token is."""

    ASKED = "asked"
    ACTIVE = "active"
    REJECTED = "rejected"
    REVOKED = "revoked"


class ApiTokenEvent(StrEnum):
    """What happens to a token."""

    APPROVE = "approve"
    REJECT = "reject"
    REVOKE = "revoke"


S, E = ApiTokenState, ApiTokenEvent

WORDS = LifecycleWords(
    name=("APIトークン", "API token"),
    states={
        S.ASKED: ("承認待ち", "waits for approval"),
        S.ACTIVE: ("有効", "active"),
        S.REJECTED: ("却下", "rejected"),
        S.REVOKED: ("失効", "revoked"),
    },
    events={
        E.APPROVE: ("承認", "approve"),
        E.REJECT: ("却下", "reject"),
        E.REVOKE: ("失効", "revoke"),
    },
)

API_TOKEN = Lifecycle(
    name="API token",
    initial=S.ASKED,
    table={
        (S.ASKED, E.APPROVE): S.ACTIVE,
        (S.ASKED, E.REJECT): S.REJECTED,
        (S.ASKED, E.REVOKE): S.REVOKED,
        (S.ACTIVE, E.REVOKE): S.REVOKED,
    },
    words=WORDS,
)
