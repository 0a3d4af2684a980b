"""A mark by which a customer is recognised again, and from which nobody learns who it is.

It is an HMAC-SHA-256 over the customer number under the office's own secret, with the key's id in front. The number
itself is not kept: it is short enough to be found by trying all of them against a plain digest. After a change of the
secret older marks cannot be compared; they count as not recorded and are made anew at the next look that matches.
"""

from __future__ import annotations

import unicodedata

from django.utils.crypto import salted_hmac

_SALT = "keiki.office.contracts.customer_marks"


def mark_of(customer_number: str) -> str:
    """Return the mark of a customer number; the same in full and half width."""
    plain = unicodedata.normalize("NFKC", customer_number).strip()
    return f"{_key_id()}:{salted_hmac(_SALT, plain, algorithm='sha256').hexdigest()}"


def comparable(mark: str) -> str | None:
    """Return a kept mark, or ``None`` where there is none or it was made under another secret."""
    return mark if mark.startswith(f"{_key_id()}:") else None


def _key_id() -> str:
    return salted_hmac(f"{_SALT}.key", "", algorithm="sha256").hexdigest()[:8]
