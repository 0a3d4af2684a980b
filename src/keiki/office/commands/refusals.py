"""What a command may be refused with: the errors that are answers, each with its code and exit code."""

from __future__ import annotations

from django.db import OperationalError

from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.selection import NeedsError
from keiki.domain.supply_point import SupplyPointError
from keiki.domain.units import CatalogueError
from keiki.office.catalogues.services import CatalogueRefused
from keiki.office.commands.answer import NOT_ALLOWED, CommandAnswer, refused
from keiki.office.commands.contracts import blocked
from keiki.office.designs.services import CannotDecide, NothingFits
from keiki.office.outages import DISK_FULL, outage_of
from keiki.office.refusal import Refusal
from keiki.office.refusal_codes import code_of
from keiki.office.sentences import sentence_of
from keiki.office.sources import SourceUnavailableError
from keiki.protocols.sealing.errors import SealingError
from keiki.relay.client import RelayError

REFUSALS: tuple[type[Exception], ...] = (
    CatalogueError,
    IllegalTransition,
    NeedsError,
    OperationalError,
    OSError,
    Refusal,
    RelayError,
    SealingError,
    SourceUnavailableError,
    SupplyPointError,
)


def answer_to(error: Exception) -> CommandAnswer:
    """Return what is said of an error: ``error`` in English, ``message`` in both languages, and what it brings."""
    if isinstance(error, CannotDecide):
        return blocked(error.blocked, error)
    ja, en = sentence_of(error)
    code = code_of(error)
    if (outage := outage_of(error)) is DISK_FULL:
        return refused(outage.code, outage.sentence.ja, outage.sentence.en)
    if isinstance(error, OperationalError):
        return refused(code, ja, en)
    if isinstance(error, NothingFits):
        return refused(code, ja, en, NOT_ALLOWED, reasons=error.nothing.reasons)
    if isinstance(error, CatalogueRefused) and error.problems:
        return refused(code, ja, en, problems=error.problems)
    return refused(code, ja, en, error=str(error))
