"""The life of a work order: issued, printed, carried out or come back without success, closed when its result is in.

The hand-held device works without network, so results come late and in any order: a worker may succeed at the second
attempt, or before the cancellation reached the van. What was done in the field is done: ``record_done`` beats an
earlier failure or cancellation.
"""

from enum import StrEnum

from keiki.domain.lifecycle import Lifecycle, LifecycleWords
from keiki.foundation.text.bilingual import Bilingual


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
    name=Bilingual(ja="作業指示書", en="work order"),
    states={
        S.ISSUED: Bilingual(ja="発行済み", en="issued"),
        S.PRINTED: Bilingual(ja="印刷済み", en="printed"),
        S.DONE: Bilingual(ja="完了", en="done"),
        S.FAILED: Bilingual(ja="不成功", en="failed"),
        S.CANCELLED: Bilingual(ja="取消し", en="cancelled"),
    },
    events={
        E.PRINT: Bilingual(ja="印刷", en="print"),
        E.RECORD_DONE: Bilingual(ja="完了の記録", en="record as done"),
        E.RECORD_FAILED: Bilingual(ja="不成功の記録", en="record as failed"),
        E.CANCEL: Bilingual(ja="取消し", en="cancel"),
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
