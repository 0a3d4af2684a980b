"""The safe procedure: a credential into a meter exactly once, whatever the line loses.

A generator without I/O. It yields :class:`Request` values, for which it is sent the meter's reply or :data:`LOST`, and
:class:`MeterWriteEvent` values, for which it is sent ``None`` and on which the caller writes its journal *before* it
goes on. It returns a :class:`MeterWriteOutcome`.

    identify and match the serial number
    ask the generation ── higher ──▶ refused, nothing written
          │     └─ the same ────────────────────┐
          ▼ lower                               ▼
    WRITE ── reply ──▶ ACKNOWLEDGE ──▶ prove by a fresh authentication ──▶ PROVE
      └── LOST ──▶ LOSE_REPLY ──▶ ask the generation again: never guess

A write is never repeated on the strength of silence alone. What cannot be told is said:
:attr:`MeterWriteOutcome.written`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import Literal, TypeAlias

from keiki.protocols.eap_psk import EapPskError, PeerState
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.proof import asking_side

ATTEMPTS = 4
"""How often a question, and how often a write with its question, is tried before the meter counts as unreachable."""


class LostReply(Enum):
    """The type of :data:`LOST`."""

    LOST = "lost"


LOST = LostReply.LOST
"""What the procedure is sent when no reply came in time, or one that could not be read."""


class MeterWriteEvent(StrEnum):
    """What the caller journals. The names are those of the visit's and the remote command's lifecycles."""

    MATCH_METER = "match_meter"
    WRITE = "write"
    """A write is about to be sent: journal it before going on."""
    LOSE_REPLY = "lose_reply"
    """A write was not answered; whether it took effect is asked next."""
    FIND_HELD = "find_held"
    """The meter already holds this generation: by an earlier write whose reply was lost, or by another road."""
    ACKNOWLEDGE = "acknowledge"
    PROVE = "prove"


class MeterWriteResult(StrEnum):
    """How the procedure ended."""

    SUCCEEDED = "succeeded"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    WRONG_METER = "wrong_meter"


Written = Literal["no", "yes", "unknown"]


@dataclass(frozen=True)
class IntendedMeter:
    """The meter that was meant: communication unit by serial number; supply point, 22 digits or empty for any."""

    communication_serial: str
    supply_point: str = ""


@dataclass(frozen=True)
class MeterCredential:
    """What is to be in the meter."""

    generation: int
    authentication_id: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class MeterWriteOutcome:
    """How it ended. ``written`` says whether this run's write took effect; ``generation`` what the meter last said.

    ``reason`` is set when the result is *refused*. ``identity`` is what hangs there, when it answered.
    """

    result: MeterWriteResult
    written: Written = "no"
    reason: m.MeterRefusalReason | None = None
    generation: int | None = None
    identity: m.MeterIdentity | None = None
    status: m.MeterStatus | None = None


Answer: TypeAlias = m.Reply | LostReply | None
Procedure: TypeAlias = Generator[m.Request | MeterWriteEvent, Answer, MeterWriteOutcome]
Question: TypeAlias = Generator[m.Request | MeterWriteEvent, Answer, m.Reply | LostReply]


def set_credential(
    target: IntendedMeter, credential: MeterCredential, random_bytes: Callable[[int], bytes]
) -> Procedure:
    """Put ``credential`` into the meter ``target`` and prove that it holds it. ``random_bytes(n)`` gives fresh ones."""
    met = yield from _meet(target)
    if isinstance(met, MeterWriteOutcome):
        return met
    written = yield from _write(met, credential)
    if isinstance(written, MeterWriteOutcome):
        return written
    return (yield from _prove(met, credential, written, random_bytes))


def rewrite_credential(
    target: IntendedMeter, credential: MeterCredential, random_bytes: Callable[[int], bytes]
) -> Procedure:
    """Put ``credential`` into the meter ``target``, prove it, and read whether a HEMS' session is still open.

    A status that cannot be read then leaves the outcome as it is, without one.
    """
    outcome = yield from set_credential(target, credential, random_bytes)
    if outcome.result is not MeterWriteResult.SUCCEEDED:
        return outcome
    reply = yield from _ask(m.ReadMeterStatus(), m.MeterStatus)
    return replace(outcome, status=reply) if isinstance(reply, m.MeterStatus) else outcome


def read_status(target: IntendedMeter) -> Procedure:
    """Read the status items of the meter ``target``; nothing is written."""
    met = yield from _meet(target)
    if isinstance(met, MeterWriteOutcome):
        return met
    reply = yield from _ask(m.ReadMeterStatus(), m.MeterStatus)
    if isinstance(reply, m.MeterStatus):
        return MeterWriteOutcome(MeterWriteResult.SUCCEEDED, identity=met, status=reply)
    return _stopped(reply, "no", met, None)


def _ask(request: m.Request, *wanted: type[m.Reply]) -> Question:
    """Ask what may be asked twice, until it is answered. A reply that fits no question counts as none."""
    for _ in range(ATTEMPTS):
        reply = yield request
        if isinstance(reply, m.Refused) or (reply is not None and isinstance(reply, wanted)):
            return reply
    return LOST


def _stopped(
    reply: m.Reply | LostReply, written: Written, identity: m.MeterIdentity | None, generation: int | None
) -> MeterWriteOutcome:
    if isinstance(reply, m.Refused):
        return MeterWriteOutcome(MeterWriteResult.REFUSED, written, reply.reason, generation, identity)
    return MeterWriteOutcome(MeterWriteResult.UNREACHABLE, written, None, generation, identity)


def _meet(target: IntendedMeter) -> Generator[m.Request | MeterWriteEvent, Answer, m.MeterIdentity | MeterWriteOutcome]:
    reply = yield from _ask(m.Identify(), m.MeterIdentity)
    if not isinstance(reply, m.MeterIdentity):
        return _stopped(reply, "no", None, None)
    other_place = target.supply_point and reply.supply_point and reply.supply_point != target.supply_point
    if reply.communication_serial != target.communication_serial or other_place:
        return MeterWriteOutcome(MeterWriteResult.WRONG_METER, identity=reply)
    yield MeterWriteEvent.MATCH_METER
    return reply


def _write(
    met: m.MeterIdentity, wanted: MeterCredential
) -> Generator[m.Request | MeterWriteEvent, Answer, Written | MeterWriteOutcome]:
    """Write until the meter holds the generation; return whether this run wrote it."""
    lost: Written = "no"
    for _ in range(ATTEMPTS):
        reply = yield from _ask(m.ReadGeneration(), m.Generation)
        if not isinstance(reply, m.Generation):
            return _stopped(reply, lost, met, None)
        if reply.generation > wanted.generation:
            return MeterWriteOutcome(
                MeterWriteResult.REFUSED, lost, m.MeterRefusalReason.OLDER_GENERATION, reply.generation, met
            )
        if reply.generation == wanted.generation:
            yield MeterWriteEvent.FIND_HELD
            return "yes" if lost == "unknown" else "no"
        yield MeterWriteEvent.WRITE
        answer = yield m.WriteCredential(wanted.generation, wanted.authentication_id, wanted.password)
        if isinstance(answer, (m.Accepted, m.AlreadyHeld)):
            yield MeterWriteEvent.ACKNOWLEDGE
            return "yes"
        if isinstance(answer, m.Refused):
            return MeterWriteOutcome(MeterWriteResult.REFUSED, lost, answer.reason, reply.generation, met)
        lost = "unknown"
        yield MeterWriteEvent.LOSE_REPLY
    return MeterWriteOutcome(MeterWriteResult.UNREACHABLE, lost, None, None, met)


def _prove(
    met: m.MeterIdentity, held: MeterCredential, written: Written, random_bytes: Callable[[int], bytes]
) -> Procedure:
    """Two rounds of EAP-PSK; a lost reply begins a new exchange with new random bytes."""
    reply: m.Reply | LostReply = LOST
    for _ in range(ATTEMPTS):
        peer = asking_side(met.communication_serial, held.authentication_id, held.password, random_bytes(16))
        reply = yield from _ask(m.AuthenticateBegin(), m.Challenge)
        if not isinstance(reply, m.Challenge):
            break
        try:
            answer = peer.receive(reply.message)
            confirmed = yield m.AuthenticateFinish(answer)
            if isinstance(confirmed, m.Confirmation):
                peer.receive(confirmed.message)
        except EapPskError:
            return MeterWriteOutcome(
                MeterWriteResult.REFUSED, written, m.MeterRefusalReason.NOT_AUTHENTICATED, held.generation, met
            )
        if peer.state is PeerState.PROVED:
            yield MeterWriteEvent.PROVE
            return MeterWriteOutcome(MeterWriteResult.SUCCEEDED, written, None, held.generation, met)
        if isinstance(confirmed, m.Refused) and confirmed.reason is not m.MeterRefusalReason.NOT_UNDERSTOOD:
            return _stopped(confirmed, written, met, held.generation)
        reply = LOST
    return _stopped(reply, written, met, held.generation)


def drive(
    procedure: Procedure, ask: Callable[[m.Request], m.Reply | LostReply], journal: Callable[[MeterWriteEvent], None]
) -> MeterWriteOutcome:
    """Drive a procedure over a line that ``ask`` speaks, and return its outcome.

    ``ask`` sends one request and returns the reply or :data:`LOST`; ``journal`` is called at every event and has
    written when it returns. An agent with an event loop drives the generator itself, in the same few lines.
    """
    answer: Answer = None
    while True:
        try:
            step = procedure.send(answer)
        except StopIteration as end:
            outcome: MeterWriteOutcome = end.value
            return outcome
        if isinstance(step, MeterWriteEvent):
            journal(step)
            answer = None
        else:
            answer = ask(step)
