"""From authentication ID and password to the keys of one exchange.

The key set-up and session keys are RFC 4764, sections 3.1 and 3.2. How route B makes the pre-shared key and the two
identities is laid down by TTC JJ-300.10 (method A) and its guideline TR-1052, section 1.1, "ID and authentication key".
Neither could be consulted here, so :func:`route_b_psk`, :func:`meter_identity` and :func:`hems_identity` are **this
project's reading** (ADR 0401). Both ends of the bench use these functions: a wrong reading would show only against
real hardware, and would be mended in this file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

PSK_BYTES = 16


def route_b_psk(authentication_id: str, password: str) -> bytes:
    """Return the 16-byte pre-shared key: the last 16 bytes of SHA-256 over the upper-case ID and then the password."""
    digest = hashlib.sha256(authentication_id.upper().encode("ascii") + password.encode("ascii")).digest()
    return digest[-PSK_BYTES:]


def meter_identity(authentication_id: str) -> bytes:
    """Return ID_S, by which the meter calls itself on route B: ``SM`` and the authentication ID."""
    return b"SM" + authentication_id.encode("ascii")


def hems_identity(authentication_id: str) -> bytes:
    """Return ID_P, by which the HEMS calls itself on route B: ``HEMS`` and the authentication ID."""
    return b"HEMS" + authentication_id.encode("ascii")


@dataclass(frozen=True)
class LongTermKeys:
    """What is made once of a pre-shared key: authentication key AK and key-derivation key KDK, 16 bytes each."""

    ak: bytes = field(repr=False)
    kdk: bytes = field(repr=False)


@dataclass(frozen=True)
class SessionKeys:
    """What one exchange yields: TEK (16 bytes, its protected channel), MSK and EMSK (64 bytes each, for others)."""

    tek: bytes = field(repr=False)
    msk: bytes = field(repr=False)
    emsk: bytes = field(repr=False)


def _aes(key: bytes, block: bytes) -> bytes:
    # A single block through the bare cipher is what RFC 4764 builds its modified counter mode of.
    cipher = Cipher(AES(key), ECB()).encryptor()  # noqa: S305
    return cipher.update(block) + cipher.finalize()


def _counted(key: bytes, hashed: bytes, counter: int) -> bytes:
    return _aes(key, hashed[:-1] + bytes([hashed[-1] ^ counter]))


def long_term_keys(psk: bytes) -> LongTermKeys:
    """Derive AK and KDK from a 16-byte pre-shared key (RFC 4764, section 3.1)."""
    if len(psk) != PSK_BYTES:
        raise ValueError(f"a pre-shared key has {PSK_BYTES} bytes")
    hashed = _aes(psk, bytes(16))
    return LongTermKeys(ak=_counted(psk, hashed, 1), kdk=_counted(psk, hashed, 2))


def session_keys(kdk: bytes, rand_p: bytes) -> SessionKeys:
    """Derive TEK, MSK and EMSK from KDK and the peer's 16 random bytes (RFC 4764, section 3.2)."""
    hashed = _aes(kdk, rand_p)
    blocks = [_counted(kdk, hashed, counter) for counter in range(1, 10)]
    return SessionKeys(tek=blocks[0], msk=b"".join(blocks[1:5]), emsk=b"".join(blocks[5:9]))
