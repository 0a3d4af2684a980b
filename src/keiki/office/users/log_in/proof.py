"""How lately a person proved that it is them: by the log-in itself, or by proving it again."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

PROOFS = frozenset({"password", "mfa", "socialaccount"})


def proved_lately(request: HttpRequest) -> bool:
    """Say whether the last proof of this session is younger than ``web.proof_minutes``."""
    if not request.user.is_authenticated:
        return False
    proofs = [each["at"] for each in get_authentication_records(request, request.user) if each.get("method") in PROOFS]
    return bool(proofs) and time.time() - max(proofs) < settings.KEIKI.web.proof_minutes * 60


def signed_on_elsewhere(request: HttpRequest) -> bool:
    """Say whether the identity provider vouched for this log-in."""
    return any(each.get("method") == "socialaccount" for each in get_authentication_records(request, request.user))
