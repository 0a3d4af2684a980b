"""When an owner's "there is no such record" is believed: not while it has no record of anybody.

Owners load their tables anew at night, some by emptying them first. For those minutes every supply point seems gone,
and every design would be called off for it.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from keiki.domain.linkage.record import LinkedRecord, SourceAnswer, Unavailable
from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.designs.models import Design
from keiki.office.sources import Sources, SourceUnavailableError

EMPTY: Text = (
    "今は一件も記録がありません。入れ替えの途中と思われます。あとでもう一度試し、続く場合は所有部署に確認してください。",
    "it has no record of anybody now, as while it is loaded anew: try again later, and then ask its owner",
)
OTHERS = 5
log = structlog.get_logger("keiki.office.watch")


class EmptySourceGuard:
    """Asks owners who say that they know nothing of a supply point whether they know anybody, each once."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._empty: dict[str, bool] = {}

    def record(self, linked: LinkedRecord) -> LinkedRecord:
        """Return the record with owners who know nobody as unavailable."""
        return replace(linked, answers=tuple(self._answer(each, linked.supply_point) for each in linked.answers))

    def _answer(self, answer: SourceAnswer, point: SupplyPoint) -> SourceAnswer:
        if isinstance(answer.outcome, Unavailable) or answer.rows or answer.rejects:
            return answer
        if not self._is_empty(answer.source.id, point):
            return answer
        return replace(answer, outcome=Unavailable(answer.asked_at, EMPTY))

    def _is_empty(self, source: str, point: SupplyPoint) -> bool:
        if source not in self._empty:
            try:
                self._empty[source] = self._sources.is_empty(source, _others(point))
            except SourceUnavailableError:
                self._empty[source] = True
            if self._empty[source]:
                log.warning("source has no rows", source=source)
        return self._empty[source]


def _others(point: SupplyPoint) -> list[SupplyPoint]:
    """Supply points of other designs, the newest: where there is no survey, an owner at work knows one of them."""
    numbers = Design.objects.exclude(supply_point=point.number).order_by("-pk").values_list("supply_point", flat=True)
    return [SupplyPoint(number) for number in dict.fromkeys(numbers[:OTHERS])]
