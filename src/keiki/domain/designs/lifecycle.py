"""The life of a design.

A combination is put together (``choose``, whether the system proposed it or the designer did); the gate answers with
``refuse`` or lets it ``finish``. There is no override. When what it was decided from changes before the visit, or its
work order came back without success, it is reopened and passes the gate again.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


class DesignState(StrEnum):
    """Where a design is."""

    OPEN = "open"
    REFUSED = "refused"
    FINISHED = "finished"
    ORDERED = "ordered"
    BUILT = "built"
    WITHDRAWN = "withdrawn"


class DesignEvent(StrEnum):
    """What happens to a design."""

    CHOOSE = "choose"
    REFUSE = "refuse"
    FINISH = "finish"
    ORDER = "order"
    REOPEN = "reopen"
    BUILD = "build"
    WITHDRAW = "withdraw"


S, E = DesignState, DesignEvent

WORDS = LifecycleWords(
    name=Bilingual(ja="設計", en="design"),
    states={
        S.OPEN: Bilingual(ja="設計中", en="open"),
        S.REFUSED: Bilingual(ja="設計チェック不合格", en="refused by the gate"),
        S.FINISHED: Bilingual(ja="完了", en="finished"),
        S.ORDERED: Bilingual(ja="作業指示書発行済み", en="ordered"),
        S.BUILT: Bilingual(ja="施工済み", en="built"),
        S.WITHDRAWN: Bilingual(ja="取下げ", en="withdrawn"),
    },
    events={
        E.CHOOSE: Bilingual(ja="ユニットの選択", en="choose units"),
        E.REFUSE: Bilingual(ja="設計チェックの不合格", en="refuse at the gate"),
        E.FINISH: Bilingual(ja="完了", en="finish"),
        E.ORDER: Bilingual(ja="作業指示書の発行", en="issue a work order"),
        E.REOPEN: Bilingual(ja="再設計", en="reopen"),
        E.BUILD: Bilingual(ja="施工の記録", en="record as built"),
        E.WITHDRAW: Bilingual(ja="取下げ", en="withdraw"),
    },
)

DESIGN = Lifecycle(
    name="design",
    initial=S.OPEN,
    table={
        (S.OPEN, E.CHOOSE): S.OPEN,
        (S.OPEN, E.REFUSE): S.REFUSED,
        (S.OPEN, E.FINISH): S.FINISHED,
        (S.OPEN, E.WITHDRAW): S.WITHDRAWN,
        (S.REFUSED, E.CHOOSE): S.OPEN,
        (S.REFUSED, E.WITHDRAW): S.WITHDRAWN,
        (S.FINISHED, E.ORDER): S.ORDERED,
        (S.FINISHED, E.REOPEN): S.OPEN,
        (S.FINISHED, E.WITHDRAW): S.WITHDRAWN,
        (S.ORDERED, E.BUILD): S.BUILT,
        (S.ORDERED, E.REOPEN): S.OPEN,
        (S.ORDERED, E.WITHDRAW): S.WITHDRAWN,
    },
    words=WORDS,
)
