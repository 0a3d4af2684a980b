"""Which public keys are keys: points of the right order on Curve25519 and Ed25519, written in the one right way.

The libraries take any 32 bytes. Under a signing key of low order anybody can sign; a secret agreed with a sealing key
of low order is known to all. A key made as RFC 7748 and RFC 8032 say is always a point of the large prime order, or,
for X25519, on the curve itself; nothing else is ever enrolled or used. Arithmetic after RFC 8032, section 5.1.4;
nothing here is secret, so nothing runs in constant time.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, PRIME) % PRIME
_ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
_MONTGOMERY_A = 486662

Point = tuple[int, int, int, int]
_NEUTRAL: Point = (0, 1, 1, 0)


@lru_cache(maxsize=1024)
def fault_of_sealing_key(key: bytes) -> str | None:
    """Say what is wrong with an X25519 public key of 32 bytes, or return ``None``."""
    u = int.from_bytes(key, "little")
    if u >= PRIME:
        return "not written in the one right way"
    try:
        X25519PrivateKey.from_private_bytes(b"\x01" * 32).exchange(X25519PublicKey.from_public_bytes(key))
    except ValueError:
        return "low order"
    if pow(u * (u * u + _MONTGOMERY_A * u + 1), (PRIME - 1) // 2, PRIME) != 1:
        return "not a point of the curve"
    return None


@lru_cache(maxsize=1024)
def fault_of_signing_key(key: bytes) -> str | None:
    """Say what is wrong with an Ed25519 public key of 32 bytes, or return ``None``."""
    y = int.from_bytes(key, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= PRIME:
        return "not written in the one right way"
    x = _x_of(y)
    if x is None:
        return "not a point of the curve"
    if x == 0 and sign:
        return "not written in the one right way"
    x = PRIME - x if x and x & 1 != sign else x
    point = (x, y, 1, x * y % PRIME)
    if _is_neutral(_times(8, point)):
        return "low order"
    if not _is_neutral(_times(ORDER, point)):
        return "a part of low order"
    return None


def _x_of(y: int) -> int | None:
    """Return a root of (y² - 1) / (dy² + 1), or ``None`` where there is none."""
    square = (y * y - 1) * pow(_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    for root in (x, x * _ROOT_OF_MINUS_ONE % PRIME):
        if root * root % PRIME == square:
            return root
    return None


def _sum(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * _D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _times(factor: int, point: Point) -> Point:
    product = _NEUTRAL
    while factor:
        if factor & 1:
            product = _sum(product, point)
        point, factor = _sum(point, point), factor >> 1
    return product


def _is_neutral(point: Point) -> bool:
    return point[0] % PRIME == 0 and (point[1] - point[2]) % PRIME == 0
