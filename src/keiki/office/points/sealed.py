"""What was typed into the search, sealed for the address of its results: a customer's address is nobody's bookmark.

The results have an address, so that the way back to them and a reload work; what it holds can only be read by this
office, and for half a day.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

LASTS = 12 * 3600
"""How long a sealed search can be opened, in seconds."""


def seal(typed: str) -> str:
    """Return ``typed`` so that only this office reads it; good for an address."""
    return _fernet().encrypt(typed.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return what was typed; empty for what this office did not seal, or too long ago."""
    try:
        return _fernet().decrypt(sealed.encode("ascii", "replace"), ttl=LASTS).decode()
    except InvalidToken:
        return ""


def _fernet() -> Fernet:
    key = hashlib.sha256(b"keiki search 1|" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
