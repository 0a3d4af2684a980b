"""Ask something of a meter through the relay, and take what comes back.

A command, its credential, its outbox row and its audit event are one transaction. Results come late, twice, or for
nothing this office ever asked: each message is kept once by its digest, a command is answered once, and an answer that
says otherwise than the first is kept for a person and changes nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from keiki.domain.remote.lifecycle import REMOTE_COMMAND, CommandEvent, CommandState
from keiki.office.audit.services import Act, Changed, record, transition
from keiki.office.credentials import services as credentials
from keiki.office.credentials.models import RouteBCredential
from keiki.office.credentials.vault import Vault
from keiki.office.keys.enrolled_cards import card_of
from keiki.office.keys.queries import control_agent, control_cards
from keiki.office.sources import Sources
from keiki.protocols.relay.messages import Command, CommandOutcome, CommandResult, ReadStatus, RewritePassword
from keiki.protocols.relay.wire import open_result, seal_command
from keiki.protocols.sealing.errors import BadSignature, SealingError
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose

from .models import (
    CommandKind,
    ContradictingResult,
    Disposition,
    InboxMessage,
    OutboxMessage,
    RemoteCommand,
    SetAsideMessage,
)
from .set_aside import keep, settle, unsettled

EVENTS = {
    CommandOutcome.SUCCEEDED: CommandEvent.SUCCEED,
    CommandOutcome.REFUSED: CommandEvent.REFUSE,
    CommandOutcome.UNREACHABLE: CommandEvent.GIVE_UP,
}
log = structlog.get_logger("keiki.office.remote")
ANSWERED = (CommandState.SUCCEEDED, CommandState.REFUSED, CommandState.UNREACHABLE)
STRANGE_PER_HOUR = 50
"""Strange messages of one kind that the audit hears of within an hour."""
MOST_REFUSED = 1000
"""Refused messages that the inbox keeps by their digest."""
Answer = Callable[[Act, RemoteCommand, CommandResult], None]


@dataclass(frozen=True)
class Sealer:
    """What a command is made with: the office's identity, its vault, and how long a command holds.

    ``sources`` are asked before a rewrite whether the unit is at one supply point only. A reading holds shorter than a
    rewrite: somebody waits for it, and a status of yesterday explains nothing.
    """

    identity: Identity
    vault: Vault
    holds: timedelta
    sources: Sources
    reading_holds: timedelta = timedelta(minutes=2)


@dataclass(frozen=True)
class CommandedMeter:
    """The meter that is meant: supply point, serial number of its communication unit, the customer's contract.

    ``office`` is the service office that the command will be listed under.
    """

    supply_point: str
    communication_unit: str
    contract_number: str
    office: str = ""


def rewrite_password(act: Act, sealer: Sealer, meter: CommandedMeter, *, nobody_holds: bool = False) -> RemoteCommand:
    """Draw the next generation and queue its writing. With ``nobody_holds`` the values are kept nowhere."""
    agent = control_agent()
    target = credentials.EnvelopeTarget(
        SealingPurpose.RELAY, card_of(agent), meter.communication_unit, act.at + sealer.holds
    )
    with transaction.atomic():
        if nobody_holds:
            credential, envelope = credentials.issue_erasing_credential(
                act, sealer.identity, meter.supply_point, meter.contract_number, target
            )
        else:
            credential = credentials.create_credential(act, sealer.vault, meter.supply_point, meter.contract_number)
            envelope = credentials.issue(act, sealer.vault, sealer.identity, credential, target)
        message = RewritePassword(
            message_id=secrets.token_bytes(16),
            supply_point=meter.supply_point,
            communication_unit=meter.communication_unit,
            generation=credential.generation,
            expires=int(target.expires_at.timestamp()),
            credential=envelope,
        )
        return _queue(act, sealer, message, meter.office, credential)


def read_status(act: Act, sealer: Sealer, meter: CommandedMeter) -> RemoteCommand:
    """Queue a reading of the communication unit's status."""
    expires_at = act.at + sealer.reading_holds
    message = ReadStatus(
        message_id=secrets.token_bytes(16),
        supply_point=meter.supply_point,
        communication_unit=meter.communication_unit,
        expires=int(expires_at.timestamp()),
    )
    with transaction.atomic():
        return _queue(act, sealer, message, meter.office, None)


