"""What has changed since a decision was made: the facts it was made from against what the owners say now.

Order does not matter here: only what the decision knew and what stands in the records now are compared, fact by fact. A
source that is silent, old or unreadable now says nothing, so it changes nothing (*unknown*); a contract that ended, a
record that is gone and records that contradict each other do. What a work order is just building in is *expected*: the
wall may show it in one owner's records before the other's, and before the visit's result is in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from keiki.domain.linkage.contradictions import ContradictionWeight, find_contradictions
from keiki.domain.linkage.decision import CONTRACT, INSTALLED, PLACE, Need
from keiki.domain.linkage.record import JST, Fact, LinkedRecord, SourceAnswer, Unavailable
from keiki.domain.linkage.shared_units import UNIT_NUMBERS
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.linkage.terms import TERMS, Text, Value

Plain = str | int | bool | None
NEEDS_OF = {"renewable": "two_way", **{term: term for term in (*CONTRACT, *PLACE) if term != "renewable"}}
"""Which need each fact of contract and place decides."""


@dataclass(frozen=True)
class DecidedFact:
    """A fact as a decision kept it: dates and times as ISO 8601 text."""

    name: str
    value: Plain
    source: str


@dataclass(frozen=True)
class InputChange:
    """One thing that is no longer as the decision knew it. ``subject`` is a term, or the rule that contradicts.

    ``after`` is ``None`` where nothing is in force any more. ``as_of`` is the owner's time of the new fact.
    """

    subject: str
    source: str
    before: Plain
    after: Plain
    as_of: datetime | None
    message: Text

    @property
    def need(self) -> str | None:
        """The need that another value decides; ``None`` where the change is not one of a need."""
        return NEEDS_OF.get(self.subject) if self.after is not None else None


@dataclass(frozen=True)
class InputComparison:
    """What changed, and the sources that cannot tell now."""

    changes: tuple[InputChange, ...]
    unknown: tuple[str, ...]

    def needs_after(self, before: Mapping[str, Need]) -> Mapping[str, Need]:
        """Return the needs with every changed one in its new value."""
        changed = {change.need: change.after for change in self.changes if change.need and change.after is not None}
        return MappingProxyType({**before, **changed})

    @property
    def only_needs(self) -> bool:
        """Whether nothing but needs changed, so that the same answer may still be right."""
        return all(change.need for change in self.changes)


def plain(value: Value) -> Plain:
    """Return a fact's value as a decision keeps it."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def compare(
    told: Sequence[DecidedFact], record: LinkedRecord, expected: Mapping[str, Plain] | None = None
) -> InputComparison:
    """Hold ``record`` against what a decision was told; ``expected`` is what its work order brings about."""
    known = {
        fact.name: {_compared(fact.name, fact.value), _compared(fact.name, (expected or {}).get(fact.name, fact.value))}
        for fact in told
    }
    changes: list[InputChange] = []
    unknown: list[str] = []
    gone: set[str] = set()
    for fact in told:
        answer = record.owner(fact.name)
        if answer is None or _silent(answer, fact.name):
            unknown.append(fact.source)
        elif not answer.current_rows():
            if answer.source.id not in gone:
                gone.add(answer.source.id)
                changes.append(_gone(answer))
        elif (now := record.only(fact.name)) is not None and _compared_fact(now) not in known[fact.name]:
            changes.append(_changed(answer, fact, now))
    changes += _contradictions(record, known)
    return InputComparison(tuple(changes), tuple(dict.fromkeys(unknown)))


def _compared(term: str, value: Plain) -> Plain:
    """Return what two spellings of one value have in common: a unit's serial number is written in many ways."""
    return unit_number(value) if term in UNIT_NUMBERS and isinstance(value, str) else value


def _compared_fact(fact: Fact) -> Plain:
    return _compared(fact.name, plain(fact.value))


def expected_facts(lines: Iterable[Mapping[str, str]]) -> dict[str, Plain]:
    """Return what the records will say once a work order's lines (``kind``, ``new``, ``new_serial``) are built in."""
    found: dict[str, Plain] = {}
    for line in lines:
        kind = line["kind"]
        found[INSTALLED[kind]] = line["new"]
        if line["new_serial"] and f"{kind}_serial" in TERMS:
            found[f"{kind}_serial"] = line["new_serial"]
            if kind == "communication":
                found["seen_communication_serial"] = line["new_serial"]
    return found


def _silent(answer: SourceAnswer, term: str) -> bool:
    """Whether the source cannot be taken at its word now: unavailable, unreadable, too old, or from the future."""
    rows = answer.current_rows()
    if isinstance(answer.outcome, Unavailable) or any(answer.is_stale(row) or answer.is_ahead(row) for row in rows):
        return True
    if answer.doubts or (not rows and answer.rejects):
        return True
    return any(term not in row.facts for row in rows)


def _gone(answer: SourceAnswer) -> InputChange:
    (ja, en), ended = answer.source.owner, bool(answer.rows)
    text = (
        (f"{ja}の記録はすべて終了しました。", f"{en}: every record has ended.")
        if ended
        else (f"{ja}にこの供給地点の記録がなくなりました。", f"{en}: its record of this supply point is gone.")
    )
    return InputChange("ended" if ended else "unknown-point", answer.source.id, None, None, answer.as_of, text)


def _changed(answer: SourceAnswer, fact: DecidedFact, now: Fact) -> InputChange:
    term, (ja, en) = TERMS[fact.name], answer.source.owner
    before, after = _word(fact.value), _word(plain(now.value))
    as_of = now.as_of.astimezone(JST).isoformat(sep=" ", timespec="minutes")
    text = (
        f"{term.ja}が「{before[0]}」から「{after[0]}」に変わりました({ja}、{as_of}時点)。",
        f"{term.en} changed from {before[1]} to {after[1]} ({en}, as of {as_of}).",
    )
    return InputChange(fact.name, fact.source, fact.value, plain(now.value), now.as_of, text)


def _word(value: Plain) -> Text:
    if value is None:
        return ("なし", "none")
    if isinstance(value, bool):
        return ("はい", "yes") if value else ("いいえ", "no")
    return (str(value), str(value))


def _contradictions(record: LinkedRecord, known: Mapping[str, set[Plain]]) -> Iterable[InputChange]:
    """Blocking contradictions, but for those between what was known and what is expected: one owner is only faster."""
    for found in find_contradictions(record):
        foreseen = all(_compared_fact(fact) in known.get(fact.name, ()) for fact in found.facts)
        if found.weight is ContradictionWeight.BLOCKS and not (foreseen and found.rule == "serial-differs"):
            yield InputChange(found.rule, " ".join(found.sources), None, None, None, found.message)
