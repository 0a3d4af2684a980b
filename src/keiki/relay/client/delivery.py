"""What comes out of a connection to the relay: deliveries to be acknowledged, and events for the log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class RelayEvent:
    """Something a log should hold: ``connected``, ``disconnected``, ``denied`` or ``error``."""

    kind: str
    detail: str = ""


@dataclass(frozen=True)
class RelayDelivery:
    """One message from the relay, to be acknowledged when its outcome is safe.

    ``deliveries`` counts how often the relay has delivered it, this time included.
    """

    data: bytes
    deliveries: int
    _reply: str
    _tell: Callable[[str, bytes], Awaitable[None]]

    async def ack(self) -> None:
        """Tell the relay to forget the message, and wait until it has (:class:`RelayUnavailable` if it did not say)."""
        await self._tell(self._reply, b"+ACK")

    async def nak(self, delay: float = 0.0) -> None:
        """Ask for the message again after ``delay`` seconds."""
        await self._tell(self._reply, b'-NAK {"delay": %d}' % int(delay * 1e9))
