"""Reading what hangs at the port and how it is: nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo

from keiki.domain.diagnosis import NotReadable, ReadingMethod, StatusReport
from keiki.foundation.status_items import read_states
from keiki.handheld.port import MeterLine
from keiki.handheld.refusals import DeviceRefusal
from keiki.protocols.meter_port.messages import Identify, MeterIdentity, Refused
from keiki.protocols.meter_port.procedure import ATTEMPTS, IntendedMeter, MeterWriteResult, drive, read_status


def find_units(line: MeterLine) -> MeterIdentity:
    """Ask which units hang here; raise :class:`DeviceRefusal`, ``unreachable`` where the meter does not answer."""
    for _ in range(ATTEMPTS):
        reply = line.ask(Identify())
        if isinstance(reply, MeterIdentity):
            return reply
        if isinstance(reply, Refused):
            raise DeviceRefusal(reply.reason.value)
    raise DeviceRefusal("unreachable")


def read_status_items(line: MeterLine, unit: str, clock: Callable[[], int]) -> dict[str, str | int]:
    """Read the status of the communication unit ``unit``.

    Raises :class:`DeviceRefusal` with the meter's reason where it answers but will not tell, else ``unreachable``.
    """
    outcome = drive(read_status(IntendedMeter(unit)), line.ask, lambda _: None)
    if outcome.result is MeterWriteResult.REFUSED and outcome.reason is not None:
        raise DeviceRefusal(outcome.reason.value)
    status = outcome.status
    if status is None:
        raise DeviceRefusal("unreachable")
    read_at = clock()
    exchange = status.last_exchange_by(read_at)
    return {
        **status.words(),
        "read_at": read_at,
        **({"last_exchange": exchange} if exchange is not None else {}),
    }


def report(items: Mapping[str, str | int], asked_at: int, zone: tzinfo) -> StatusReport | NotReadable:
    """Turn read items into a status report, or none into *not readable*."""
    if not items:
        return NotReadable(datetime.fromtimestamp(asked_at, zone), ReadingMethod.ON_SITE)
    return StatusReport(
        **read_states(items),
        read_at=datetime.fromtimestamp(int(items["read_at"]), zone),
        how=ReadingMethod.ON_SITE,
        last_exchange=datetime.fromtimestamp(int(items["last_exchange"]), zone) if "last_exchange" in items else None,
    )
