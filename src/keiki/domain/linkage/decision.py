"""What a design is decided from, or exactly what stands in its way.

The needs of the selection room (``medium``, ``route_b``, ``two_way``, ``phase``, ``capacity``, ``remote_switching``,
``voltage_measurement``, ``rain``) and the installed units are taken from the linked record, and only from rows that are
young enough and do not contradict each other. Otherwise the answer is :class:`Blocked`: every missing, stale and
contradicting thing at once, each with the owner who can put it right. The serial number seen by supervisory control is
required too: without it nobody knows whether the construction records describe the wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from keiki.domain.linkage.contradictions import Contradiction, ContradictionWeight, find_contradictions
from keiki.domain.linkage.record import JST, Fact, LinkedRecord, SourceAnswer, Unavailable
from keiki.domain.linkage.terms import TERMS, Text

Need = str | int | bool

CONTRACT = ("phase", "capacity", "renewable", "remote_switching")
PLACE = ("medium", "rain", "voltage_measurement")
INSTALLED = {
    "communication": "communication_unit",
    "metering": "metering_unit",
    "option": "option_unit",
    "cover": "cover_unit",
}
NEEDS: Mapping[str, tuple[Need, ...]] = {
    "medium": TERMS["medium"].choices,
    "route_b": TERMS["communication_route_b"].choices,
    "two_way": (False, True),
    "phase": TERMS["phase"].choices,
    "capacity": (),
    "remote_switching": (False, True),
    "voltage_measurement": (False, True),
    "rain": (False, True),
}
"""The needs that are stated, with the values that the records may hold; none listed: whatever the contract says."""
APPLIED_FOR = ("route_b", "two_way")
"""The needs that come from the application; every other one is the term of its name."""
SERIALS = ("communication_serial", "metering_serial", "seen_communication_serial")
REQUIRED = (*CONTRACT, *PLACE, *INSTALLED.values(), *SERIALS)
NOBODY: Text = ("(どの台帳にも設定されていません)", "(no source is configured for it)")


@dataclass(frozen=True)
class RouteBApplication:
    """What the customer asks for. ``route_b``: the medium applied for, or "none"; ``None``: the present service stays.

    ``present_route_b`` is the medium of the route-B service the customer already has. ``renewable``: applies for
    renewable interconnection now (a contract that has it already needs no application).
    """

    route_b: str | None = None
    present_route_b: str = "none"
    renewable: bool = False


@dataclass(frozen=True)
class DecisionProblem:
    """One thing that stands in the way: what, whose, and in words. ``code`` is stable, for tests and statistics."""

    code: str
    subject: str
    source: str
    owner: Text
    message: Text


@dataclass(frozen=True)
class Blocked:
    """Why nothing may be decided now."""

    missing: tuple[DecisionProblem, ...]
    stale: tuple[DecisionProblem, ...]
    contradicting: tuple[DecisionProblem, ...]

    @property
    def problems(self) -> tuple[DecisionProblem, ...]:
        """Everything that stands in the way."""
        return self.missing + self.stale + self.contradicting


@dataclass(frozen=True)
class DecisionInputs:
    """What a design is decided from: needs, installed unit ids by kind, the facts behind them, and what to note."""

    needs: Mapping[str, Need]
    installed: Mapping[str, str]
    basis: tuple[Fact, ...]
    notes: tuple[Contradiction, ...]


def decision_inputs(record: LinkedRecord, application: RouteBApplication) -> DecisionInputs | Blocked:
    """Return the inputs of a design decision at the record's supply point, or everything that stands in its way."""
    contradictions = find_contradictions(record)
    blocked = Blocked(
        missing=tuple(_missing(record)),
        stale=tuple(_stale(record)),
        contradicting=tuple(_contradicting(record, contradictions)),
    )
    if blocked.problems:
        return blocked
    facts = {term: _fact(record, term) for term in REQUIRED}
    return DecisionInputs(
        needs=MappingProxyType(_needs(facts, application)),
        installed=MappingProxyType({kind: str(facts[term].value) for kind, term in INSTALLED.items()}),
        basis=tuple(facts.values()),
        notes=tuple(found for found in contradictions if found.weight is ContradictionWeight.NOTE),
    )


def _needs(facts: Mapping[str, Fact], application: RouteBApplication) -> dict[str, Need]:
    def value(term: str) -> Need:
        found = facts[term].value
        if not isinstance(found, (str, int)):
            raise TypeError(f"the term {term!r} holds no need")
        return found

    route_b = application.present_route_b if application.route_b is None else application.route_b
    applied_for: dict[str, Need] = {"route_b": route_b, "two_way": bool(value("renewable")) or application.renewable}
    return {need: applied_for[need] if need in APPLIED_FOR else value(need) for need in NEEDS}


