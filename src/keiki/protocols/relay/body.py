"""What is inside the seal of a relay message, as CBOR items (``docs/formats.md`` section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keiki.foundation.status_items import STATUS_ITEMS
from keiki.protocols.relay.messages import (
    Command,
    CommandOutcome,
    CommandResult,
    ReadStatus,
    RewritePassword,
    StatusItems,
    VisitResult,
)
from keiki.protocols.sealing import cbor, fields
from keiki.protocols.sealing.errors import Malformed
from keiki.protocols.sealing.fields import GENERATION, SUPPLY_POINT, UNIT

KIND = 1
CREDENTIAL, OUTCOME, REASON, STATUS, EXECUTED_AT, WORK_ORDER = range(9, 15)
INSTALLED_COMMUNICATION, INSTALLED_METERING, INSTALLED_OPTIONAL = range(15, 18)
REWRITE_PASSWORD, READ_STATUS = 1, 2

_OUTCOMES = {1: CommandOutcome.SUCCEEDED, 2: CommandOutcome.REFUSED, 3: CommandOutcome.UNREACHABLE}
_OUTCOME_CODES = {outcome: code for code, outcome in _OUTCOMES.items()}
_METER = frozenset({KIND, SUPPLY_POINT, UNIT})
_RESULT = frozenset({OUTCOME, REASON, EXECUTED_AT})
_RESULT_OPTIONAL = frozenset({GENERATION, STATUS})
_INSTALLED = frozenset({INSTALLED_COMMUNICATION, INSTALLED_METERING, INSTALLED_OPTIONAL})


def write_command(command: Command) -> dict[int, cbor.Item]:
    """Return the body of a command; message id and expiry are in the header."""
    meter: dict[int, cbor.Item] = {
        SUPPLY_POINT: fields.pack_supply_point(command.supply_point),
        UNIT: command.communication_unit,
    }
    if isinstance(command, RewritePassword):
        rewrite: dict[int, cbor.Item] = {GENERATION: command.generation, CREDENTIAL: command.credential}
        return {KIND: REWRITE_PASSWORD, **meter, **rewrite}
    return {KIND: READ_STATUS, **meter}


def read_command(item: cbor.Item, message_id: bytes, expires: int) -> Command:
    """Read the body of a command; raise :class:`Malformed`."""
    kind = item.get(KIND) if isinstance(item, dict) else None
    if kind == REWRITE_PASSWORD:
        found = fields.read_map(item, _METER | {GENERATION, CREDENTIAL})
        credential = found[CREDENTIAL]
        if not isinstance(credential, bytes):
            raise Malformed
        return RewritePassword(
            message_id,
            fields.read_supply_point(found[SUPPLY_POINT]),
            fields.read_serial(found[UNIT]),
            fields.read_generation(found[GENERATION]),
            expires,
            credential,
        )
    if kind == READ_STATUS:
        found = fields.read_map(item, _METER)
        return ReadStatus(
            message_id, fields.read_supply_point(found[SUPPLY_POINT]), fields.read_serial(found[UNIT]), expires
        )
    raise Malformed


def write_result(result: CommandResult) -> dict[int, cbor.Item]:
    """Return the body of a result; its message id is in the header."""
    body: dict[int, cbor.Item] = {
        OUTCOME: _OUTCOME_CODES[result.outcome],
        REASON: result.reason,
        EXECUTED_AT: result.executed_at,
    }
    if result.generation is not None:
        body[GENERATION] = result.generation
    if result.status is not None:
        body[STATUS] = _write_status(result.status)
    return body


def read_result(item: cbor.Item, message_id: bytes) -> CommandResult:
    """Read the body of a result; raise :class:`Malformed`."""
    return _read_result(fields.read_map(item, _RESULT, _RESULT_OPTIONAL), message_id)


def write_visit_result(visit: VisitResult) -> dict[int, cbor.Item]:
    """Return the body of a visit's result."""
    serials = zip(sorted(_INSTALLED), (visit.communication_unit, visit.metering_unit, visit.optional_unit), strict=True)
    installed: dict[int, cbor.Item] = {key: serial for key, serial in serials if serial is not None}
    return {**write_result(visit.result), WORK_ORDER: visit.work_order, **installed}


def read_visit_result(item: cbor.Item, message_id: bytes) -> VisitResult:
    """Read the body of a visit's result; raise :class:`Malformed`."""
    found = fields.read_map(item, _RESULT | {WORK_ORDER}, _RESULT_OPTIONAL | _INSTALLED)
    communication, metering, optional = (
        fields.read_serial(found[key]) if key in found else None for key in sorted(_INSTALLED)
    )
    work_order = fields.read_serial(found[WORK_ORDER])
    return VisitResult(_read_result(found, message_id), work_order, communication, metering, optional)


def _read_result(found: Mapping[int, cbor.Item], message_id: bytes) -> CommandResult:
    outcome = found[OUTCOME]
    if not isinstance(outcome, int) or outcome not in _OUTCOMES:
        raise Malformed
    return CommandResult(
        message_id,
        _OUTCOMES[outcome],
        fields.read_reason(found[REASON]),
        fields.read_held_generation(found[GENERATION]) if GENERATION in found else None,
        _read_status(found[STATUS]) if STATUS in found else None,
        fields.read_time(found[EXECUTED_AT]),
    )


def _write_status(status: StatusItems) -> list[cbor.Item]:
    exchange = () if status.last_exchange is None else (status.last_exchange,)
    return [*(int(state.is_fault) for state in status.states().values()), status.read_at, *exchange]


def _read_status(item: cbor.Item) -> StatusItems:
    if not isinstance(item, list):
        raise Malformed
    faults, times = item[: len(STATUS_ITEMS)], item[len(STATUS_ITEMS) :]
    if len(times) not in (1, 2) or any(fault not in (0, 1) for fault in faults):
        raise Malformed
    read_at, *exchange = (fields.read_time(time) for time in times)
    if exchange and exchange[0] > read_at:
        raise Malformed
    states: dict[str, Any] = {
        each.id: each.states.of(fault=fault == 1) for each, fault in zip(STATUS_ITEMS, faults, strict=True)
    }
    return StatusItems(**states, read_at=read_at, last_exchange=exchange[0] if exchange else None)