def sent(act: Act, message: OutboxMessage) -> None:
    """Note that the relay has the message on disk, and erase it here: nothing is put a second time."""
    with transaction.atomic():
        first = OutboxMessage.objects.filter(pk=message.pk, sent_at=None).update(
            sent_at=act.at, attempts=F("attempts") + 1, body=None
        )
        command = message.command
        command.refresh_from_db()
        if first and command.state == CommandState.QUEUED:
            transition(act, command, REMOTE_COMMAND, CommandEvent.SEND, "CommandSent", kind=command.kind)


def expire(act: Act) -> int:
    """Expire the commands whose time is over without an answer; they become *unknown*, never *failed*."""
    over = RemoteCommand.objects.filter(state__in=[CommandState.QUEUED, CommandState.SENT], expires_at__lte=act.at)
    expired = 0
    for command in over:
        with suppress(Changed), transaction.atomic():  # answered at this very moment
            transition(act, command, REMOTE_COMMAND, CommandEvent.EXPIRE, "CommandExpired", kind=command.kind)
            OutboxMessage.objects.filter(command=command).update(body=None)
            expired += 1
    return expired


def receive(act: Act, identity: Identity, data: bytes, answers: Mapping[str, Answer]) -> Disposition:
    """Take a message from the relay, once. ``answers`` says, per kind of command, what its result brings about.

    The inbox row, the command's new state and whatever the answer brings about are one transaction. An answer that
    cannot be applied changes nothing: it is set aside for a person, and those behind it go on. What a database that
    fails or another process's change keeps from being done is raised, for it may be done when it comes again.
    """
    try:
        return _receive(act, identity, data, answers)
    except (OperationalError, InterfaceError, Changed):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not stop the messages behind it
        log.error("message set aside", error=type(error).__name__)
        keep(act, data, _open(identity, data), error)
        return Disposition.SET_ASIDE


def _receive(act: Act, identity: Identity, data: bytes, answers: Mapping[str, Answer]) -> Disposition:
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        if InboxMessage.objects.filter(digest=digest).update(times=F("times") + 1):
            return Disposition.REPEATED
        result = _open(identity, data)
        disposition = _apply(act, result, answers) if result else Disposition.REFUSED
        if disposition in (Disposition.REFUSED, Disposition.UNKNOWN):
            _record_strange(act, digest, disposition)
        InboxMessage.objects.create(
            digest=digest,
            message_id=result.message_id.hex() if result else "",
            received_at=act.at,
            disposition=disposition,
        )
        if disposition is Disposition.REFUSED:
            _forget_oldest_refused()
    return disposition


def apply_again(act: Act, identity: Identity, kept: SetAsideMessage, answers: Mapping[str, Answer]) -> Disposition:
    """Apply a message that was set aside, after its cause was put right; raises what stands in the way still."""
    with transaction.atomic():
        message = unsettled(kept)
        result = _open(identity, bytes(message.body))
        disposition = _apply(act, result, answers) if result else Disposition.REFUSED
        InboxMessage.objects.filter(digest=message.digest).update(disposition=disposition)
        settle(act, message, "applied")
    return disposition


def _record_strange(act: Act, digest: str, disposition: Disposition) -> None:
    """Tell the audit of a strange message; of many within an hour only the first ones, the rest is in the inbox.

    Whoever can put on the relay decides how many messages come, and not how much the audit keeps of them.
    """
    hour_ago = act.at - timedelta(hours=1)
    lately = InboxMessage.objects.filter(disposition=disposition, received_at__gt=hour_ago)
    before = lately[:STRANGE_PER_HOUR].count()
    if before < STRANGE_PER_HOUR:
        details = {"disposition": disposition.value}
        if before == STRANGE_PER_HOUR - 1:
            details["following"] = "not told for an hour"
        record(act, "StrangeMessageReceived", f"inbox {digest[:12]}", **details)


