"""Who seals and signs: an identity, its public card, and the files both are kept in (``docs/formats.md`` section 2).

An :class:`Identity` stays in the key folder of its zone; its :class:`IdentityCard` is what other zones enrol, after two
people compared the fingerprint.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from keiki.protocols.sealing.curves import fault_of_sealing_key, fault_of_signing_key
from keiki.protocols.sealing.errors import BadIdentity

CARD_FORMAT = "keiki-identity-card"
CARD_VERSION = 1
MAX_CARD_SIZE = 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_KEY = re.compile(r"[0-9a-f]{64}")
_PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z ]+)-----\n([A-Za-z0-9+/=\n]+?)\n-----END \1-----\n")
_CARD_LABEL = b"KEIKI IDENTITY CARD"
_KEY_LABEL = b"PRIVATE KEY"


class Zone(StrEnum):
    """A zone that holds identities."""

    OFFICE = "office"
    CONTROL = "control"
    HANDHELD = "handheld"


@dataclass(frozen=True)
class IdentityCard:
    """The public half of an identity: zone, name, X25519 key (32 bytes), Ed25519 key (32 bytes)."""

    zone: Zone
    name: str
    sealing_key: bytes
    signing_key: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise BadIdentity("An identity's name has 1 to 40 of A-Z a-z 0-9 . _ -: choose another.")
        if len(self.sealing_key) != 32 or len(self.signing_key) != 32:
            raise BadIdentity("An identity's keys have 32 bytes each: export the card again where it was made.")
        for use, fault in (
            ("sealing", fault_of_sealing_key(self.sealing_key)),
            ("signing", fault_of_signing_key(self.signing_key)),
        ):
            if fault:
                raise BadIdentity(f"The card's {use} key is worthless ({fault}): do not enrol or use this card.")

    @property
    def key_id(self) -> bytes:
        """The 8 bytes by which the keys are found, never trusted."""
        return hashlib.sha256(self.sealing_key + self.signing_key).digest()[:8]

    @property
    def fingerprint(self) -> str:
        """Eight groups of four hexadecimal digits over zone, name and keys, for two people to compare."""
        parts = (b"keiki identity card v1", self.zone.encode(), self.name.encode(), self.sealing_key + self.signing_key)
        digits = hashlib.sha256(b"\x00".join(parts)).hexdigest()
        return " ".join(digits[i : i + 4] for i in range(0, 32, 4))

    def to_json(self) -> str:
        """Return the card as it is enrolled elsewhere: one JSON object with a line end."""
        members = {
            "format": CARD_FORMAT,
            "version": CARD_VERSION,
            "zone": self.zone.value,
            "name": self.name,
            "sealing_key": self.sealing_key.hex(),
            "signing_key": self.signing_key.hex(),
            "key_id": self.key_id.hex(),
        }
        return json.dumps(members, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> IdentityCard:
        """Read a card strictly; raise :class:`BadIdentity` for anything else than one."""
        members = _members(text)
        if members.get("format") != CARD_FORMAT:
            raise BadIdentity("This is not an identity card of Keiki. Export it again where it was made.")
        if type(members.get("version")) is not int or members["version"] != CARD_VERSION:
            raise BadIdentity("The identity card is of a format this program does not know. Update the program.")
        if members.keys() != {"format", "version", "zone", "name", "sealing_key", "signing_key", "key_id"}:
            raise BadIdentity("The identity card lacks a member or has one too many. Export it again.")
        zone, name = members["zone"], members["name"]
        if not isinstance(name, str) or zone not in tuple(Zone):
            raise BadIdentity("The identity card's zone or name is not one. Export it again.")
        card = cls(Zone(zone), name, _key(members["sealing_key"]), _key(members["signing_key"]))
        if members["key_id"] != card.key_id.hex():
            raise BadIdentity("The identity card's key id is not that of its keys: it was changed. Export it again.")
        return card


class Identity:
    """The private half: never in a repr, a log or a pickle. ``card`` is what others enrol."""

    __slots__ = ("_sealing", "_signing", "card")

    def __init__(self, zone: Zone | str, name: str, sealing: X25519PrivateKey, signing: Ed25519PrivateKey) -> None:
        self._sealing = sealing
        self._signing = signing
        if zone not in tuple(Zone):
            raise BadIdentity("An identity belongs to the zone office, control or handheld.")
        self.card = IdentityCard(
            Zone(zone), name, sealing.public_key().public_bytes_raw(), signing.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls, zone: Zone | str, name: str) -> Identity:
        """Make a new identity from the operating system's randomness."""
        return cls(zone, name, X25519PrivateKey.generate(), Ed25519PrivateKey.generate())

    @property
    def sealing_private_key(self) -> X25519PrivateKey:
        """The key that opens what was sealed to this identity."""
        return self._sealing

    def sign(self, data: bytes) -> bytes:
        """Sign with Ed25519: 64 bytes."""
        return self._signing.sign(data)

    def to_pem(self) -> bytes:
        """Return the identity file's content. Write it with mode 0600 and nowhere else."""
        body = base64.encodebytes(self.card.to_json().encode()).rstrip()
        card = b"-----BEGIN %b-----\n%b\n-----END %b-----\n" % (_CARD_LABEL, body, _CARD_LABEL)
        return card + b"".join(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            for key in (self._sealing, self._signing)
        )

    @classmethod
    def from_pem(cls, data: bytes) -> Identity:
        """Read an identity file; raise :class:`BadIdentity` where it is not one or its keys are not its card's."""
        blocks = list(_PEM_BLOCK.finditer(data))
        labels = [block[1] for block in blocks]
        if labels != [_CARD_LABEL, _KEY_LABEL, _KEY_LABEL] or b"".join(block[0] for block in blocks) != data:
            raise BadIdentity("The identity file does not have its three parts. Restore it from its backup.")
        try:
            card = IdentityCard.from_json(base64.b64decode(blocks[0][2].replace(b"\n", b""), validate=True))
            sealing, signing = (load_pem_private_key(block[0], password=None) for block in blocks[1:])
        except (binascii.Error, ValueError, TypeError, UnsupportedAlgorithm):
            raise BadIdentity("The identity file is damaged. Restore it from its backup.") from None
        if not (isinstance(sealing, X25519PrivateKey) and isinstance(signing, Ed25519PrivateKey)):
            raise BadIdentity("The identity file holds keys of another kind. Restore it from its backup.")
        identity = cls(card.zone, card.name, sealing, signing)
        if identity.card != card:
            raise BadIdentity("The identity file's keys are not those of its card. Restore it from its backup.")
        return identity

    def __repr__(self) -> str:
        return f"Identity({self.card.zone.value}, {self.card.name}, key id {self.card.key_id.hex()}, keys hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an identity is not pickled: keep it in its file")


def _members(text: str | bytes) -> dict[str, Any]:
    """Parse a small JSON object without duplicate members."""
    not_json = BadIdentity("This is not an identity card of Keiki (no JSON object). Export it again where it was made.")
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_CARD_SIZE:
        raise not_json

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise not_json
        return dict(pairs)

    try:
        members = json.loads(data.decode("utf-8"), object_pairs_hook=distinct)
    except (ValueError, RecursionError):
        raise not_json from None
    if not isinstance(members, dict):
        raise not_json
    return members


def _key(text: object) -> bytes:
    if not (isinstance(text, str) and _KEY.fullmatch(text)):
        raise BadIdentity("A key of the identity card is not 64 lower-case hexadecimal digits. Export it again.")
    return bytes.fromhex(text)
