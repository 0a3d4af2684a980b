"""One unit hangs at one supply point: what other points' records say of the units of this one.

Who asked the owners (and the office's own contracts) for other supply points with the same serial numbers keeps here
what came of it. Of a supply point of another service office the number is not kept at all: who may see this point may
not see that one.
"""

from __future__ import annotations

from dataclasses import dataclass

from keiki.domain.linkage.terms import TERMS, Text
from keiki.domain.supply_point import SupplyPoint

SERIAL_TERMS = ("communication_serial", "metering_serial", "option_serial")
"""The serial numbers of plug-in units; a terminal cover has none."""
UNIT_NUMBERS = frozenset({*SERIAL_TERMS, "seen_communication_serial"})
"""All facts that are a unit's serial number: compared by ``spelling.unit_number``, never letter by letter."""


@dataclass(frozen=True)
class SharedUnit:
    """A unit of this supply point that is named at another one.

    ``by`` is who says so. ``point`` is ``None`` where the other point is not of this one's service office; ``office``
    is its service office, empty where that is not known.
    """

    term: str
    serial: str
    by: Text
    point: SupplyPoint | None
    office: str = ""

    @property
    def words(self) -> Text:
        """The finding in words."""
        term = TERMS[self.term]
        if self.point is not None:
            where = f"供給地点 {self.point.number} ", f"supply point {self.point.number}"
        elif self.office:
            where = f"別の営業所({self.office})の供給地点", f"a supply point of another service office ({self.office})"
        else:
            where = "営業所を確認できない別の供給地点", "a supply point whose service office is not known"
        return (
            f"{term.ja} {self.serial} は、{where[0]}にもあります({self.by[0]})。",
            f"{term.en} {self.serial} is also at {where[1]} ({self.by[1]}).",
        )


@dataclass(frozen=True)
class UnsearchedUnits:
    """An owner who was asked for other points with a unit's serial number and did not answer, and why."""

    source: str
    owner: Text
    reason: Text

    @property
    def words(self) -> Text:
        """The finding in words."""
        return (
            f"{self.owner[0]}から、同じ製造番号の供給地点がほかにあるかどうかの回答がありません: {self.reason[0]}",
            f"{self.owner[1]} did not answer which other supply points have these serial numbers: {self.reason[1]}",
        )


@dataclass(frozen=True)
class SharedUnits:
    """What came of asking. ``unsearchable`` are the serial terms in the records that nobody can be searched by."""

    named: tuple[SharedUnit, ...] = ()
    silent: UnsearchedUnits | None = None
    unsearchable: tuple[str, ...] = ()

    def plus(self, more: tuple[SharedUnit, ...]) -> SharedUnits:
        """Return these with others, each once."""
        return SharedUnits(tuple(dict.fromkeys((*self.named, *more))), self.silent, self.unsearchable)

    @property
    def unsearched(self) -> tuple[Text, ...]:
        """What to say where other supply points could not be searched, or not by every serial number."""
        silent = (self.silent.words,) if self.silent else ()
        words = self.unsearchable_words
        return (*silent, words) if words else silent

    @property
    def unsearchable_words(self) -> Text | None:
        """What to say of serial numbers that nobody can be searched by; ``None`` where all can be."""
        if not self.unsearchable:
            return None
        names = [TERMS[term] for term in self.unsearchable]
        return (
            f"ほかの供給地点に同じユニットがないかは確認していません。{'、'.join(each.ja for each in names)}で"
            "検索する先が設定されていません。データ連携の担当者に [search.serial] の設定を依頼してください。",
            f"Not checked whether another supply point has the same unit: no source can be searched by "
            f"{', '.join(each.en for each in names)}. Ask the integrator to configure [search.serial].",
        )
