"""A meter's maintenance port: a request in, a reply out, with what the damage leaves of it.

The local port and route A both end here. What goes through is never logged.
"""

from __future__ import annotations

from keiki.bench.meters.meter import Meter
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import Envelope


def answer(meter: Meter, asked: Envelope) -> Envelope | None:
    """Carry out what is asked and return the reply, or None where it is lost."""
    loss = meter.damage.next_loss(is_write=isinstance(asked.message, m.WriteCredential))
    if loss == "before":
        return None
    reply = _carry_out(meter, asked.message)
    return None if loss == "after" else Envelope(asked.address, asked.exchange, reply)


def _carry_out(meter: Meter, request: m.Request | m.Reply) -> m.Reply:
    unit = meter.communication
    reply: m.Reply = m.Refused(m.MeterRefusalReason.NOT_UNDERSTOOD)
    match request:
        case m.Identify():
            reply = meter.identity()
        case m.ReadMeterStatus():
            reply = unit.status(meter.now())
        case m.ReadGeneration():
            reply = m.Generation(unit.generation)
        case m.WriteCredential():
            reply = (
                m.Refused(m.MeterRefusalReason.WRITE_PROTECTED) if meter.damage.refuse_writes else unit.write(request)
            )
        case m.AuthenticateBegin():
            reply = unit.begin_proof()
        case m.AuthenticateFinish():
            reply = unit.finish_proof(request)
    return reply
