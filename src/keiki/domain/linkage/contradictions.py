"""The rules that tell when the owners' records do not agree, as a table.

A rule names the terms it looks at and, given a linked record, returns the facts that do not agree (none: all is well,
or there is too little to tell). *Blocks* means that one of two owners must be wrong and nobody may decide until they
have settled it. *Note* means that the records agree on something unusual which the design itself settles:

* a one-way meter under a renewable contract is a need (two-way units), not an error of anybody's record;
* a contract changed after the units were installed explains units of another phase or capacity: again a need. The same
  difference under a contract older than the installation has no such explanation, and blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from keiki.domain.linkage.record import JST, Fact, LinkedRecord, SourceAnswer
from keiki.domain.linkage.shared_units import SERIAL_TERMS
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.linkage.terms import Text


class ContradictionWeight(StrEnum):
    """What a contradiction does to a decision."""

    BLOCKS = "blocks"
    NOTE = "note"


@dataclass(frozen=True)
class Contradiction:
    """A rule that found something, with the facts it found."""

    rule: str
    weight: ContradictionWeight
    message: Text
    facts: tuple[Fact, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources whose facts do not agree, each once."""
        return tuple(dict.fromkeys(fact.source for fact in self.facts))


@dataclass(frozen=True)
class ContradictionRule:
    """A rule of the table below. ``details`` says more about a record that breaks it, behind the rule's own words."""

    id: str
    weight: ContradictionWeight
    ja: str
    en: str
    find: Callable[[LinkedRecord], tuple[Fact, ...]]
    details: Callable[[LinkedRecord], Text] = lambda record: ("", "")

    def words(self, record: LinkedRecord) -> Text:
        """What is said of ``record``, which breaks the rule."""
        ja, en = self.details(record)
        return self.ja + ja, f"{self.en} {en}" if en else self.en


def find_contradictions(record: LinkedRecord) -> tuple[Contradiction, ...]:
    """Apply every rule of :data:`RULES` in order; rows that do not answer a rule's question break no rule."""
    found = ((rule, rule.find(record)) for rule in RULES)
    return tuple(Contradiction(rule.id, rule.weight, rule.words(record), facts) for rule, facts in found if facts)


def _pair(record: LinkedRecord, left: str, right: str) -> tuple[Fact, Fact] | None:
    """Return both facts if each is in force exactly once and has a value, else ``None``."""
    a, b = record.only(left), record.only(right)
    return (a, b) if a and b and a.value is not None and b.value is not None else None


def _differ(left: str, right: str) -> Callable[[LinkedRecord], tuple[Fact, ...]]:
    def find(record: LinkedRecord) -> tuple[Fact, ...]:
        pair = _pair(record, left, right)
        return pair if pair and pair[0].value != pair[1].value else ()

    return find


def _serials_differ(record: LinkedRecord) -> tuple[Fact, ...]:
    """Serial numbers of two units; two spellings of one number are the same unit."""
    pair = _differ("communication_serial", "seen_communication_serial")(record)
    return pair if len({unit_number(str(fact.value)) for fact in pair}) > 1 else ()


def _units_unlike_contract(*, explained: bool) -> Callable[[LinkedRecord], tuple[Fact, ...]]:
    """Metering unit of another phase or capacity; explained when the contract is younger than the installation."""

    def find(record: LinkedRecord) -> tuple[Fact, ...]:
        facts = _differ("phase", "metering_phase")(record) + _differ("capacity", "metering_capacity")(record)
        dates = _pair(record, "contract_since", "installed_on")
        younger = dates is not None and _day(dates[0]) > _day(dates[1])
        return facts + (dates or ()) if facts and younger == explained else ()

    return find


def _day(fact: Fact) -> date:
    if not isinstance(fact.value, date):
        raise TypeError(f"the term {fact.name!r} is a date")
    return fact.value


def _several_in_force(answer: SourceAnswer, shown: str) -> tuple[Fact, ...]:
    """Return one fact of each row in force (``shown`` where the row has it) if there are several rows."""
    rows = answer.current_rows()
    if len(rows) < 2:
        return ()
    return tuple(row.facts.get(shown) or next(iter(row.facts.values())) for row in rows if row.facts)


def _two_contracts(record: LinkedRecord) -> tuple[Fact, ...]:
    owner = record.owner("contract_number")
    return _several_in_force(owner, "contract_number") if owner else ()


def _two_rows(record: LinkedRecord) -> tuple[Fact, ...]:
    others = (answer for answer in record.answers if "contract_number" not in answer.source.terms)
    return tuple(fact for answer in others for fact in _several_in_force(answer, ""))


