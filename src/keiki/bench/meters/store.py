"""What a communication unit remembers of the credential, through every loss of power: the content and its generation.

The generation decides whether a write takes effect (``docs/formats-meter-port.md``, "Writing").
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from keiki.protocols.meter_port.messages import Accepted, AlreadyHeld, MeterRefusalReason, Refused, WriteCredential


@dataclass(frozen=True)
class HeldCredential:
    """The content of one generation. It never shows."""

    generation: int
    authentication_id: str = field(repr=False)
    password: str = field(repr=False)

    @property
    def pairing_id(self) -> str:
        """The last 8 characters of the ID, by which a HEMS finds its meter."""
        return self.authentication_id[-8:]


class CredentialStore:
    """The memory of one communication unit; new ones are empty."""

    def __init__(self) -> None:
        self.held: HeldCredential | None = None

    @property
    def generation(self) -> int:
        """The generation that is held; 0 for none."""
        return self.held.generation if self.held else 0

    def write(self, request: WriteCredential) -> Accepted | AlreadyHeld | Refused:
        """Take a write, or refuse it and change nothing."""
        if request.generation < self.generation:
            return Refused(MeterRefusalReason.OLDER_GENERATION)
        if self.held and request.generation == self.generation:
            asked, held = (c.authentication_id + c.password for c in (request, self.held))
            return AlreadyHeld() if hmac.compare_digest(asked, held) else Refused(MeterRefusalReason.OTHER_CONTENT)
        self.held = HeldCredential(request.generation, request.authentication_id, request.password)
        return Accepted()
