"""The life of a design.

A combination is put together (``choose``, whether the system proposed it or the designer did); the gate answers with
``refuse`` or lets it ``finish``. There is no override. When what it was decided from changes before the visit, or its
work order came back without success, it is reopened and passes the gate again.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle


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
)
