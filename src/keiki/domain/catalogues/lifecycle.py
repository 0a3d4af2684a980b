"""The life of a catalogue version.

It is brought in as a draft, which its proposer reads through with its proof and the difference to what is in force; one
person proposes it and another publishes or rejects it. What is published takes effect on its own first day. A version
that a later one has overtaken is superseded; if that later one is withdrawn, it comes back. Nothing is ever changed in
place: a mended catalogue is another version.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


class CatalogueState(StrEnum):
    """Where a catalogue version is."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


class CatalogueEvent(StrEnum):
    """What happens to a catalogue version."""

    PROPOSE = "propose"
    PUBLISH = "publish"
    REJECT = "reject"
    SUPERSEDE = "supersede"
    RESTORE = "restore"
    WITHDRAW = "withdraw"


S, E = CatalogueState, CatalogueEvent

WORDS = LifecycleWords(
    name=Bilingual(ja="カタログ版", en="catalogue version"),
    states={
        S.DRAFT: Bilingual(ja="下書き", en="draft"),
        S.PROPOSED: Bilingual(ja="公開申請中", en="proposed"),
        S.PUBLISHED: Bilingual(ja="公開", en="published"),
        S.SUPERSEDED: Bilingual(ja="旧版", en="superseded"),
        S.WITHDRAWN: Bilingual(ja="取下げ", en="withdrawn"),
        S.REJECTED: Bilingual(ja="差戻し", en="rejected"),
    },
    events={
        E.PROPOSE: Bilingual(ja="公開の申請", en="propose"),
        E.PUBLISH: Bilingual(ja="公開", en="publish"),
        E.REJECT: Bilingual(ja="差戻し", en="reject"),
        E.SUPERSEDE: Bilingual(ja="新しい版への交代", en="supersede"),
        E.RESTORE: Bilingual(ja="復帰", en="restore"),
        E.WITHDRAW: Bilingual(ja="取下げ", en="withdraw"),
    },
)

CATALOGUE_VERSION = Lifecycle(
    name="catalogue version",
    initial=S.DRAFT,
    table={
        (S.DRAFT, E.PROPOSE): S.PROPOSED,
        (S.DRAFT, E.WITHDRAW): S.WITHDRAWN,
        (S.PROPOSED, E.PUBLISH): S.PUBLISHED,
        (S.PROPOSED, E.REJECT): S.REJECTED,
        (S.PUBLISHED, E.SUPERSEDE): S.SUPERSEDED,
        (S.PUBLISHED, E.WITHDRAW): S.WITHDRAWN,
        (S.SUPERSEDED, E.RESTORE): S.PUBLISHED,
    },
    words=WORDS,
)
