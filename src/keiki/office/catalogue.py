"""The catalogue in force, read from its folder and compiled once: what the gate and the proposal go by.

Designs keep combinations as ``{kind: unit id}``; the selection room works with unit ids in the catalogue's order of
kinds. This module is where one becomes the other, and where messages become plain values in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from keiki.domain.selection import NoChoice, Selector
from keiki.domain.units import Catalogue, Combination, Unit, Value, read_catalogue
from keiki.office.refusal import Refusal

Texts = dict[str, str]


class NoSuchUnit(Refusal):
    """A unit id that the catalogue does not have, or two units for one place."""

    code = "no_such_unit"


@dataclass(frozen=True)
class GateVerdict:
    """What the gate says of a combination: the broken rules with their messages, and the nearest that breaks none."""

    broken: list[dict[str, Any]]
    repair: dict[str, str] | None

    @property
    def ok(self) -> bool:
        """Whether no rule is broken."""
        return not self.broken


@dataclass(frozen=True)
class Proposal:
    """The best combination and why."""

    combination: dict[str, str]
    reasons: list[dict[str, Any]]
    live_line_work: bool


@dataclass(frozen=True)
class NoProposal:
    """No combination meets the needs: which rules leave none."""

    reasons: list[dict[str, Any]]


@dataclass(frozen=True)
class Alternative:
    """One of the valid combinations. ``cost`` is what it replaces by weight, ``surplus`` what nobody asked for."""

    combination: dict[str, str]
    replaced: tuple[str, ...]
    live_line_kinds: tuple[str, ...]
    cost: int
    surplus: int


@dataclass(frozen=True)
class RuleForCombination:
    """A rule as it is for one combination: physical or not, whether it applies, and the needs that it reads."""

    id: str
    name: Texts
    physical: bool
    applies: bool
    needs: tuple[tuple[str, Value], ...]


class OfficeCatalogue:
    """A catalogue with its compiled table."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._selector = Selector.compile(catalogue)

    @classmethod
    def from_folder(cls, folder: Path) -> OfficeCatalogue:
        """Read every TOML file of ``folder``."""
        return cls(
            read_catalogue({file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.toml"))})
        )

    @property
    def name(self) -> str:
        """The catalogue's name."""
        return self.catalogue.name

    @property
    def version(self) -> str:
        """The catalogue's version."""
        return self.catalogue.version

    @property
    def edition(self) -> str:
        """Name, version, content and period: the same whenever the gate goes by the same."""
        return self.catalogue.edition

    def unit(self, unit_id: str) -> Unit:
        """Return a unit by its id, however it is spelt."""
        found = self.catalogue.units.get(self.catalogue.find_unit(unit_id))
        if found is None:
            raise NoSuchUnit(
                f"ユニット {unit_id} はカタログ {self.name} {self.version} にありません。"
                "カタログのユニットから選んでください",
                f"{unit_id} is not a unit of the catalogue {self.name} {self.version}: choose one of it",
            )
        return found

    def serves(self, needs: Mapping[str, Value], installed: Mapping[str, str]) -> bool:
        """Whether what hangs there meets the needs already."""
        return self.check(needs, installed, installed).ok

    def choose(
        self, needs: Mapping[str, Value], installed: Mapping[str, str], stock: Mapping[str, int] | None = None
    ) -> Proposal | NoProposal:
        """Return the combination that replaces least, or which rules leave none."""
        answer = self._selector.choose(needs, self._combination(installed), stock)
        if isinstance(answer, NoChoice):
            lacking = [_texts("STOCK", self._lacking(unit)) for unit in answer.out_of_stock]
            found = [_texts(" ".join(c.rule_ids), text) for c in answer.conflicts for text in c.messages]
            return NoProposal(lacking + found)
        reasons = [
            {**_texts(rule, name), "kind": reason.kind}
            for reason in answer.reasons
            for rule, name in zip(reason.rule_ids, reason.names, strict=True)
        ]
        return Proposal(self._by_kind(answer.combination), reasons, answer.live_line_work)

    def check(
        self, needs: Mapping[str, Value], combination: Mapping[str, str], installed: Mapping[str, str]
    ) -> GateVerdict:
        """Return every rule that the combination breaks, and the nearest that breaks none."""
        found = self._selector.check(needs, self._combination(combination), self._combination(installed))
        broken: list[dict[str, Any]] = [
            {**_texts(rule.id, rule.message), "kinds": list(rule.kinds)} for rule in found.broken
        ]
        return GateVerdict(broken, self._by_kind(found.repair) if found.repair else None)

    def alternatives(self, needs: Mapping[str, Value], installed: Mapping[str, str], most: int) -> list[Alternative]:
        """Return the best ``most`` of the valid combinations, best first; whether the depot has them is not asked."""
        best = self._selector.choose(needs, self._combination(installed))
        if isinstance(best, NoChoice):
            return []
        return [
            Alternative(
                self._by_kind(each.combination),
                each.replaced,
                each.live_line_kinds,
                each.key.replacement,
                each.key.surplus,
            )
            for each in islice(chain([best], best.alternatives), most)
        ]

    def rules(self, needs: Mapping[str, Value], combination: Mapping[str, str]) -> list[RuleForCombination]:
        """Return every rule in the catalogue's order, with whether it applies to this combination under these needs."""
        applying = self._selector.checker.applying(needs, self._combination(combination))
        return [
            RuleForCombination(
                rule.id,
                dict(rule.names),
                rule.physical,
                rule.id in applying,
                tuple((name, needs[name]) for name in self._selector.compiled.truths[rule.id].need_ids),
            )
            for rule in self.catalogue.rules
        ]

    def replacement_rules(
        self, needs: Mapping[str, Value], combination: Mapping[str, str], installed: Mapping[str, str], kind: str
    ) -> list[Texts]:
        """Return the names of the rules that would be broken besides if the installed unit of ``kind`` stayed."""
        chosen, wall = self._combination(combination), self._combination(installed)
        broken = {rule.id for rule in self._selector.checker.broken(needs, chosen)}
        rules = self._selector.checker.replacement_rules(needs, chosen, wall, kind)
        return [dict(self._selector.compiled.rules[rule].names) for rule in rules if rule not in broken]

    def live_line_work(self, combination: Mapping[str, str], installed: Mapping[str, str]) -> bool:
        """Whether going from ``installed`` to ``combination`` changes what the catalogue calls live-line work."""
        return bool(self.live_line_kinds(combination, installed))

    def live_line_kinds(self, combination: Mapping[str, str], installed: Mapping[str, str]) -> list[str]:
        """The kinds whose change makes it live-line work."""
        return [kind for kind in self.catalogue.kinds if self._is_live_line(kind, combination, installed)]

    def _is_live_line(self, kind: str, combination: Mapping[str, str], installed: Mapping[str, str]) -> bool:
        old, new = installed.get(kind, ""), combination.get(kind, "")
        when = self.catalogue.kinds[kind].live_line_work
        if old == new or when == "never":
            return False
        if isinstance(when, str) or old not in self.catalogue.units:
            return True
        before, after = self.unit(old).attributes, self.unit(new).attributes
        return any(before[name] != after[name] for name in when)

    def by_kind(self, units: Sequence[str]) -> dict[str, str]:
        """Sort unit ids by their kinds; refuse an unknown one and two for one place."""
        found: dict[str, str] = {}
        for unit_id in units:
            unit = self.unit(unit_id)
            if unit.kind in found:
                raise NoSuchUnit(
                    f"{found[unit.kind]} と {unit.id} は同じ場所({unit.kind})に付くユニットです。"
                    "どちらか一つを選んでください",
                    f"{found[unit.kind]} and {unit.id} go to the same place ({unit.kind}): choose one",
                )
            found[unit.kind] = unit.id
        return found

    def _combination(self, units: Mapping[str, str]) -> Combination:
        return Combination(tuple(units.get(kind) for kind in self.catalogue.kinds))

    def _by_kind(self, combination: Combination) -> dict[str, str]:
        return {kind: unit or "" for kind, unit in zip(self.catalogue.kinds, combination, strict=True)}

    def _lacking(self, unit: str) -> Texts:
        return {"ja": f"{unit} は在庫がありません。", "en": f"{unit} is out of stock."}


def _texts(rule: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return a rule's id with its words."""
    return {"rule": rule, "ja": texts["ja"], "en": texts["en"]}