def _fact(record: LinkedRecord, term: str) -> Fact:
    fact = record.only(term)
    if fact is None:
        raise LookupError(f"the term {term!r} was found complete and then missing")
    return fact


def _missing(record: LinkedRecord) -> Iterable[DecisionProblem]:
    """Whole sources first (unavailable, silent about the point, or with a row that may be in force and cannot be read);
    then the single facts of rows that answered."""
    silent: set[str] = set()
    for term in REQUIRED:
        answer = record.owner(term)
        if answer is None:
            text = (f"{TERMS[term].ja}の出所が設定されていません。", f"{TERMS[term].en}: no source is configured.")
            yield DecisionProblem("not-configured", term, "", NOBODY, text)
            continue
        if isinstance(answer.outcome, Unavailable) or not answer.current_rows():
            if answer.source.id not in silent:
                silent.add(answer.source.id)
                yield _silent(answer)
            continue
        if answer.doubts and answer.source.id not in silent:
            silent.add(answer.source.id)
            yield _doubtful(answer)
        if any(term not in row.facts for row in answer.current_rows()):
            yield _unread(answer, term)
    if unsearched := record.shared.silent:
        source = unsearched.source
        yield DecisionProblem("unsearched", source, source, unsearched.owner, unsearched.words)


def _silent(answer: SourceAnswer) -> DecisionProblem:
    source, outcome = answer.source, answer.outcome
    (ja, en), id_ = source.owner, source.id
    if isinstance(outcome, Unavailable):
        since = outcome.since.astimezone(JST).isoformat(sep=" ", timespec="minutes")
        text = (
            f"{ja}は{since}から応答がありません: {outcome.reason[0]}",
            f"{en} has been unavailable since {since}: {outcome.reason[1]}",
        )
        return DecisionProblem("unavailable", id_, id_, source.owner, text)
    if answer.rejects:
        return _doubtful(answer)
    if answer.rows:
        text = (f"{ja}に有効な記録がありません(すべて終了)。", f"{en} has no record in force: all have ended.")
        return DecisionProblem("ended", id_, id_, source.owner, text)
    text = (f"{ja}にこの供給地点の記録がありません。", f"{en} has no record of this supply point.")
    return DecisionProblem("unknown-point", id_, id_, source.owner, text)


def _doubtful(answer: SourceAnswer) -> DecisionProblem:
    """Say that a row cannot be read, so that nobody knows what is in force."""
    id_, why = answer.source.id, (answer.doubts or answer.rejects)[0]
    return DecisionProblem("unreadable", id_, id_, answer.source.owner, why.reason)


def _unread(answer: SourceAnswer, term: str) -> DecisionProblem:
    ja, en = answer.source.owner
    why = next((reject for reject in answer.rejects if term in reject.terms), None)
    text = (
        f"{ja}の{TERMS[term].ja}が読めません" + (f": {why.reason[0]}" if why else "。"),
        f"{en} does not give a readable value for: {TERMS[term].en}" + (f". {why.reason[1]}" if why else "."),
    )
    return DecisionProblem("unreadable" if why else "absent", term, answer.source.id, answer.source.owner, text)


def _stale(record: LinkedRecord) -> Iterable[DecisionProblem]:
    for answer in record.answers:
        source = answer.source
        if not set(source.terms) & set(REQUIRED):
            continue
        (ja, en), hours = source.owner, source.max_age.total_seconds() / 3600
        for row in answer.current_rows():
            as_of = row.as_of.astimezone(JST).isoformat(sep=" ", timespec="minutes")
            if answer.is_stale(row):
                text = (
                    f"{ja}の記録は{as_of}時点で、許容({hours:g}時間)より古いです。更新を依頼してください。",
                    f"{en}'s record is as of {as_of}, older than the {hours:g} h allowed: ask for an update.",
                )
                yield DecisionProblem("stale", source.id, source.id, source.owner, text)
            elif answer.is_ahead(row):
                text = (
                    f"{ja}の基準時刻{as_of}が未来です。時計または形式を確認してください。",
                    f"{en}'s as-of time {as_of} lies in the future: its clock or its configured format is wrong.",
                )
                yield DecisionProblem("ahead", source.id, source.id, source.owner, text)


def _contradicting(record: LinkedRecord, contradictions: Iterable[Contradiction]) -> Iterable[DecisionProblem]:
    for found in contradictions:
        if found.weight is ContradictionWeight.BLOCKS:
            owners = [record.answer(source).source.owner for source in found.sources]
            owner = (" / ".join(ja for ja, _ in owners), " / ".join(en for _, en in owners))
            yield DecisionProblem(found.rule, found.rule, " ".join(found.sources), owner, found.message)
