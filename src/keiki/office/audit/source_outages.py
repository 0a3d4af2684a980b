"""Which data servers do not answer, and since when, known to every process of the office.

One row stands for each silent owner. It is written by whichever process notices first (a look-up of a person, the
watch, a command) and taken away by whichever gets an answer first; between the two nobody writes. A look-up reads the
table no more often than every :data:`REMEMBERED` seconds, and never while the owners are being asked. The watch asks
silent owners again each round, so that one is not called silent only because nobody needs it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import datetime
from weakref import WeakKeyDictionary

from django.db import transaction

from keiki.domain.linkage.record import LinkedRecord, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import Sources

from .models import SilentSource

REMEMBERED = 5.0


class _Shared:
    """What the table said when this process read it last."""

    def __init__(self) -> None:
        self.silent: Mapping[str, datetime] = {}
        self.read_at = float("-inf")


_shared: WeakKeyDictionary[Sources, _Shared] = WeakKeyDictionary()
_lock = threading.Lock()


def ask(sources: Sources, point: SupplyPoint, now: datetime) -> LinkedRecord:
    """Ask all sources about ``point``; who is silent is so since whichever process noticed first."""
    with _lock:
        shared = _shared.setdefault(sources, _Shared())
    if time.monotonic() - shared.read_at > REMEMBERED:
        _read(sources, shared)
    linked = sources.link(point, now)
    silent = {
        answer.source.id: answer.outcome.since for answer in linked.answers if isinstance(answer.outcome, Unavailable)
    }
    new = {source: since for source, since in silent.items() if source not in shared.silent}
    back = [answer.source.id for answer in linked.answers if answer.source.id in shared.silent.keys() - silent.keys()]
    if new or back:
        _write(new, back)
        _read(sources, shared)
    return linked


def silent_sources(sources: Sources) -> dict[str, datetime]:
    """Return the configured sources that did not answer whoever asked last, with since when. Asks nobody."""
    known = {source.card.id for source in sources.configuration.sources}
    return {source: since for source, since in _stored_outages().items() if source in known}


def ask_again(sources: Sources) -> None:
    """Probe unavailable sources with a dummy supply point; forget the outage of those that answer or are removed."""
    known = {source.card.id for source in sources.configuration.sources}
    back = [source for source in _stored_outages() if source not in known or sources.answers(source)]
    if back:
        _write({}, back)


def _stored_outages() -> dict[str, datetime]:
    return dict(SilentSource.objects.values_list("source", "since"))


def _read(sources: Sources, shared: _Shared) -> None:
    """Read the table, and have the process go by it: also where another one had an answer meanwhile."""
    before, shared.silent, shared.read_at = shared.silent, _stored_outages(), time.monotonic()
    sources.adopt(shared.silent, before.keys() - shared.silent.keys())


def _write(new: Mapping[str, datetime], back: list[str]) -> None:
    with transaction.atomic():
        SilentSource.objects.filter(source__in=back).delete()
        rows = [SilentSource(source=source, since=since) for source, since in new.items()]
        SilentSource.objects.bulk_create(rows, ignore_conflicts=True)
