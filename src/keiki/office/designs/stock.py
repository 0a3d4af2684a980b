"""What the depots have, remembered for a minute: nobody waits for the allocation server with every key.

A server that does not answer is left alone for a while too, so that its time limit is waited for once. Memory of this
process only; what it says is shown with the time of asking, and the work order asks for itself.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from keiki.office.screens.languages import in_language
from keiki.office.sources import ConfigurationError, Sources, SourceUnavailableError

REMEMBERED = timedelta(seconds=60)
LEFT_ALONE = timedelta(seconds=20)
_known: WeakKeyDictionary[Sources, dict[str, DepotStock]] = WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True)
class DepotStock:
    """What a depot has, by unit id (``None``: not known, for the reason in ``why``), as of when it was asked."""

    asked_at: datetime | None
    pieces: dict[str, int] | None
    why: tuple[str, str] = ("", "")

    @property
    def trouble(self) -> str:
        """Why the stock is not known, in the reader's language."""
        return in_language(self.why)


def depot_stock(sources: Sources, depot: str, now: datetime) -> DepotStock:
    """Return what ``depot`` has, from memory where it was asked a moment ago. Never raises for what the server does."""
    if not depot:
        nowhere = ("計器倉庫が分からないため、在庫も分かりません。", "The depot is not known, and so its stock is not.")
        return DepotStock(None, None, nowhere)
    with _lock:
        known = _known.setdefault(sources, {}).get(depot)
    if known and known.asked_at:
        lasts = REMEMBERED if known.pieces is not None else LEFT_ALONE
        if timedelta(0) <= now - known.asked_at < lasts:
            return known
    found = _ask(sources, depot, now)
    with _lock:
        _known.setdefault(sources, {})[depot] = found
    return found


def _ask(sources: Sources, depot: str, now: datetime) -> DepotStock:
    try:
        return DepotStock(now, sources.stock(depot))
    except SourceUnavailableError as error:
        ja, en = error.reason
        return DepotStock(now, None, (f"在庫は分かりません。{ja}", f"The stock is not known: {en}"))
    except ConfigurationError:
        wrong = (
            "在庫は分かりません。データ連携の担当者に知らせてください。",
            "The stock is not known: tell the integrator.",
        )
        return DepotStock(now, None, wrong)
