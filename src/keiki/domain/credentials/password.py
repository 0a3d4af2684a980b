"""The customer's credential values, in types that show nothing.

Authentication ID: 32 characters 0-9 A-F, delivered by post. Password: 12 alphanumeric characters, delivered separately.
The last 8 characters of the ID are the pairing ID by which a HEMS finds its meter.
"""

from __future__ import annotations

import hmac
import re
import string
from collections.abc import Callable, Sequence
from typing import NoReturn

_ID = re.compile(r"[0-9A-F]{32}")
_PASSWORD = re.compile(r"[0-9A-Za-z]{12}")
ALPHABET = string.digits + string.ascii_letters


class _Secret:
    """A text that only :meth:`reveal` gives out: never ``repr``, ``str``, a format, a pickle or a log."""

    __slots__ = ("_text",)
    _form: re.Pattern[str]
    _says: str

    def __init__(self, text: str) -> None:
        if not self._form.fullmatch(text):
            raise ValueError(self._says)
        self._text = text

    def reveal(self) -> str:
        """Return the text itself. Call it only where it is sealed, written or delivered."""
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}(hidden)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and hmac.compare_digest(self._text, other._text)

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


class AuthenticationId(_Secret):
    """The customer's authentication ID (認証ID)."""

    __slots__ = ()
    _form = _ID
    _says = "an authentication ID has 32 characters 0-9 A-F"

    @property
    def pairing_id(self) -> str:
        """The last 8 characters, which the meter announces by radio."""
        return self._text[-8:]


class Password(_Secret):
    """The customer's password (パスワード)."""

    __slots__ = ()
    _form = _PASSWORD
    _says = "a password has 12 alphanumeric characters"


def draw_password(choose: Callable[[Sequence[str]], str]) -> Password:
    """Draw a password: 12 of 62 characters, 71 bits. ``choose`` picks one of a sequence (``secrets.choice``)."""
    return Password("".join(choose(ALPHABET) for _ in range(12)))


def draw_authentication_id(choose: Callable[[Sequence[str]], str]) -> AuthenticationId:
    """Draw an authentication ID: 32 hexadecimal digits, 128 bits."""
    return AuthenticationId("".join(choose("0123456789ABCDEF") for _ in range(32)))
