"""The rules of ``keiki.domain.linkage`` as SQL over the joined row: one bit for everything that is found.

``tests/planning`` hold every bit to the domain's own verdict, point by point; a rule that the domain has and this table
has not is refused there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keiki.domain.linkage.contradictions import RULES, ContradictionWeight
from keiki.domain.linkage.decision import REQUIRED
from keiki.planning.linking.applications import CARD, HELD_CONTRADICTING, HELD_UNREADABLE
from keiki.planning.linking.shared_units import POINTS
from keiki.planning.linking.staging import SourceStage
from keiki.planning.linking.terms import (
    AHEAD,
    FIRST_FACT,
    SAYS_ENDED,
    SAYS_NOTHING,
    SAYS_SEVERAL,
    SAYS_UNREADABLE,
    STALE,
)

_UNLIKE = "coalesce({phase} <> {metering_phase}, FALSE) OR coalesce({capacity} <> {metering_capacity}, FALSE)"
_YOUNGER = "coalesce({contract_since} > {installed_on}, FALSE)"
RULE_SQL = {
    "read-after-move-out": "({last_reading} + INTERVAL 9 HOUR)::DATE > {left_on}",
    "serial-differs": "{communication_serial} <> {seen_communication_serial}",
    "units-unlike-contract": f"({_UNLIKE}) AND NOT {_YOUNGER}",
    "one-way-unit-with-two-way-unit": "{communication_two_way} <> {metering_two_way}",
    "route-b-halves": "({communication_route_b} <> 'none') <> {metering_route_b}",
    "contract-changed-since": f"({_UNLIKE}) AND {_YOUNGER}",
    "one-way-for-renewable": "{renewable} AND (NOT {metering_two_way} OR NOT {communication_two_way})",
    "medium-unlike-place": "{medium} <> {communication_medium}",
}
"""Rules about facts in force. Rules about several rows, or several points, need more: see :meth:`Joined.broken`."""

STANDING = {
    SAYS_UNREADABLE: ("missing", "unreadable"),
    SAYS_ENDED: ("missing", "ended"),
    SAYS_NOTHING: ("missing", "unknown-point"),
    STALE: ("stale", "stale"),
    AHEAD: ("stale", "ahead"),
}
"""Kind and code of each bit of a source's standing."""
HELD = {HELD_UNREADABLE: "unreadable", HELD_CONTRADICTING: "contradicting"}
"""Code of each bit of an application that cannot be used."""


@dataclass(frozen=True)
class LinkageObstacle:
    """What a bit means: the domain's problem code and subject, and the source that can put it right."""

    bit: int
    kind: str
    code: str
    subject: str
    source: str


