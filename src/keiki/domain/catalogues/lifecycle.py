"""The life of a catalogue version.

It is brought in as a draft, which its proposer reads through with its proof and the difference to what is in force; one
person proposes it and another publishes or rejects it. What is published takes effect on its own first day. A version
that a later one has overtaken is superseded; if that later one is withdrawn, it comes back. Nothing is ever changed in
place: a mended catalogue is another version.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords


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
    name=("カタログ版", "catalogue version"),
    states={
        S.DRAFT: ("下書き", "draft"),
        S.PROPOSED: ("公開申請中", "proposed"),
        S.PUBLISHED: ("公開", "published"),
        S.SUPERSEDED: ("旧版", "superseded"),
        S.WITHDRAWN: ("取下げ", "withdrawn"),
        S.REJECTED: ("差戻し", "rejected"),
    },
    events={
        E.PROPOSE: ("公開の申請", "propose"),
        E.PUBLISH: ("公開", "publish"),
        E.REJECT: ("差戻し", "reject"),
        E.SUPERSEDE: ("新しい版への交代", "supersede"),
        E.RESTORE: ("復帰", "restore"),
        E.WITHDRAW: ("取下げ", "withdraw"),
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
