"""The life of a design.

A combination is put together (``choose``, whether the system proposed it or the designer did); the gate answers with
``refuse`` or lets it ``finish``. There is no override. When what it was decided from changes before the visit, or its
work order came back without success, it is reopened and passes the gate again.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords


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
    name=("設計", "design"),
    states={
        S.OPEN: ("設計中", "open"),
        S.REFUSED: ("設計チェック不合格", "refused by the gate"),
        S.FINISHED: ("完了", "finished"),
        S.ORDERED: ("作業指示書発行済み", "ordered"),
        S.BUILT: ("施工済み", "built"),
        S.WITHDRAWN: ("取下げ", "withdrawn"),
    },
    events={
        E.CHOOSE: ("ユニットの選択", "choose units"),
        E.REFUSE: ("設計チェックの不合格", "refuse at the gate"),
        E.FINISH: ("完了", "finish"),
        E.ORDER: ("作業指示書の発行", "issue a work order"),
        E.REOPEN: ("再設計", "reopen"),
        E.BUILD: ("施工の記録", "record as built"),
        E.WITHDRAW: ("取下げ", "withdraw"),
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
