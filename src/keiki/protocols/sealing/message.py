"""The sealed message: a clear header, sealed bytes and a signature (``docs/formats.md`` section 3).

Credential envelopes and relay messages are both of this frame. The purpose stands in the header, in HPKE's ``info`` and
under the signature, so a message of one purpose is never taken for another; the sender's key stands in ``info``, so
nobody else can sign the sealed bytes as their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from keiki.protocols.sealing import cbor, fields
from keiki.protocols.sealing.errors import (
    BadSignature,
    CannotOpen,
    Expired,
    Malformed,
    NotForThisRecipient,
    WrongPurpose,
    WrongVersion,
)
from keiki.protocols.sealing.fields import (
    EXPIRES,
    GENERATION,
    MESSAGE_ID,
    PURPOSE,
    RECIPIENT,
    SUPPLY_POINT,
    UNIT,
    VERSION,
)
from keiki.protocols.sealing.identity import Identity, IdentityCard, Zone

FORMAT_VERSION = 1
MAX_SIZE = 512
SEAL_OVERHEAD = 48
SIGNATURE_SIZE = 64

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


class SealingPurpose(IntEnum):
    """What a sealed message is for; the number is its code in the header."""

    BARCODE = 1
    RELAY = 2
    COMMAND = 3
    RESULT = 4
    VISIT_RESULT = 5


@dataclass(frozen=True)
class SealingRoute:
    """Who sends a purpose to whom, and which fields its header has besides version, purpose and recipient."""

    sender: Zone
    recipient: Zone
    fields: frozenset[int]


_CREDENTIAL = frozenset({EXPIRES, SUPPLY_POINT, UNIT, GENERATION})
ROUTES: Mapping[SealingPurpose, SealingRoute] = {
    SealingPurpose.BARCODE: SealingRoute(Zone.OFFICE, Zone.HANDHELD, _CREDENTIAL),
    SealingPurpose.RELAY: SealingRoute(Zone.OFFICE, Zone.CONTROL, _CREDENTIAL),
    SealingPurpose.COMMAND: SealingRoute(Zone.OFFICE, Zone.CONTROL, frozenset({EXPIRES, MESSAGE_ID})),
    SealingPurpose.RESULT: SealingRoute(Zone.CONTROL, Zone.OFFICE, frozenset({MESSAGE_ID})),
    SealingPurpose.VISIT_RESULT: SealingRoute(Zone.HANDHELD, Zone.OFFICE, frozenset({MESSAGE_ID})),
}
_READERS: Mapping[int, Callable[[cbor.Item], object]] = {
    RECIPIENT: fields.read_key_id,
    EXPIRES: fields.read_time,
    SUPPLY_POINT: fields.read_supply_point,
    UNIT: fields.read_serial,
    GENERATION: fields.read_generation,
    MESSAGE_ID: fields.read_message_id,
}


@dataclass(frozen=True)
class SealedMessage:
    """A message taken apart, its header's form checked, nothing of it verified yet."""

    purpose: SealingPurpose
    header: Mapping[int, cbor.Item]
    header_bytes: bytes
    sealed: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"SealedMessage({self.purpose.name})"


def seal(
    purpose: SealingPurpose,
    header: Mapping[int, cbor.Item],
    plaintext: bytes,
    recipient: IdentityCard,
    signer: Identity,
) -> bytes:
    """Seal ``plaintext`` to ``recipient`` under a header and sign it. ``header`` has the purpose's own fields.

    Raises:
        ValueError: sender or recipient is not of the zone that the purpose goes between, or the message is too long.
    """
    route = ROUTES[purpose]
    if (signer.card.zone, recipient.zone) != (route.sender, route.recipient):
        raise ValueError(f"a {purpose.name} message goes from {route.sender} to {route.recipient}: check whose cards")
    header_bytes = encode_header(purpose, header, recipient)
    recipient_key = X25519PublicKey.from_public_bytes(recipient.sealing_key)
    info = _info(purpose, signer.card, header_bytes)
    sealed = _SUITE.encrypt(plaintext, recipient_key, info=info)
    message = cbor.encode([header_bytes, sealed, signer.sign(_signed(purpose, header_bytes, sealed))])
    if len(message) > MAX_SIZE:
        raise ValueError(f"a sealed message has at most {MAX_SIZE} bytes, this has {len(message)}")
    return message


