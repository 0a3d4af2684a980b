"""The life of a token of the API: an administrator asks for it, a security officer lets it work, either ends it.

A token opens the office to a system, so it is a key: before a second person approved, it opens nothing. Whoever may ask
or approve may end one alone, because an end takes away and gives nothing. That it expires is a matter of time and not
of a step.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


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
    name=Bilingual(ja="APIトークン", en="API token"),
    states={
        S.ASKED: Bilingual(ja="承認待ち", en="waits for approval"),
        S.ACTIVE: Bilingual(ja="有効", en="active"),
        S.REJECTED: Bilingual(ja="却下", en="rejected"),
        S.REVOKED: Bilingual(ja="失効", en="revoked"),
    },
    events={
        E.APPROVE: Bilingual(ja="承認", en="approve"),
        E.REJECT: Bilingual(ja="却下", en="reject"),
        E.REVOKE: Bilingual(ja="失効", en="revoke"),
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
