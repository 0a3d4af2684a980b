"""Results, sealed to the office and signed by the agent."""

from __future__ import annotations

from keiki.protocols.meter_port.messages import MeterStatus
from keiki.protocols.relay.messages import CommandOutcome, CommandResult, StatusItems
from keiki.protocols.relay.wire import seal_result
from keiki.protocols.sealing.identity import Identity, IdentityCard


class Answers:
    """Seals results from the agent to the office.

    Without ``send_last_exchange`` a status leaves it out, as offices of before that field read it.
    """

    def __init__(self, identity: Identity, office_card: IdentityCard, *, send_last_exchange: bool = False) -> None:
        self._identity, self._office = identity, office_card
        self._send_last_exchange = send_last_exchange

    def seal(
        self,
        message_id: bytes,
        outcome: CommandOutcome,
        reason: str,
        now: float,
        *,
        generation: int | None = None,
        status: MeterStatus | None = None,
    ) -> bytes:
        """Return the sealed result of the command ``message_id``; ``reason`` is a code, empty for success."""
        items = _items(status, int(now), with_exchange=self._send_last_exchange) if status else None
        result = CommandResult(message_id, outcome, reason, generation, items, int(now))
        return seal_result(result, self._office, self._identity)


def _items(status: MeterStatus, read_at: int, *, with_exchange: bool) -> StatusItems:
    exchange = status.last_exchange_by(read_at) if with_exchange else None
    return StatusItems(**status.states(), read_at=read_at, last_exchange=exchange)
