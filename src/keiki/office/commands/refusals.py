"""What a command may be refused with: the errors that are answers, each with its code and exit code."""

from __future__ import annotations

from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.selection import NeedsError
from keiki.domain.supply_point import SupplyPointError
from keiki.domain.units import CatalogueError
from keiki.office.audit.checkpoints import CheckpointRefused
from keiki.office.audit.services import Changed
from keiki.office.catalogue import NoSuchUnit
from keiki.office.commands.answer import NOT_ALLOWED, REFUSED, Answer
from keiki.office.commands.contracts import blocked
from keiki.office.config.folder import BadSettings
from keiki.office.credentials.vault import VaultError
from keiki.office.designs.queries import NoDesign
from keiki.office.designs.services import CannotDecide, CannotFinish, NothingFits
from keiki.office.devices.services import NotEnrolled
from keiki.office.service.queries import NoContract
from keiki.office.service.services import ServiceRefused
from keiki.office.sources import ConfigurationError, ContactError, SourceUnavailableError
from keiki.office.worker import AlreadyWorking
from keiki.office.workorders.queries import NoOrder
from keiki.office.workorders.services import OrderRefused
from keiki.protocols.sealing.errors import SealingError
from keiki.relay.client import RelayError

REFUSALS: tuple[type[Exception], ...] = (
    AlreadyWorking,
    BadSettings,
    CannotDecide,
    CannotFinish,
    CatalogueError,
    Changed,
    CheckpointRefused,
    ConfigurationError,
    ContactError,
    IllegalTransition,
    NeedsError,
    NoContract,
    NoDesign,
    NoOrder,
    NoSuchUnit,
    NotEnrolled,
    NothingFits,
    OSError,
    OrderRefused,
    RelayError,
    SealingError,
    ServiceRefused,
    SourceUnavailableError,
    SupplyPointError,
    VaultError,
)


def answer_to(error: Exception) -> Answer:
    """Return what is said of an error: its sentence, its kind, and what it brings with it."""
    if isinstance(error, CannotDecide):
        return blocked(error.blocked, error)
    if isinstance(error, NothingFits):
        return Answer({"error": str(error), "code": "nothing_fits", "reasons": error.nothing.reasons}, NOT_ALLOWED)
    code = error.code if isinstance(error, SealingError) else _snake(type(error).__name__)
    return Answer({"error": str(error), "code": code}, REFUSED)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and at else c.lower() for at, c in enumerate(name))
