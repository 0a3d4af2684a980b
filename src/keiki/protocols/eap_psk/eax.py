"""AES-128 in EAX mode, which protects the last two messages (RFC 4764, section 3.3).

``cryptography`` has CMAC and CTR but not EAX, which is nothing but the two: N' = OMAC(0, nonce), H' = OMAC(1, header),
C = CTR(N', plaintext), C' = OMAC(2, C), tag = N' xor H' xor C' (Bellare, Rogaway, Wagner, "The EAX Mode of Operation").
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.constant_time import bytes_eq

BLOCK = 16


def cmac(key: bytes, data: bytes) -> bytes:
    """Return CMAC-AES-128 (NIST SP 800-38B, the paper's OMAC1): 16 bytes."""
    mac = CMAC(AES(key))
    mac.update(data)
    return mac.finalize()


def _omac(key: bytes, tweak: int, data: bytes) -> bytes:
    return cmac(key, bytes(BLOCK - 1) + bytes([tweak]) + data)


def _ctr(key: bytes, start: bytes, data: bytes) -> bytes:
    stream = Cipher(AES(key), CTR(start)).encryptor()
    return stream.update(data) + stream.finalize()


def _tag(key: bytes, nonce_mac: bytes, header: bytes, ciphertext: bytes) -> bytes:
    parts = zip(nonce_mac, _omac(key, 1, header), _omac(key, 2, ciphertext), strict=True)
    return bytes(n ^ h ^ c for n, h, c in parts)


def encrypt(key: bytes, nonce: bytes, header: bytes, plaintext: bytes) -> tuple[bytes, bytes]:
    """Return ciphertext (as long as the plaintext) and tag (16 bytes)."""
    nonce_mac = _omac(key, 0, nonce)
    ciphertext = _ctr(key, nonce_mac, plaintext)
    return ciphertext, _tag(key, nonce_mac, header, ciphertext)


def decrypt(key: bytes, nonce: bytes, header: bytes, ciphertext: bytes, tag: bytes) -> bytes:
    """Return the plaintext, or raise :class:`cryptography.exceptions.InvalidTag`."""
    nonce_mac = _omac(key, 0, nonce)
    if not bytes_eq(_tag(key, nonce_mac, header, ciphertext), tag):
        raise InvalidTag
    return _ctr(key, nonce_mac, ciphertext)
