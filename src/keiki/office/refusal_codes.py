"""The codes by which programs tell apart what is refused by errors of other rooms; the office's own carry theirs.

A code is an agreement with callers: it stays when its class is renamed (``tests/golden/refusal-codes.txt``).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import OperationalError

from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.selection import NeedsError
from keiki.domain.supply_point import SupplyPointError
from keiki.domain.units import CatalogueError
from keiki.office.refusal import Refusal
from keiki.office.sources import SourceUnavailableError
from keiki.protocols.sealing.errors import SealingError
from keiki.relay.client import LoginKeyError, PutRefused, RelayDenied, RelayError, RelayUnavailable

CODES: Mapping[type[Exception], str] = {
    CatalogueError: "catalogue_error",
    IllegalTransition: "illegal_transition",
    NeedsError: "needs_error",
    SourceUnavailableError: "owner_silent",
    SupplyPointError: "supply_point_error",
    RelayError: "relay_error",
    LoginKeyError: "login_key_error",
    PutRefused: "put_refused",
    RelayDenied: "relay_denied",
    RelayUnavailable: "relay_unavailable",
    OperationalError: "database_unavailable",
    OSError: "os_error",
    FileExistsError: "file_exists_error",
    FileNotFoundError: "file_not_found_error",
    IsADirectoryError: "is_a_directory_error",
    NotADirectoryError: "not_a_directory_error",
    PermissionError: "permission_error",
    TimeoutError: "timeout_error",
}


def code_of(error: Exception) -> str:
    """Return the code of an error that is an answer; of an unlisted kind, that of the nearest kind above it."""
    if isinstance(error, Refusal | SealingError):
        return error.code
    return next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)
