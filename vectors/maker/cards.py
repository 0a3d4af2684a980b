"""Identity cards with sound keys, and with every kind of key that is none (``docs/formats.md`` section 2).

Affine arithmetic with inversions, unlike the readers', so that a mistake is not made twice.
"""

import json
from collections.abc import Iterator
from hashlib import sha256

from maker.files import Case
from maker.frame import KEYS, TestKey

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Affine = tuple[int, int]
NEUTRAL: Affine = (0, 1)


def add(p: Affine, q: Affine) -> Affine:
    """Add two points of -x² + y² = 1 + dx²y²."""
    cross = D * p[0] * q[0] * p[1] * q[1] % P
    x = (p[0] * q[1] + q[0] * p[1]) * pow(1 + cross, P - 2, P)
    y = (p[1] * q[1] + p[0] * q[0]) * pow(1 - cross, P - 2, P)
    return x % P, y % P


def multiply(factor: int, point: Affine) -> Affine:
    """Multiply from the highest bit down."""
    product = NEUTRAL
    for bit in bin(factor)[2:]:
        product = add(product, product)
        if bit == "1":
            product = add(product, point)
    return product


def decode(key: bytes) -> Affine | None:
    """Return the point of 32 bytes, or ``None`` where y has no x."""
    number = int.from_bytes(key, "little")
    y = (number % 2**255) % P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if pow(square, (P - 1) // 2, P) == P - 1:
        return None
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x if x % 2 == number >> 255 else (P - x) % P), y


def encode(point: Affine) -> bytes:
    """Return the 32 bytes of a point."""
    return (point[1] | (point[0] % 2) << 255).to_bytes(32, "little")


def points_of_low_order() -> list[Affine]:
    """Return the eight of them, by their order."""
    tries = (decode(sha256(b"keiki %d" % n).digest()) for n in range(100))
    generator = next(point for each in tries if each for point in [multiply(L, each)] if multiply(4, point) != NEUTRAL)
    return [multiply(n, generator) for n in (0, 4, 2, 6, 1, 3, 5, 7)]


def card(zone: str, sealing: bytes, signing: bytes) -> bytes:
    """Return a card whose every other member is right."""
    members = {
        "format": "keiki-identity-card",
        "version": 1,
        "zone": zone,
        "name": f"TEST-KEY-{zone}",
        "sealing_key": sealing.hex(),
        "signing_key": signing.hex(),
        "key_id": sha256(sealing + signing).digest()[:8].hex(),
    }
    return (json.dumps(members, indent=2) + "\n").encode()


def bad_signing_keys(sound: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of what is no Ed25519 key."""
    low = points_of_low_order()
    for number, point in enumerate(low):
        yield f"low-order-{number + 1}", encode(point)
    for name, number in {
        "neutral-with-sign": 1 | 1 << 255,
        "order-2-with-sign": P - 1 | 1 << 255,
        "zero-as-prime": P,
        "zero-as-prime-with-sign": P | 1 << 255,
        "one-beyond-prime": P + 1,
        "one-beyond-prime-with-sign": P + 1 | 1 << 255,
        "all-ones": 2**256 - 1,
        "off-curve": next(y for y in range(2, 99) if decode(y.to_bytes(32, "little")) is None),
    }.items():
        yield name, number.to_bytes(32, "little")
    mixed = decode(sound)
    assert mixed is not None  # noqa: S101 - a sound key
    for order, point in (("2", low[1]), ("4", low[2]), ("8", low[4])):
        yield f"mixed-order-{order}", encode(add(mixed, point))


def bad_sealing_keys(sound: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of what is no X25519 key."""
    order_8 = sorted((1 + y) * pow(1 - y, P - 2, P) % P for _, y in points_of_low_order()[4:6])
    squares = (u for u in range(2, 99) if pow(u**3 + 486662 * u**2 + u, (P - 1) // 2, P) == P - 1)
    for name, number in {
        "low-order-1": 0,
        "low-order-4": 1,
        "low-order-8-a": order_8[0],
        "low-order-8-b": order_8[1],
        "low-order-twist": P - 1,
        "zero-as-prime": P,
        "one-beyond-prime": P + 1,
        "nine-beyond-prime": P + 9,
        "high-bit": int.from_bytes(sound, "little") | 1 << 255,
        "all-ones": 2**256 - 1,
        "on-the-twist": next(squares),
    }.items():
        yield name, number.to_bytes(32, "little")


def cases() -> Iterator[Case]:
    """Yield a sound card of every zone, and for every zone the unsound ones."""
    first: dict[str, TestKey] = {}
    for key in KEYS:
        first.setdefault(key.zone, key)
    for zone, key in first.items():
        sealing, signing = key.sealing_public, key.signing_public
        yield Case(f"identity/read-{zone}", {"expect": "read", "zone": zone}, card(zone, sealing, signing))
        refused = {"expect": "BadIdentity", "zone": zone}
        for name, bad in bad_signing_keys(signing):
            yield Case(f"identity/signing-{name}-{zone}", refused, card(zone, sealing, bad))
        for name, bad in bad_sealing_keys(sealing):
            yield Case(f"identity/sealing-{name}-{zone}", refused, card(zone, bad, signing))
