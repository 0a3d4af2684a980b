"""The life of one generation of a credential.

Born sealed; ``issue`` sends it on its way to the meter (a barcode or a remote command); ``prove`` says that a fresh
authentication with it succeeded in the meter; ``deliver`` that the customer was told. A newer generation proved in the
meter supersedes it; an order that expired unused, or a birth for nothing, is discarded. A generation whose write was
never answered stays issued: nobody guesses. A visit's result may come in after its order expired: a late proof beats
the discard, for it says what the meter holds.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords


class CredentialState(StrEnum):
    """Where a generation of a credential is."""

    BORN = "born"
    ISSUED = "issued"
    PROVED = "proved"
    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class CredentialEvent(StrEnum):
    """What happens to a generation of a credential."""

    ISSUE = "issue"
    PROVE = "prove"
    DELIVER = "deliver"
    SUPERSEDE = "supersede"
    DISCARD = "discard"


S, E = CredentialState, CredentialEvent

WORDS = LifecycleWords(
    name=("認証情報", "credential"),
    states={
        S.BORN: ("作成済み", "born"),
        S.ISSUED: ("発行済み", "issued"),
        S.PROVED: ("計器で確認済み", "proved in the meter"),
        S.DELIVERED: ("お客さまへ通知済み", "delivered"),
        S.SUPERSEDED: ("旧世代", "superseded"),
        S.DISCARDED: ("破棄", "discarded"),
    },
    events={
        E.ISSUE: ("発行", "issue"),
        E.PROVE: ("計器での確認", "prove in the meter"),
        E.DELIVER: ("お客さまへの通知", "deliver"),
        E.SUPERSEDE: ("新しい世代への交代", "supersede"),
        E.DISCARD: ("破棄", "discard"),
    },
)

CREDENTIAL = Lifecycle(
    name="credential",
    initial=S.BORN,
    table={
        (S.BORN, E.ISSUE): S.ISSUED,
        (S.BORN, E.DISCARD): S.DISCARDED,
        (S.ISSUED, E.ISSUE): S.ISSUED,
        (S.ISSUED, E.PROVE): S.PROVED,
        (S.ISSUED, E.SUPERSEDE): S.SUPERSEDED,
        (S.ISSUED, E.DISCARD): S.DISCARDED,
        (S.PROVED, E.DELIVER): S.DELIVERED,
        (S.PROVED, E.SUPERSEDE): S.SUPERSEDED,
        (S.DELIVERED, E.SUPERSEDE): S.SUPERSEDED,
        (S.DISCARDED, E.PROVE): S.PROVED,
    },
    words=WORDS,
)
