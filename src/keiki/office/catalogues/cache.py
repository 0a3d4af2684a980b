"""Published catalogues, compiled once per process: the same content and period is never read twice.

Which version is in force is asked of the database every time it is needed (one small query), so a version that was
published a moment ago is gone by from the next request on, in every process.
"""

from __future__ import annotations

from datetime import date
from threading import Lock

from keiki.domain.units import read_catalogue
from keiki.office.catalogue import OfficeCatalogue

from .models import CatalogueVersion
from .queries import NoCatalogue, in_force, was_ever_in_force

MOST = 4
_cache: dict[tuple[str, date], OfficeCatalogue] = {}
_lock = Lock()


def catalogue_in_force(day: date) -> OfficeCatalogue | None:
    """Return the published catalogue that holds on ``day``; ``None`` where none was ever published for such a day.

    Raises :class:`NoCatalogue` where one was and all of them have been withdrawn or have ended.
    """
    version = in_force(day)
    if version:
        return compiled(version, day)
    if was_ever_in_force(day):
        raise NoCatalogue(
            "適用中のカタログがありません。公開した版がすべて取り下げられたか、適用期間が終わっています。カタログを公開してください",
            "no catalogue is in force: every published version was withdrawn or has ended; publish one",
        )
    return None


def compiled(version: CatalogueVersion, day: date) -> OfficeCatalogue:
    """Return ``version`` as it holds on ``day``, from the shelf or compiled now."""
    key = (version.digest, day)
    with _lock:
        found = _cache.get(key)
    if found is None:
        found = OfficeCatalogue(read_catalogue(version.files, day))
        with _lock:
            while len(_cache) >= MOST:
                _cache.pop(next(iter(_cache)))
            _cache[key] = found
    return found
