"""What a person typed into a form that was not accepted now: kept for them until their page shows it again, once.

It lies sealed in the person's session and is put back within half an hour or not at all: the next page after that, or
the end of the session, removes it. It is shown to nobody else and in no address. Only forms of declared screens are
kept, and never a field whose name speaks of a secret. Scripts put it back into the form (``kept.js``); without them the
page lists it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from .routes import READ, declared_by

KEY = "kept entries"
KEPT_SECONDS = 1800
MOST = 20_000
"""Characters of entries that are kept; a longer text is a file and not typed."""
SECRET = ("password", "credential", "secret", "csrfmiddlewaretoken")
"""Parts of names of fields that are never kept."""


@dataclass(frozen=True, repr=False)
class UnsavedEntries:
    """The entries of one form: where it stood (``page``), where it was sent (``action``), and what was in it."""

    person: str
    page: str
    action: str
    entries: dict[str, list[str]]


def keep(request: HttpRequest, page: str, person: str = "") -> bool:
    """Keep what ``request`` sent for the next view of ``page``; say whether there was anything to keep.

    ``person``: whose it is, where their log-in has just ended.
    """
    match = request.resolver_match
    if request.method in READ or match is None or declared_by(match.func) is None:
        return False
    entries = {name: values for name, values in request.POST.lists() if not any(each in name for each in SECRET)}
    whole = UnsavedEntries(person or str(request.user.pk or ""), urlsplit(page).path, request.path, entries)
    text = json.dumps(vars(whole), ensure_ascii=False)
    if not whole.person or not any(map(any, entries.values())) or len(text) > MOST:
        return False
    request.session[KEY] = _seal().encrypt(text.encode()).decode()
    return True


def take(request: HttpRequest) -> UnsavedEntries | None:
    """Return what was kept for this page and person, and keep it no longer."""
    whole_page = request.method in READ and "HX-Request" not in request.headers
    session = getattr(request, "session", None)
    if not whole_page or session is None or KEY not in session:
        return None
    try:
        kept = UnsavedEntries(**json.loads(_seal().decrypt(session[KEY], ttl=KEPT_SECONDS)))
    except InvalidToken:
        del session[KEY]
        return None
    if kept.page != request.path or not request.user.is_authenticated:
        return None
    del session[KEY]
    return kept if kept.person == str(request.user.pk) else None


@cache
def _seal() -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"keiki kept entries v1").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
