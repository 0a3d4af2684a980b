"""ID tokens: JSON Web Tokens signed with RS256 (RFC 7515, RFC 7518), and the key set that verifies them."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

KEY_ID = "bench-1"


class TokenSigner:
    """Holds the provider's key; signs tokens."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed token."""
        head = {"alg": "RS256", "typ": "JWT", "kid": KEY_ID}
        said = f"{_plain(json.dumps(head).encode())}.{_plain(json.dumps(claims).encode())}"
        return f"{said}.{_plain(self._key.sign(said.encode(), padding.PKCS1v15(), SHA256()))}"

    def key_set(self) -> dict[str, Any]:
        """Return what verifies the tokens (RFC 7517)."""
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID}
        return {"keys": [{**key, "n": _number(numbers.n), "e": _number(numbers.e)}]}


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _number(value: int) -> str:
    return _plain(value.to_bytes((value.bit_length() + 7) // 8, "big"))
