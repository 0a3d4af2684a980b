"""Diagnosis: why a HEMS cannot talk to its meter (domain facts, section 6; the founding paper's table 2).

A status report is read on site by the hand-held device or remotely through the control network; :func:`diagnose` says
the same words for both. Reports are values (:mod:`status`), the rules a table of data (:mod:`table`), the words of the
screens another (:mod:`words`).
"""

from keiki.domain.diagnosis.diagnose import Diagnosis, StatusLamp, diagnose
from keiki.domain.diagnosis.exchange import is_silent
from keiki.domain.diagnosis.status import NotReadable, ReadingMethod, RouteBMedium, StatusReport
from keiki.domain.diagnosis.table import DiagnosisId

__all__ = [
    "Diagnosis",
    "DiagnosisId",
    "NotReadable",
    "ReadingMethod",
    "RouteBMedium",
    "StatusLamp",
    "StatusReport",
    "diagnose",
    "is_silent",
]
