"""The life of a key request: one security officer asks that a card be enrolled or revoked, another one decides.

Nothing is enrolled or revoked before the second person approved; who asked may take the request back.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords


class KeyRequestState(StrEnum):
    """Where a key request is."""

    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class KeyRequestEvent(StrEnum):
    """What happens to a key request."""

    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"


S, E = KeyRequestState, KeyRequestEvent

WORDS = LifecycleWords(
    name=("鍵の申請", "key request"),
    states={
        S.ASKED: ("承認待ち", "waits for approval"),
        S.APPROVED: ("承認済み", "approved"),
        S.REJECTED: ("却下", "rejected"),
        S.WITHDRAWN: ("取下げ", "withdrawn"),
    },
    events={
        E.APPROVE: ("承認", "approve"),
        E.REJECT: ("却下", "reject"),
        E.WITHDRAW: ("取下げ", "withdraw"),
    },
)

KEY_REQUEST = Lifecycle(
    name="key request",
    initial=S.ASKED,
    table={
        (S.ASKED, E.APPROVE): S.APPROVED,
        (S.ASKED, E.REJECT): S.REJECTED,
        (S.ASKED, E.WITHDRAW): S.WITHDRAWN,
    },
    words=WORDS,
)
