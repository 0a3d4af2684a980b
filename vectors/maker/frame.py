"""The sealed message of ``docs/formats.md`` section 3, with every part open to being made wrong on purpose."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from maker import hpke


def encode(item: Any) -> bytes:
    """Encode deterministically."""
    return cbor2.dumps(item, canonical=True)


def raw_map(*pairs: tuple[Any, Any]) -> bytes:
    """Encode a map with its pairs in the order given, right or wrong."""
    return bytes([0xA0 + len(pairs)]) + b"".join(cbor2.dumps(part) for pair in pairs for part in pair)


@dataclass(frozen=True)
class TestKey:
    """An identity whose keys everybody knows. Never use it for anything but vectors."""

    __test__ = False
    zone: str
    name: str

    def _seed(self, use: str) -> bytes:
        return sha256(f"keiki vectors, known to everybody: {self.zone} {self.name} {use}".encode()).digest()

    @property
    def sealing(self) -> X25519PrivateKey:
        """The X25519 private key."""
        return X25519PrivateKey.from_private_bytes(self._seed("sealing"))

    @property
    def signing(self) -> Ed25519PrivateKey:
        """The Ed25519 private key."""
        return Ed25519PrivateKey.from_private_bytes(self._seed("signing"))

    @property
    def sealing_public(self) -> bytes:
        """The X25519 public key, 32 bytes."""
        return self.sealing.public_key().public_bytes_raw()

    @property
    def signing_public(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """The key id, 8 bytes."""
        return sha256(self.sealing_public + self.signing_public).digest()[:8]


OFFICE = TestKey("office", "TEST-KEY-office")
OTHER_OFFICE = TestKey("office", "TEST-KEY-other-office")
CONTROL = TestKey("control", "TEST-KEY-control")
HANDHELD = TestKey("handheld", "TEST-KEY-handheld")
OTHER_HANDHELD = TestKey("handheld", "TEST-KEY-other-handheld")
KEYS = (OFFICE, OTHER_OFFICE, CONTROL, HANDHELD, OTHER_HANDHELD)


@dataclass(frozen=True)
class Letter:
    """A message in the making. What is ``None`` is made right; anything else takes its place."""

    header: dict[int, Any] | bytes
    plaintext: bytes
    recipient: TestKey
    signer: TestKey
    info: bytes | None = None
    sealed: bytes | None = None
    signed: bytes | None = None
    signature: bytes | None = None
    sender_in_info: TestKey | None = field(default=None)

    def but(self, **changes: Any) -> "Letter":
        """Return the letter with some parts changed."""
        return replace(self, **changes)

    def with_header(self, **changes: Any) -> "Letter":
        """Return the letter with header fields changed: ``k4=...``; ``None`` leaves a field out."""
        before = self.header if isinstance(self.header, dict) else {}
        changed = {**before, **{int(key[1:]): value for key, value in changes.items()}}
        return self.but(header={key: value for key, value in changed.items() if value is not None})

    @property
    def header_bytes(self) -> bytes:
        """The header as it stands in the message."""
        return self.header if isinstance(self.header, bytes) else encode(self.header)

    @property
    def purpose(self) -> int:
        """The header's purpose; a header given as bytes is a barcode's."""
        return self.header[2] if isinstance(self.header, dict) else 1

    @property
    def sealed_bytes(self) -> bytes:
        """The sealed part."""
        if self.sealed is not None:
            return self.sealed
        sender = (self.sender_in_info or self.signer).signing_public
        info = self.info
        if info is None:
            info = encode(["keiki v1 seal", self.purpose, sender, self.header_bytes])
        ephemeral = sha256(b"keiki vectors: ephemeral" + info + self.plaintext).digest()
        return hpke.seal(
            X25519PrivateKey.from_private_bytes(ephemeral), self.recipient.sealing_public, info, self.plaintext
        )

    @property
    def signature_bytes(self) -> bytes:
        """The signature."""
        if self.signature is not None:
            return self.signature
        signed = self.signed
        if signed is None:
            signed = encode(["keiki v1 sign", self.purpose, self.header_bytes, self.sealed_bytes])
        return self.signer.signing.sign(signed)

    @property
    def parts(self) -> list[bytes]:
        """Header, sealed part and signature."""
        return [self.header_bytes, self.sealed_bytes, self.signature_bytes]

    def to_bytes(self) -> bytes:
        """Return the message."""
        return encode(self.parts)
