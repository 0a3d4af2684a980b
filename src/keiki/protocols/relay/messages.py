"""The commands and results as values. What they look like on the wire is in :mod:`keiki.protocols.relay.wire`.

Every value checks itself when it is made and raises :class:`ValueError`. A supply point is personal: no repr shows it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from keiki.foundation.status_items import UnitStatus
from keiki.protocols.sealing import fields


@dataclass(frozen=True)
class RewritePassword:
    """Write a credential of a generation into a communication unit. ``credential`` is an envelope of purpose RELAY.

    ``message_id`` is 16 bytes, ``supply_point`` 22 digits, ``communication_unit`` a serial number, ``expires`` in Unix
    seconds.
    """

    message_id: bytes
    supply_point: str = field(repr=False)
    communication_unit: str
    generation: int
    expires: int
    credential: bytes = field(repr=False)

    def __post_init__(self) -> None:
        fields.check_bytes(self.message_id, fields.MESSAGE_ID_SIZE, "message id")
        fields.check_supply_point(self.supply_point)
        fields.check_serial(self.communication_unit)
        fields.check_generation(self.generation)
        fields.check_time(self.expires)


@dataclass(frozen=True)
class ReadStatus:
    """Read the status items of a communication unit. Fields as in :class:`RewritePassword`."""

    message_id: bytes
    supply_point: str = field(repr=False)
    communication_unit: str
    expires: int

    def __post_init__(self) -> None:
        fields.check_bytes(self.message_id, fields.MESSAGE_ID_SIZE, "message id")
        fields.check_supply_point(self.supply_point)
        fields.check_serial(self.communication_unit)
        fields.check_time(self.expires)


Command: TypeAlias = RewritePassword | ReadStatus


class CommandOutcome(StrEnum):
    """How a command or a visit ended. ``UNREACHABLE`` says that the meter did not answer, not that nothing was done."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class StatusItems(UnitStatus):
    """The status items of a communication unit and when they were read (Unix seconds).

    ``last_exchange``, by the same clock and not later, is when the unit last answered the HEMS that is joined; None
    where it is not known.
    """

    read_at: int
    last_exchange: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        fields.check_time(self.read_at)
        if self.last_exchange is not None:
            fields.check_time(self.last_exchange)
            if self.last_exchange > self.read_at:
                raise ValueError("the last exchange is not later than the reading")


@dataclass(frozen=True)
class CommandResult:
    """The answer to the command of the same ``message_id``.

    ``reason`` is a code (``a-z 0-9 _ -``, may be empty); ``generation`` the one proved or found in the meter, 0
    where none was ever written; ``executed_at`` in Unix seconds.
    """

    message_id: bytes
    outcome: CommandOutcome
    reason: str
    generation: int | None
    status: StatusItems | None
    executed_at: int

    def __post_init__(self) -> None:
        fields.check_bytes(self.message_id, fields.MESSAGE_ID_SIZE, "message id")
        if not isinstance(self.outcome, CommandOutcome):
            raise ValueError("an outcome is an Outcome")  # noqa: TRY004 - one error for every wrong value
        fields.check_reason(self.reason)
        if self.generation is not None:
            fields.check_held_generation(self.generation)
        fields.check_time(self.executed_at)


@dataclass(frozen=True)
class VisitResult:
    """What a visit brought about: its result, the work order's number, and the serial numbers found on the wall.

    A unit whose serial number was not read, or that is not there, is ``None``.
    """

    result: CommandResult
    work_order: str
    communication_unit: str | None = None
    metering_unit: str | None = None
    optional_unit: str | None = None

    def __post_init__(self) -> None:
        fields.check_serial(self.work_order)
        for serial in (self.communication_unit, self.metering_unit, self.optional_unit):
            if serial is not None:
                fields.check_serial(serial)
