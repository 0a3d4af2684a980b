"""The life of a key request: one security officer asks that a card be enrolled or revoked, another one decides.

Nothing is enrolled or revoked before the second person approved; who asked may take the request back.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


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
    name=Bilingual(ja="鍵の申請", en="key request"),
    states={
        S.ASKED: Bilingual(ja="承認待ち", en="waits for approval"),
        S.APPROVED: Bilingual(ja="承認済み", en="approved"),
        S.REJECTED: Bilingual(ja="却下", en="rejected"),
        S.WITHDRAWN: Bilingual(ja="取下げ", en="withdrawn"),
    },
    events={
        E.APPROVE: Bilingual(ja="承認", en="approve"),
        E.REJECT: Bilingual(ja="却下", en="reject"),
        E.WITHDRAW: Bilingual(ja="取下げ", en="withdraw"),
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
