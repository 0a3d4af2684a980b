"""Relay messages and visit results as bytes: sealed, signed, each of 512 bytes (``docs/formats.md`` section 6).

So whoever holds the relay sees direction, recipient, message id and expiry, and learns neither meter nor kind of
command nor outcome. Errors and the order of the checks are those of every sealed message (section 3).
"""

from __future__ import annotations

from collections.abc import Mapping

from keiki.protocols.relay import body
from keiki.protocols.relay.messages import Command, CommandResult, RewritePassword, VisitResult
from keiki.protocols.sealing import cbor, credential, fields, message
from keiki.protocols.sealing.errors import Malformed, SealingError, WrongPurpose
from keiki.protocols.sealing.fields import EXPIRES, MESSAGE_ID
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.protocols.sealing.message import SealingPurpose

MESSAGE_SIZE = message.MAX_SIZE
RELAY_PURPOSES = (SealingPurpose.COMMAND, SealingPurpose.RESULT, SealingPurpose.VISIT_RESULT)
_FRAME = 1 + 2 + 3 + 2  # the heads of array, header (24 to 255 bytes), sealed (256 to 511 bytes) and signature
_PAD = b"\x80"


def seal_command(command: Command, recipient: IdentityCard, signer: Identity) -> bytes:
    """Seal a command to the control agent, signed by the office; always :data:`MESSAGE_SIZE` bytes.

    Raises:
        ValueError: the credential inside is not for this command and recipient, or a card is of the wrong zone.
    """
    if isinstance(command, RewritePassword) and not _agrees(command, recipient.key_id):
        raise ValueError("the credential is not for this command's meter, generation and recipient: seal it anew")
    header: dict[int, cbor.Item] = {EXPIRES: command.expires, MESSAGE_ID: command.message_id}
    return _seal(SealingPurpose.COMMAND, header, body.write_command(command), recipient, signer)


def open_command(data: bytes, recipient: Identity, signer: IdentityCard, now: int) -> Command:
    """Check and open a command; the credential inside is opened by :func:`credential.open_credential`.

    Raises:
        SealingError: the subclass of the first check that failed; nothing else, whatever the bytes.
    """
    header, content = _open(data, SealingPurpose.COMMAND, recipient, signer, now)
    message_id, expires = fields.read_message_id(header[MESSAGE_ID]), fields.read_time(header[EXPIRES])
    command = body.read_command(content, message_id, expires)
    if isinstance(command, RewritePassword) and not _agrees(command, recipient.card.key_id):
        raise Malformed
    return command


def seal_result(result: CommandResult, recipient: IdentityCard, signer: Identity) -> bytes:
    """Seal a result to the office, signed by the control agent; always :data:`MESSAGE_SIZE` bytes."""
    header: dict[int, cbor.Item] = {MESSAGE_ID: result.message_id}
    return _seal(SealingPurpose.RESULT, header, body.write_result(result), recipient, signer)


def open_result(data: bytes, recipient: Identity, signer: IdentityCard) -> CommandResult:
    """Check and open a result. It has no expiry: the truth about a meter is welcome late. Errors as above."""
    header, content = _open(data, SealingPurpose.RESULT, recipient, signer, None)
    return body.read_result(content, fields.read_message_id(header[MESSAGE_ID]))


def seal_visit_result(visit: VisitResult, recipient: IdentityCard, signer: Identity) -> bytes:
    """Seal a visit's result to the office, signed by the handheld; always :data:`MESSAGE_SIZE` bytes."""
    header: dict[int, cbor.Item] = {MESSAGE_ID: visit.result.message_id}
    return _seal(SealingPurpose.VISIT_RESULT, header, body.write_visit_result(visit), recipient, signer)


def open_visit_result(data: bytes, recipient: Identity, signer: IdentityCard) -> VisitResult:
    """Check and open a visit's result. No expiry, errors as above."""
    header, content = _open(data, SealingPurpose.VISIT_RESULT, recipient, signer, None)
    return body.read_visit_result(content, fields.read_message_id(header[MESSAGE_ID]))


def message_id_of(data: bytes) -> bytes:
    """Read the message id from the clear part, **not verified**: for de-duplication and tracing only.

    Raises:
        Malformed, WrongVersion: it is not a sealed message of this version.
        WrongPurpose: it is a credential envelope, which has no message id.
    """
    parsed = message.parse(data)
    if parsed.purpose not in RELAY_PURPOSES:
        raise WrongPurpose
    return fields.read_message_id(parsed.header[MESSAGE_ID])


def _seal(
    purpose: SealingPurpose, header: dict[int, cbor.Item], content: cbor.Item, recipient: IdentityCard, signer: Identity
) -> bytes:
    header_size = len(message.encode_header(purpose, header, recipient))
    room = MESSAGE_SIZE - _FRAME - header_size - message.SEAL_OVERHEAD - message.SIGNATURE_SIZE
    plaintext = (cbor.encode(content) + _PAD).ljust(room, b"\x00")
    return message.seal(purpose, header, plaintext, recipient, signer)


def _open(
    data: bytes, purpose: SealingPurpose, recipient: Identity, signer: IdentityCard, now: int | None
) -> tuple[Mapping[int, cbor.Item], cbor.Item]:
    """Return the verified header and what was sealed."""
    parsed = message.parse(data)
    message.verify(parsed, purpose, recipient, signer, now)
    if len(data) != MESSAGE_SIZE:
        raise Malformed
    padded = message.unseal(parsed, recipient, signer).rstrip(b"\x00")
    if not padded.endswith(_PAD):
        raise Malformed
    return parsed.header, cbor.decode(padded[:-1])


def _agrees(command: RewritePassword, recipient: bytes) -> bool:
    """Whether the credential's clear part is for the command's meter, generation and recipient."""
    try:
        context = credential.read_context(command.credential)
    except SealingError:
        return False
    wanted = (SealingPurpose.RELAY, recipient, command.supply_point, command.communication_unit, command.generation)
    found = (context.purpose, context.recipient, context.supply_point, context.communication_unit, context.generation)
    return wanted == found