class JoinedRow:
    """Names in the joined row: ``s0``, ``s1`` ... are the stages' points."""

    def __init__(self, stages: Sequence[SourceStage], applications: bool = False, *, claimed: bool = False) -> None:
        self.stages, self.applications, self._claimed = tuple(stages), applications, claimed
        self._terms = {term: f's{place}."{term}"' for place, each in enumerate(stages) for term in each.plain}
        self._terms |= {term: f'p{place}."{term}"' for place, each in enumerate(stages) for term in each.coded}
        for place, each in enumerate(stages):
            if "moved_out" in each.snapshot.card.terms:
                self._terms["left_on"] = f"s{place}.left_on"

    def value(self, term: str) -> str:
        """The value of a term in force exactly once; NULL where no source gives it."""
        return self._terms.get(term, "NULL")

    def rule(self, rule: str) -> str:
        """The SQL condition under which a rule of the table above finds something."""
        return RULE_SQL[rule].format_map(_Values(self))

    def sources(self) -> str:
        """The FROM clause: all points of the part ``$part`` that any source names."""
        first, *others = (f"{each.points} AS s{place}" for place, each in enumerate(self.stages))
        profiles = (
            f'LEFT JOIN "{each.profiles}" AS p{place} ON s{place}.profile = p{place}.profile'
            for place, each in enumerate(self.stages)
            if each.coded
        )
        applied = ["LEFT JOIN (FROM application WHERE part = $part) AS a USING (key)"] if self.applications else []
        claimed = [f"LEFT JOIN {POINTS} AS u USING (key)"] if self._claimed else []
        return " ".join((first, *(f"FULL JOIN {other} USING (key)" for other in others), *applied, *claimed, *profiles))

    def route_b(self, otherwise: str) -> str:
        """The medium that is applied for; ``otherwise`` where there is no application."""
        default = f"'{otherwise}'::ENUM ('none', 'wireless', 'plc')"
        return f"coalesce(a.route_b, {default})" if self.applications else default

    def broken(self) -> str:
        """A number with a bit for each rule of the domain, in the domain's order."""
        owner = [f"s{n}.held" for n, each in enumerate(self.stages) if "contract_number" in each.snapshot.card.terms]
        others = [f"s{n}.held" for n in range(len(self.stages)) if f"s{n}.held" not in owner]
        several = {"two-current-contracts": owner, "two-current-rows": others}
        parts = []
        for place, rule in enumerate(RULES):
            if rule.id in several:
                held = several[rule.id]
                condition = " OR ".join(f"coalesce({each} & {SAYS_SEVERAL} <> 0, FALSE)" for each in held) or "FALSE"
            elif rule.id == "unit-at-two-points":
                condition = "coalesce(u.claimed, FALSE)" if self._claimed else "FALSE"
            else:
                condition = self.rule(rule.id)
            parts.append(f"CASE WHEN {condition} THEN {1 << place} ELSE 0 END")
        return " + ".join(parts)

    def held(self) -> str:
        """A number with the bits of every source that a design needs, one behind another, and of the application."""
        parts = [
            f"(coalesce(s{place}.held, {SAYS_NOTHING})::BIGINT << {offset})"
            for place, offset in self._offsets().items()
        ]
        if self.applications:
            parts.append(f"(coalesce(a.held, 0)::BIGINT << {self._width})")
        return " + ".join(parts)

    def obstacles(self) -> tuple[LinkageObstacle, ...]:
        """What every bit of ``held`` means that holds a design back."""
        found = []
        for place, offset in self._offsets().items():
            card = self.stages[place].snapshot.card
            for bit, (kind, code) in STANDING.items():
                found.append(LinkageObstacle(bit << offset, kind, code, card.id, card.id))
            needed = (term for term in card.terms if term in REQUIRED)
            for number, term in enumerate(needed, offset + FIRST_FACT):
                found.append(LinkageObstacle(1 << number, "missing", "unreadable", term, card.id))
        if self.applications:
            for bit, code in HELD.items():
                found.append(LinkageObstacle(bit << self._width, "missing", code, CARD.id, CARD.id))
        return tuple(found)

    @property
    def ready(self) -> str:
        """The SQL condition that nothing holds a row of ``linked`` back."""
        return f"held & {sum(each.bit for each in self.obstacles())} = 0 AND broken & {BLOCKING} = 0"

    def _offsets(self) -> dict[int, int]:
        """The first bit in ``held`` of each source that a design needs, by its number."""
        found, offset = dict[int, int](), 0
        for place, each in enumerate(self.stages):
            if each.decides:
                found[place] = offset
                offset += FIRST_FACT + len(each.needed)
        return found

    @property
    def _width(self) -> int:
        return sum(FIRST_FACT + len(each.needed) for each in self.stages if each.decides)


BLOCKING = sum(1 << place for place, rule in enumerate(RULES) if rule.weight is ContradictionWeight.BLOCKS)
"""The bits of rules that nobody may decide against."""


class _Values(dict[str, str]):
    def __init__(self, joined: JoinedRow) -> None:
        self._joined = joined

    def __missing__(self, term: str) -> str:
        return self._joined.value(term)