def _forget_oldest_refused() -> None:
    """Keep the newest refused messages; one that comes again after that is refused again."""
    refused = InboxMessage.objects.filter(disposition=Disposition.REFUSED)
    last = refused.order_by("-received_at", "-id").values_list("received_at", "id")[MOST_REFUSED : MOST_REFUSED + 1]
    for received_at, number in last:
        older = Q(received_at__lt=received_at) | Q(received_at=received_at, id__lte=number)
        refused.filter(older).delete()


def _queue(
    act: Act,
    sealer: Sealer,
    message: Command,
    service_office_code: str,
    credential: RouteBCredential | None,
) -> RemoteCommand:
    """Write the command and its sealed message; both stand or fall with the caller's transaction."""
    agent = control_agent()
    kind = CommandKind.REWRITE_PASSWORD if isinstance(message, RewritePassword) else CommandKind.READ_STATUS
    command = RemoteCommand.objects.create(
        message_id=message.message_id.hex(),
        kind=kind,
        supply_point=message.supply_point,
        office=service_office_code,
        communication_unit=message.communication_unit,
        credential=credential,
        recipient_key_id=agent.key_id,
        created_at=act.at,
        expires_at=datetime.fromtimestamp(message.expires, UTC),
    )
    OutboxMessage.objects.create(command=command, body=seal_command(message, card_of(agent), sealer.identity))
    record(act, "CommandQueued", command.reference, message.supply_point, kind=kind)
    return command


def _open(identity: Identity, data: bytes) -> CommandResult | None:
    """Open a result that an enrolled control agent signed for this office, or return ``None``."""
    for card in control_cards():
        try:
            return open_result(data, identity, card)
        except BadSignature:
            continue
        except SealingError:
            return None
    return None


def _apply(act: Act, result: CommandResult, answers: Mapping[str, Answer]) -> Disposition:
    """Lead the command to the result's outcome, unless it is answered already."""
    found = RemoteCommand.objects.select_for_update(of=("self",)).select_related("credential")
    command = found.filter(message_id=result.message_id.hex()).first()
    if command is None:
        return Disposition.UNKNOWN
    event = EVENTS[result.outcome]
    if (
        result.outcome is CommandOutcome.SUCCEEDED
        and command.credential
        and result.generation != command.credential.generation
    ):
        return _contradicts(act, command, result)
    if command.state in ANSWERED:
        if command.state == result.outcome.value:
            return Disposition.REPEATED
        return _contradicts(act, command, result)
    transition(
        act,
        command,
        REMOTE_COMMAND,
        event,
        "CommandAnswered",
        columns={"answered_at": act.at, "reason": result.reason},
        kind=command.kind,
        reason=result.reason,
        generation=result.generation,
    )
    OutboxMessage.objects.filter(command=command, sent_at=None).update(sent_at=act.at, body=None)
    answers[command.kind](act, command, result)
    return Disposition.APPLIED


def _contradicts(act: Act, command: RemoteCommand, result: CommandResult) -> Disposition:
    """Keep the result for a person; the same said again is counted, whatever was decided about it."""
    kept, first = ContradictingResult.objects.get_or_create(
        command=command,
        outcome=result.outcome.value,
        reason=result.reason,
        generation=result.generation or 0,
        defaults={
            "supply_point": command.supply_point,
            "office": command.office,
            "recorded": command.state,
            "received_at": act.at,
        },
    )
    if not first:
        ContradictingResult.objects.filter(pk=kept.pk).update(times=F("times") + 1)
    record(
        act,
        "ResultContradicted",
        command.reference,
        command.supply_point,
        state=command.state,
        outcome=result.outcome.value,
        reason=result.reason,
        generation=result.generation,
        kept=kept.reference,
    )
    return Disposition.CONTRADICTS
