"""Messages to the bodies of frames and back.

A body is one CBOR array, ``[address, exchange, kind, field...]``, in the deterministic subset that sealed messages use
(``docs/formats.md``, section 1): what a line brings comes from anybody, and cannot build anything else. The
address is the communication unit's serial number on route A and empty on the local port. The exchange number comes
back in the reply, so that a reply that was late is never taken for the answer to a later question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.errors import MeterPortError
from keiki.protocols.sealing import cbor
from keiki.protocols.sealing.errors import Malformed

MAX_EXCHANGE = 2**16 - 1
MAX_ADDRESS = 24

_KINDS: dict[int, type[Any]] = {
    cls.kind: cls
    for cls in (
        *(
            m.Identify,
            m.ReadMeterStatus,
            m.ReadGeneration,
            m.WriteCredential,
            m.AuthenticateBegin,
            m.AuthenticateFinish,
        ),
        *(
            m.MeterIdentity,
            m.MeterStatus,
            m.Generation,
            m.Accepted,
            m.AlreadyHeld,
            m.Challenge,
            m.Confirmation,
            m.Refused,
        ),
    )
}


def _clock(value: object) -> datetime:
    if not isinstance(value, str) or len(value) != 25:
        raise ValueError
    clock = datetime.fromisoformat(value)
    if clock.isoformat() != value or not timedelta(hours=-24) < (clock.utcoffset() or timedelta()):
        raise ValueError
    return clock


def _as_is(value: object) -> object:
    return value


_READ: dict[str, Callable[[Any], object]] = {
    "MeterRefusalReason": m.MeterRefusalReason,
    "datetime": _clock,
}


@dataclass(frozen=True)
class Envelope:
    """A message on its way: to or from which unit (empty on the local port), and in which exchange."""

    address: str
    exchange: int
    message: m.Request | m.Reply


def encode(envelope: Envelope) -> bytes:
    """Return the body of a frame. An optional field, which is always the last, is left out where it is None."""
    message = envelope.message
    values = [getattr(message, f.name) for f in fields(message)]
    values = values[:-1] if values and values[-1] is None else values
    plain = [v.isoformat() if isinstance(v, datetime) else str(v) if isinstance(v, str) else v for v in values]
    return cbor.encode([envelope.address, envelope.exchange, message.kind, *plain])


def decode(body: bytes) -> Envelope:
    """Read the body of a frame, or raise :class:`MeterPortError`."""
    try:
        items = cbor.decode(body)
    except Malformed:
        raise MeterPortError("the body is not CBOR as the maintenance port uses it") from None
    if not isinstance(items, list):
        raise MeterPortError("the body is not an array")
    if len(items) < 3:
        raise MeterPortError("the body lacks address, exchange or kind")
    address, exchange, kind, *values = items
    if not isinstance(address, str) or len(address) > MAX_ADDRESS:
        raise MeterPortError("the address is no serial number")
    if type(exchange) is not int or not 0 <= exchange <= MAX_EXCHANGE:
        raise MeterPortError("the exchange number is out of range")
    return Envelope(address, exchange, _message(kind, values))


def _message(kind: object, values: Sequence[object]) -> m.Request | m.Reply:
    cls = _KINDS.get(kind) if type(kind) is int else None
    if cls is None:
        raise MeterPortError("the maintenance port has no message of this kind")
    declared = fields(cls)
    required = sum(f.default is MISSING for f in declared)
    if not required <= len(values) <= len(declared):
        raise MeterPortError("the message has the wrong number of fields")
    try:
        read = [_READ.get(str(f.type), _as_is)(v) for f, v in zip(declared, values, strict=False)]
    except (ValueError, TypeError):
        raise MeterPortError("a field does not have the form that the message gives it") from None
    message: m.Request | m.Reply = cls(*read)
    return message