def encode_header(purpose: SealingPurpose, header: Mapping[int, cbor.Item], recipient: IdentityCard) -> bytes:
    """Encode a header: version, purpose and recipient with the purpose's own fields."""
    return cbor.encode({VERSION: FORMAT_VERSION, PURPOSE: int(purpose), RECIPIENT: recipient.key_id, **header})


def parse(data: bytes) -> SealedMessage:
    """Make checks 1 to 3: take a message apart; raise :class:`Malformed` or :class:`WrongVersion`."""
    if len(data) > MAX_SIZE:
        raise Malformed
    frame = cbor.decode(data)
    if not (isinstance(frame, list) and len(frame) == 3):
        raise Malformed
    header_bytes, sealed, signature = frame
    if not (isinstance(header_bytes, bytes) and isinstance(sealed, bytes) and isinstance(signature, bytes)):
        raise Malformed
    header = cbor.decode(header_bytes)
    if not (isinstance(header, dict) and isinstance(header.get(VERSION), int)):
        raise Malformed
    if header[VERSION] != FORMAT_VERSION:
        raise WrongVersion
    if len(sealed) < SEAL_OVERHEAD or len(signature) != SIGNATURE_SIZE:
        raise Malformed
    purpose = header.get(PURPOSE)
    if not isinstance(purpose, int) or purpose not in tuple(SealingPurpose):
        raise Malformed
    fields.read_map(header, ROUTES[SealingPurpose(purpose)].fields | {VERSION, PURPOSE, RECIPIENT})
    for key, reader in _READERS.items():
        if key in header:
            reader(header[key])
    return SealedMessage(SealingPurpose(purpose), header, header_bytes, sealed, signature)


def verify(
    message: SealedMessage, purpose: SealingPurpose, recipient: Identity, signer: IdentityCard, now: int | None
) -> None:
    """Make checks 4 to 7: purpose, recipient, signature, expiry; raise the error of the first that fails.

    ``now`` is in Unix seconds, and ``None`` for the purposes that have no expiry.
    """
    if message.purpose is not purpose:
        raise WrongPurpose
    if message.header[RECIPIENT] != recipient.card.key_id:
        raise NotForThisRecipient
    if signer.zone is not ROUTES[purpose].sender:
        raise BadSignature
    try:
        key = Ed25519PublicKey.from_public_bytes(signer.signing_key)
        key.verify(message.signature, _signed(purpose, message.header_bytes, message.sealed))
    except (InvalidSignature, ValueError):
        raise BadSignature from None
    if EXPIRES in message.header and (now is None or now >= fields.read_time(message.header[EXPIRES])):
        raise Expired


def unseal(message: SealedMessage, recipient: Identity, signer: IdentityCard) -> bytes:
    """Make check 9: open the seal, or raise :class:`CannotOpen`. Call :func:`verify` first.

    The library reports an encapsulated key of low order as an invalid tag too (a vector holds it to that).
    """
    info = _info(message.purpose, signer, message.header_bytes)
    try:
        return _SUITE.decrypt(message.sealed, recipient.sealing_private_key, info=info)
    except InvalidTag:
        raise CannotOpen from None


def _info(purpose: SealingPurpose, signer: IdentityCard, header_bytes: bytes) -> bytes:
    return cbor.encode(["keiki v1 seal", int(purpose), signer.signing_key, header_bytes])


def _signed(purpose: SealingPurpose, header_bytes: bytes, sealed: bytes) -> bytes:
    return cbor.encode(["keiki v1 sign", int(purpose), header_bytes, sealed])
