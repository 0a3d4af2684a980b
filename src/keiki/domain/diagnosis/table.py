"""The diagnosis table (founding paper, table 2), one row per message.

A row names, for each item, the states it covers. Patterns that no row covers are *inconsistent*: said so, shown, never
guessed (this project's own decision).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from keiki.domain.diagnosis.status import StatusReport
from keiki.foundation.status_items import StatusItemState, UnitCondition


class DiagnosisId(StrEnum):
    """What a diagnosis can say. The first four are the founding paper's, the last two Keiki's own."""

    ACTIVE = "active"
    HEMS_FAILURE = "hems_failure"
    HEMS_UNCONNECTED = "hems_unconnected"
    ABNORMALITY = "abnormality"
    INCONSISTENT = "inconsistent"
    NOT_READABLE = "not_readable"


CLEAR, FAILURE = frozenset({StatusItemState.CLEAR}), frozenset({StatusItemState.FAILURE})
EITHER = CLEAR | FAILURE
NORMAL, ABNORMALITY = frozenset({UnitCondition.NORMAL}), frozenset({UnitCondition.ABNORMALITY})


@dataclass(frozen=True)
class DiagnosisRow:
    """One line of table 2: for each status item, by its field's name, the states it covers; and what that is called."""

    id: DiagnosisId
    startup: frozenset[StatusItemState]
    authentication: frozenset[StatusItemState]
    connection: frozenset[StatusItemState]
    condition: frozenset[UnitCondition]
    source: str

    def covers(self, report: StatusReport) -> bool:
        """Whether the report's items are this row's pattern."""
        return all(state in getattr(self, name) for name, state in report.states().items())


TABLE = (
    DiagnosisRow(DiagnosisId.ACTIVE, CLEAR, CLEAR, CLEAR, NORMAL, "paper 0110, table 2, line 1"),
    DiagnosisRow(DiagnosisId.HEMS_FAILURE, CLEAR, FAILURE, FAILURE, NORMAL, "paper 0110, table 2, line 2"),
    DiagnosisRow(DiagnosisId.HEMS_UNCONNECTED, CLEAR, CLEAR, FAILURE, NORMAL, "paper 0110, table 2, line 3"),
    DiagnosisRow(DiagnosisId.ABNORMALITY, FAILURE, EITHER, FAILURE, ABNORMALITY, "paper 0110, table 2, line 4"),
)


def classify(report: StatusReport) -> DiagnosisId:
    """Return what table 2 calls the report's pattern, or ``INCONSISTENT``."""
    return next((row.id for row in TABLE if row.covers(report)), DiagnosisId.INCONSISTENT)
