"""The life of a design.

A designer puts a combination together (``propose`` by the system or ``choose`` by hand); the gate answers with
``refuse`` or lets it ``finish``. There is no override. When what it was decided from changes before the visit, it is
reopened.
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
