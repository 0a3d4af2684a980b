"""The life of a work order: issued, printed, carried out or come back without success, closed when its result is in.

The hand-held device works without network, so results come late and in any order: a worker may succeed at the second
attempt, or before the cancellation reached the van. What was done in the field is done: ``record_done`` beats an
earlier failure or cancellation.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords


class WorkOrderState(StrEnum):
    """Where a work order is."""

    ISSUED = "issued"
    PRINTED = "printed"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class WorkOrderEvent(StrEnum):
    """What happens to a work order."""

    PRINT = "print"
    RECORD_DONE = "record_done"
    RECORD_FAILED = "record_failed"
    CANCEL = "cancel"


S, E = WorkOrderState, WorkOrderEvent

WORDS = LifecycleWords(
    name=("作業指示書", "work order"),
    states={
        S.ISSUED: ("発行済み", "issued"),
        S.PRINTED: ("印刷済み", "printed"),
        S.DONE: ("完了", "done"),
        S.FAILED: ("不成功", "failed"),
        S.CANCELLED: ("取消し", "cancelled"),
    },
    events={
        E.PRINT: ("印刷", "print"),
        E.RECORD_DONE: ("完了の記録", "record as done"),
        E.RECORD_FAILED: ("不成功の記録", "record as failed"),
        E.CANCEL: ("取消し", "cancel"),
    },
)

WORK_ORDER = Lifecycle(
    name="work order",
    initial=S.ISSUED,
    table={
        (S.ISSUED, E.PRINT): S.PRINTED,
        (S.ISSUED, E.CANCEL): S.CANCELLED,
        (S.PRINTED, E.PRINT): S.PRINTED,
        (S.PRINTED, E.RECORD_DONE): S.DONE,
        (S.PRINTED, E.RECORD_FAILED): S.FAILED,
        (S.PRINTED, E.CANCEL): S.CANCELLED,
        (S.FAILED, E.RECORD_DONE): S.DONE,
        (S.CANCELLED, E.RECORD_DONE): S.DONE,
    },
    words=WORDS,
)
