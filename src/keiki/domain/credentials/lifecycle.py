"""The life of one generation of a credential.

Born sealed; ``issue`` sends it on its way to the meter (a barcode or a remote command); ``prove`` says that a fresh
authentication with it succeeded in the meter; ``deliver`` that the customer was told. A newer generation proved in the
meter supersedes it; an order that expired unused, or a birth for nothing, is discarded. A generation whose write was
never answered stays issued: nobody guesses. A visit's result may come in after its order expired: a late proof beats
the discard, for it says what the meter holds.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


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
    name=Bilingual(ja="認証情報", en="credential"),
    states={
        S.BORN: Bilingual(ja="作成済み", en="born"),
        S.ISSUED: Bilingual(ja="発行済み", en="issued"),
        S.PROVED: Bilingual(ja="計器で確認済み", en="proved in the meter"),
        S.DELIVERED: Bilingual(ja="お客さまへ通知済み", en="delivered"),
        S.SUPERSEDED: Bilingual(ja="旧世代", en="superseded"),
        S.DISCARDED: Bilingual(ja="破棄", en="discarded"),
    },
    events={
        E.ISSUE: Bilingual(ja="発行", en="issue"),
        E.PROVE: Bilingual(ja="計器での確認", en="prove in the meter"),
        E.DELIVER: Bilingual(ja="お客さまへの通知", en="deliver"),
        E.SUPERSEDE: Bilingual(ja="新しい世代への交代", en="supersede"),
        E.DISCARD: Bilingual(ja="破棄", en="discard"),
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
