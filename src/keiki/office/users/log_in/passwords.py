"""Which passwords are taken: long ones, the longer where nothing else stands beside them, and none that is known.

Django's list of 20,000 common and breached passwords is compared with what was typed and with what is left of it when
its decoration is taken off: case, width, punctuation, digits around it, and its own repetition.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .second_factor import has_second_factor

ALONE, BESIDE = 15, 12
"""Characters at least: of a password that stands alone, and of one with a second factor beside it."""


class PasswordLength:
    """Refuses a password that is too short for what stands beside it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise :class:`ValidationError` where ``password`` is too short for ``user``."""
        if too_short(password, user):
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _("At least %(alone)d characters, or %(beside)d with a second factor.") % {
            "alone": ALONE,
            "beside": BESIDE,
        }


class KnownPassword(CommonPasswordValidator):
    """Refuses a password of the list, however it is decorated."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise :class:`ValidationError` where ``password`` is a known one."""
        for form in undecorated(password):
            super().validate(form, user)


def too_short(password: str, user: Any) -> bool:
    """Say whether ``password`` is too short for ``user``, who may be ``None`` or not kept yet."""
    beside = user is not None and user.pk is not None and has_second_factor(user)
    return len(password) < (BESIDE if beside else ALONE)


def undecorated(password: str) -> Iterator[str]:
    """Give the password and what is left when its decoration is taken off."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    letters = re.sub(r"[\W_]+", "", plain)
    for form in dict.fromkeys((plain, letters, letters.strip("0123456789"))):
        if form:
            yield form
            yield _repeated(form)


def _repeated(text: str) -> str:
    """Return what ``text`` repeats: ``secret`` of ``secretsecret``."""
    at = (text + text).find(text, 1)
    return text[:at]
