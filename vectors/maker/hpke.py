"""HPKE (RFC 9180), mode base, X25519, HKDF-SHA256, AES-128-GCM, with a chosen ephemeral key.

For vectors only: the ephemeral key is derived from the case, so that the files can be made again byte by byte.
"""

import hmac
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEM_ID = b"KEM" + (0x0020).to_bytes(2, "big")
HPKE_ID = b"HPKE" + b"".join(part.to_bytes(2, "big") for part in (0x0020, 0x0001, 0x0001))


def _extract(suite: bytes, salt: bytes, label: bytes, keying: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + keying, sha256)


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, labeled + b"\x01", sha256)[:length]  # one block is enough for 32 bytes


def key_and_nonce(ephemeral: X25519PrivateKey, recipient: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return AEAD key (16 bytes) and base nonce (12 bytes): RFC 9180 sections 4.1 and 5.1."""
    enc = ephemeral.public_key().public_bytes_raw()
    agreed = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient))
    prk = _extract(KEM_ID, b"", b"eae_prk", agreed)
    shared = _expand(KEM_ID, prk, b"shared_secret", enc + recipient, 32)
    context = b"\x00" + _extract(HPKE_ID, b"", b"psk_id_hash", b"") + _extract(HPKE_ID, b"", b"info_hash", info)
    secret = _extract(HPKE_ID, shared, b"secret", b"")
    return _expand(HPKE_ID, secret, b"key", context, 16), _expand(HPKE_ID, secret, b"base_nonce", context, 12)


def seal(
    ephemeral: X25519PrivateKey, recipient: bytes, info: bytes, plaintext: bytes, associated: bytes = b""
) -> bytes:
    """Return enc, ciphertext and tag."""
    key, nonce = key_and_nonce(ephemeral, recipient, info)
    return ephemeral.public_key().public_bytes_raw() + AESGCM(key).encrypt(nonce, plaintext, associated)
