"""Who is known at the identity provider, and in which ways it may misbehave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class KnownPerson:
    """A person at the provider: its own lasting name for them (``sub``) and their log-in name."""

    subject: str
    username: str


class ProviderFault(StrEnum):
    """What the provider does wrong."""

    NONE = "none"
    DENIES = "denies"
    OTHER_AUDIENCE = "other audience"
    OTHER_ISSUER = "other issuer"
    EXPIRED = "expired"
    OTHER_SUBJECT = "other subject"
    NO_TOKEN = "no token"  # noqa: S105 - the name of a fault
    FOREIGN_STATE = "foreign state"
    BROKEN = "broken"
