"""The second factor: its secrets sealed in the database, passkeys bound to the office's own host, the last one kept."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.domain.access import SECOND_FACTOR, Rights, Role
from keiki.office.users.models import User

REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""


def has_second_factor(user: User) -> bool:
    """Say whether the user has set up TOTP or a passkey."""
    return bool(is_mfa_enabled(user, REAL))


def needed_by(roles: Iterable[Role]) -> bool:
    """Say whether somebody with these roles gets nowhere without a second factor, by the table or by the settings."""
    return needed_by_everybody() or not SECOND_FACTOR.isdisjoint(roles)


def needed_by_everybody() -> bool:
    """Say whether the settings demand a second factor of everybody."""
    return bool(settings.KEIKI.access.everybody)


def must_have_second_factor(user: User) -> bool:
    """Say whether the user gets nowhere without a second factor."""
    return needed_by(Rights(user.grants_held()).roles)


@cache
def _seal() -> Fernet:
    """Return what TOTP secrets and recovery codes are sealed with; ``keys/django-secret`` opens it."""
    key = HKDF(SHA256(), 32, salt=None, info=b"keiki second factor v1").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc] # untyped library
    """What the office wants otherwise than the library does it."""

    error_messages = {  # noqa: RUF012 - the library's own attribute
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "This is not the right code, or it was used already. Wait for the next one and type that."
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "Your roles need a second factor: set up another one before you remove this one."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret from the database."""
        return _seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        """Return the name under which the authenticator app lists the account."""
        return user.username

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """Return the name of a passkey to whom nobody gave one."""
        return _("Passkey {number}").format(number=1 + Authenticator.objects.filter(user=user, type=type).count())

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Refuse to remove the last second factor of somebody who needs one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=REAL).exclude(pk=authenticator.pk)
        return not must_have_second_factor(authenticator.user) or others.exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return whom a passkey is for: the host that people type."""
        return {"id": settings.KEIKI.web.host, "name": "Keiki"}
