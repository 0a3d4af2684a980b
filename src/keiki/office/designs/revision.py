"""Whether a design's answer is still right: held against what the sources say and the catalogue in force asks now.

An answer still holds when nothing changed, or when only needs changed and they lead to the same answer: the gate lets
the chosen combination through and the combination that replaces least is the same as before. Anything else reopens it.
What a silent source might say is unknown and disturbs nobody; but nothing new is decided from it either.

A catalogue version that came into force since reaches back only where it must: a design that breaks one of its rules,
or has a unit that it does not name, is reopened; one that merely would be chosen otherwise today stays (ADR 0971).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keiki.domain.linkage.change import DecidedFact, InputComparison, Plain, compare
from keiki.domain.linkage.decision import Blocked
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.linkage.terms import Text
from keiki.domain.selection import NeedsError
from keiki.office.audit.services import Act
from keiki.office.catalogue import NoProposal, OfficeCatalogue
from keiki.office.contracts.services import inputs_for
from keiki.office.contracts.shared_units import with_contracts

from .models import Design
from .services import reopen, stored_inputs


@dataclass(frozen=True)
class Revision:
    """What became of a design's answer. ``unknown``: the sources that could not tell.

    ``broken`` are the rules of the catalogue in force that the design breaks, in words.
    """

    holds: bool
    comparison: InputComparison
    broken: tuple[dict[str, str], ...] = ()

    @property
    def reasons(self) -> list[dict[str, str]]:
        """Each change in words, in both languages, with what it is about and whose record, or which rule, says it."""
        changes = [
            {"subject": each.subject, "source": each.source, "ja": each.message[0], "en": each.message[1]}
            for each in self.comparison.changes
        ]
        return [*changes, *self.broken]

    @property
    def words(self) -> Text:
        """The reasons in one piece, in Japanese and in English."""
        return "".join(each["ja"] for each in self.reasons), " ".join(each["en"] for each in self.reasons)

    @property
    def reason(self) -> str:
        """The reasons in one English sentence, for the audit."""
        return self.words[1]

    @property
    def unknown(self) -> tuple[str, ...]:
        """The sources that could not tell."""
        return self.comparison.unknown


def revise(
    catalogue: OfficeCatalogue, design: Design, linked: LinkedRecord, expected: Mapping[str, Plain] | None = None
) -> Revision:
    """Say whether the design's answer still holds; ``expected`` is what its work order is bringing about."""
    linked = with_contracts(linked)
    told = [DecidedFact(each["fact"], each["value"], each["source"]) for each in design.decided_from]
    owner = linked.owner("contract_number")
    if owner is not None:
        told.append(DecidedFact("contract_number", design.contract.contract_number, owner.source.id))
    comparison = compare(told, linked, expected)
    broken = broken_today(catalogue, design)
    holds = not broken and (not comparison.changes or _same_answer(catalogue, design, comparison))
    return Revision(holds, comparison, broken)


def broken_today(catalogue: OfficeCatalogue, design: Design) -> tuple[dict[str, str], ...]:
    """Return the rules of the catalogue in force that a design breaks, with what it was decided from, in words."""
    if design.combination is None:
        return ()
    named = f"{catalogue.name} {catalogue.version}"
    try:
        verdict = catalogue.check(design.needs, design.combination, design.installed)
    except NeedsError as error:
        found = [{"rule": "NEEDS", "ja": error.sentence.in_language("ja"), "en": error.sentence.in_language("en")}]
    else:
        found = verdict.broken
    return tuple(
        {
            "subject": each["rule"],
            "source": "catalogue",
            "ja": f"適用中のカタログ {named} では認められません: {each['ja']}",
            "en": f"The catalogue in force, {named}, does not allow it: {each['en']}",
        }
        for each in found
    )


def reopen_revised(act: Act, design: Design, revision: Revision, linked: LinkedRecord) -> None:
    """Bring the design back to its designer with the reasons, and with what the sources say now where that is whole."""
    inputs = inputs_for(design.contract, linked)
    fresh: dict[str, Any] = {} if isinstance(inputs, Blocked) else stored_inputs(inputs)
    reopen(act, design, revision.reason, fresh, revision.reasons)


def _same_answer(catalogue: OfficeCatalogue, design: Design, comparison: InputComparison) -> bool:
    if not comparison.only_needs or design.combination is None:
        return False
    needs = comparison.needs_after(design.needs)
    try:
        if not catalogue.check(needs, design.combination, design.installed).ok:
            return False
        before, after = (catalogue.choose(each, design.installed) for each in (design.needs, needs))
    except NeedsError:  # the records ask now for what the catalogue does not know
        return False
    if isinstance(before, NoProposal) or isinstance(after, NoProposal):
        return False
    return before.combination == after.combination