def _read_after_move_out(record: LinkedRecord) -> tuple[Fact, ...]:
    reading, owner = record.only("last_reading"), record.owner("moved_out")
    if reading is None or owner is None or not isinstance(reading.value, datetime) or owner.current_rows():
        return ()
    read_on = reading.value.astimezone(JST).date()
    ends = [row.facts["moved_out"] for row in owner.rows if "moved_out" in row.facts]
    if ends and all(isinstance(end.value, date) and end.value < read_on for end in ends):
        return (*ends, reading)
    return ()


def _one_way_for_renewable(record: LinkedRecord) -> tuple[Fact, ...]:
    renewable = record.only("renewable")
    if renewable is None or renewable.value is not True:
        return ()
    units = (record.only("metering_two_way"), record.only("communication_two_way"))
    one_way = tuple(unit for unit in units if unit is not None and unit.value is False)
    return (renewable, *one_way) if one_way else ()


def _route_b_halves(record: LinkedRecord) -> tuple[Fact, ...]:
    pair = _pair(record, "communication_route_b", "metering_route_b")
    return pair if pair and (pair[0].value != "none") != pair[1].value else ()


def _at_two_points(record: LinkedRecord) -> tuple[Fact, ...]:
    """Facts in force whose unit another supply point's construction record, or live contract, names too."""
    named = {(each.term, unit_number(each.serial)) for each in record.shared.named}
    facts = (fact for term in SERIAL_TERMS for fact in record.current(term))
    return tuple(fact for fact in facts if (fact.name, unit_number(str(fact.value))) in named)


def _where_else(record: LinkedRecord) -> Text:
    words = [each.words for each in record.shared.named]
    return "".join(ja for ja, _ in words), " ".join(en for _, en in words)


B, N = ContradictionWeight.BLOCKS, ContradictionWeight.NOTE

RULES: tuple[ContradictionRule, ...] = (
    ContradictionRule(
        "two-current-contracts",
        B,
        "同じ供給地点に有効な契約が二つ以上あります。",
        "More than one contract is in force at this supply point.",
        _two_contracts,
    ),
    ContradictionRule(
        "two-current-rows",
        B,
        "同じ供給地点について一つの台帳に有効な記録が二つ以上あります。",
        "One source holds more than one record in force for this supply point.",
        _two_rows,
    ),
    ContradictionRule(
        "read-after-move-out",
        B,
        "契約は転居で終了していますが、その後も検針されています。",
        "Every contract ended by a move-out, yet the meter was read after that.",
        _read_after_move_out,
    ),
    ContradictionRule(
        "serial-differs",
        B,
        "工事記録と監視制御で通信ユニットの製造番号が異なります。",
        "Construction records and supervisory control name different communication units.",
        _serials_differ,
    ),
    ContradictionRule(
        "unit-at-two-points",
        B,
        "同じ製造番号のユニットが、ほかの供給地点にも記録されています。どちらかの記録を訂正してもらってください。",
        "A unit with the same serial number is recorded at another supply point too: have one record corrected.",
        _at_two_points,
        _where_else,
    ),
    ContradictionRule(
        "units-unlike-contract",
        B,
        "設置後に契約変更がないのに、計量ユニットの相線式または容量が契約と異なります。",
        "The metering unit's phase or capacity differs from the contract, which is older than the installation.",
        _units_unlike_contract(explained=False),
    ),
    ContradictionRule(
        "one-way-unit-with-two-way-unit",
        B,
        "工事記録では通信ユニットと計量ユニットの計量方向が異なり、実際には組み合わせられません。",
        "The recorded communication and metering unit measure in different directions: they do not plug together.",
        _differ("communication_two_way", "metering_two_way"),
    ),
    ContradictionRule(
        "route-b-halves",
        B,
        "工事記録では通信ユニットと計量ユニットの一方だけがBルート対応で、実際には組み合わせられません。",
        "Only one of the recorded communication and metering unit serves route B: they do not plug together.",
        _route_b_halves,
    ),
    ContradictionRule(
        "contract-changed-since",
        N,
        "設置後に契約が変わり、計量ユニットの相線式または容量が契約と異なります。設計で交換します。",
        "The contract changed after the installation; its phase or capacity asks for another metering unit.",
        _units_unlike_contract(explained=True),
    ),
    ContradictionRule(
        "one-way-for-renewable",
        N,
        "再エネ連系の契約ですが、単方向計量のユニットが設置されています。設計で双方向に交換します。",
        "The contract has renewable interconnection, the installed units measure one way: the design replaces them.",
        _one_way_for_renewable,
    ),
    ContradictionRule(
        "medium-unlike-place",
        N,
        "設置済み通信ユニットのAルート方式が場所の方式と異なります。設計で交換します。",
        "The installed communication unit's route-A medium is not the place's: the design replaces it.",
        _differ("medium", "communication_medium"),
    ),
)
