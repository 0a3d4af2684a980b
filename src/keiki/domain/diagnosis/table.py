"""The diagnosis table (founding paper, table 2), one row per message.

A row names, for each item, the states it covers. Patterns that no row covers are *inconsistent*: said so, shown, never
guessed (this project's own decision).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from keiki.domain.diagnosis.status import Item, StatusReport, UnitCondition


class DiagnosisId(StrEnum):
    """What a diagnosis can say. The first four are the founding paper's, the last two Keiki's own."""

    ACTIVE = "active"
    HEMS_FAILURE = "hems_failure"
    HEMS_UNCONNECTED = "hems_unconnected"
    ABNORMALITY = "abnormality"
    INCONSISTENT = "inconsistent"
    NOT_READABLE = "not_readable"


CLEAR, FAILURE = frozenset({Item.CLEAR}), frozenset({Item.FAILURE})
EITHER = CLEAR | FAILURE


@dataclass(frozen=True)
class DiagnosisRow:
    """One line of table 2: the pattern of states and what it is called."""

    id: DiagnosisId
    startup: frozenset[Item]
    authentication: frozenset[Item]
    connection: frozenset[Item]
    condition: UnitCondition
    source: str

    def covers(self, report: StatusReport) -> bool:
        """Whether the report's four items are this row's pattern."""
        return (
            report.startup in self.startup
            and report.authentication in self.authentication
            and report.connection in self.connection
            and report.condition is self.condition
        )


TABLE = (
    DiagnosisRow(DiagnosisId.ACTIVE, CLEAR, CLEAR, CLEAR, UnitCondition.NORMAL, "paper 0110, table 2, line 1"),
    DiagnosisRow(
        DiagnosisId.HEMS_FAILURE, CLEAR, FAILURE, FAILURE, UnitCondition.NORMAL, "paper 0110, table 2, line 2"
    ),
    DiagnosisRow(
        DiagnosisId.HEMS_UNCONNECTED, CLEAR, CLEAR, FAILURE, UnitCondition.NORMAL, "paper 0110, table 2, line 3"
    ),
    DiagnosisRow(
        DiagnosisId.ABNORMALITY, FAILURE, EITHER, FAILURE, UnitCondition.ABNORMALITY, "paper 0110, table 2, line 4"
    ),
)


def classify(report: StatusReport) -> DiagnosisId:
    """Return what table 2 calls the report's pattern, or ``INCONSISTENT``."""
    return next((row.id for row in TABLE if row.covers(report)), DiagnosisId.INCONSISTENT)
