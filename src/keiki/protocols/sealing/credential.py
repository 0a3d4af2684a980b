"""The credential envelope: a customer's authentication ID and password on their way to one meter.

Format and order of the checks: ``docs/formats.md`` sections 3 and 4. The same bytes travel in a barcode and in a relay
command; which of the two, for which meter, which generation and until when is clear, bound to the seal and signed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

from keiki.protocols.sealing import cbor, fields, message
from keiki.protocols.sealing.errors import Malformed, NotForThisMeter, WrongPurpose
from keiki.protocols.sealing.fields import EXPIRES, GENERATION, RECIPIENT, SUPPLY_POINT, UNIT
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.protocols.sealing.message import SealingPurpose

CREDENTIAL_PURPOSES = (SealingPurpose.BARCODE, SealingPurpose.RELAY)
_ID_SIZE = 16
_ID = re.compile(r"[0-9A-F]{32}")
_PASSWORD = re.compile(r"[0-9A-Za-z]{12}")


@dataclass(frozen=True)
class CredentialContext:
    """What an envelope is for. ``recipient`` is a key id, ``supply_point`` 22 digits, ``expires`` Unix seconds.

    Raises :class:`ValueError` for a value out of its form. The supply point is personal: no repr shows it.
    """

    purpose: SealingPurpose
    recipient: bytes
    supply_point: str = field(repr=False)
    communication_unit: str
    generation: int
    expires: int

    def __post_init__(self) -> None:
        if self.purpose not in CREDENTIAL_PURPOSES:
            raise ValueError("a credential's purpose is BARCODE or RELAY")
        fields.check_bytes(self.recipient, fields.KEY_ID_SIZE, "key id")
        fields.check_supply_point(self.supply_point)
        fields.check_serial(self.communication_unit)
        fields.check_generation(self.generation)
        fields.check_time(self.expires)


@dataclass(frozen=True)
class OpenedCredential:
    """An opened envelope. Its texts go into the meter and nowhere else; repr and pickle do not give them."""

    context: CredentialContext
    authentication_id: str = field(repr=False)
    password: str = field(repr=False)

    def __reduce__(self) -> NoReturn:
        raise TypeError("an opened credential is not pickled")


def seal_credential(
    context: CredentialContext, authentication_id: str, password: str, recipient: IdentityCard, signer: Identity
) -> bytes:
    """Seal a credential to ``recipient`` under ``context`` and sign it.

    Raises:
        ValueError: the context names another recipient, a value is out of its form, or a card is of the wrong zone.
            No text of the credential is in the error.
    """
    if context.recipient != recipient.key_id:
        raise ValueError("the context's recipient is not the card's key id: take recipient.key_id")
    if not _ID.fullmatch(authentication_id):
        raise ValueError("an authentication ID has 32 characters 0-9 A-F")
    if not _PASSWORD.fullmatch(password):
        raise ValueError("a password has 12 alphanumeric characters")
    header: dict[int, cbor.Item] = {
        EXPIRES: context.expires,
        SUPPLY_POINT: fields.pack_supply_point(context.supply_point),
        UNIT: context.communication_unit,
        GENERATION: context.generation,
    }
    plaintext = bytes.fromhex(authentication_id) + password.encode("ascii")
    return message.seal(context.purpose, header, plaintext, recipient, signer)


def read_context(envelope: bytes) -> CredentialContext:
    """Read the clear part, to show which work order an envelope belongs to. It is **not verified**.

    Raises:
        Malformed, WrongVersion: it is not an envelope of this version.
        WrongPurpose: it is another kind of sealed message.
    """
    return _context(message.parse(envelope))


def verify_credential(
    envelope: bytes, recipient: Identity, signer: IdentityCard, now: int, *, purpose: SealingPurpose
) -> CredentialContext:
    """Make the checks of ``docs/formats.md`` section 3 that need neither meter nor private key use; open nothing.

    Raises:
        SealingError: the subclass of the first check that failed; nothing else, whatever the bytes.
    """
    return _context(_verified(envelope, recipient, signer, now, purpose))


def open_credential(
    envelope: bytes,
    recipient: Identity,
    signer: IdentityCard,
    now: int,
    *,
    purpose: SealingPurpose,
    communication_unit: str,
    supply_point: str | None,
) -> OpenedCredential:
    """Make every check of ``docs/formats.md`` section 3 in its order, then open.

    ``signer`` is the enrolled office; ``now`` is in Unix seconds; ``communication_unit`` is the serial number that the
    meter at hand gave; ``supply_point`` is ``None`` where the reader has no way to know it.

    Raises:
        SealingError: the subclass of the first check that failed; nothing else, whatever the bytes.
    """
    parsed = _verified(envelope, recipient, signer, now, purpose)
    context = _context(parsed)
    if context.communication_unit != communication_unit or supply_point not in (None, context.supply_point):
        raise NotForThisMeter
    plaintext = message.unseal(parsed, recipient, signer)
    password = plaintext[_ID_SIZE:].decode("ascii", "replace")
    if not _PASSWORD.fullmatch(password):
        raise Malformed
    return OpenedCredential(context, plaintext[:_ID_SIZE].hex().upper(), password)


def _verified(
    envelope: bytes, recipient: Identity, signer: IdentityCard, now: int, purpose: SealingPurpose
) -> message.SealedMessage:
    parsed = message.parse(envelope)
    if purpose not in CREDENTIAL_PURPOSES:
        raise WrongPurpose
    message.verify(parsed, purpose, recipient, signer, now)
    return parsed


def _context(parsed: message.SealedMessage) -> CredentialContext:
    if parsed.purpose not in CREDENTIAL_PURPOSES:
        raise WrongPurpose
    header = parsed.header
    return CredentialContext(
        purpose=parsed.purpose,
        recipient=fields.read_key_id(header[RECIPIENT]),
        supply_point=fields.read_supply_point(header[SUPPLY_POINT]),
        communication_unit=fields.read_serial(header[UNIT]),
        generation=fields.read_generation(header[GENERATION]),
        expires=fields.read_time(header[EXPIRES]),
    )
