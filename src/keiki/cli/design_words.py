"""What ``keiki design`` says of choices and checks, in Japanese and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from keiki.cli.catalogue_files import written
from keiki.cli.language import Language
from keiki.domain.selection import Check, Choice, NoChoice
from keiki.domain.units import Catalogue

_WORDS = {
    "replaced": {"ja": "取替", "en": "replaced"},
    "kept": {"ja": "流用", "en": "kept"},
    "nothing": {"ja": "なし", "en": "nothing"},
    "live-line": {"ja": "活線作業", "en": "live-line work"},
    "order": {"ja": "カタログの順", "en": "the catalogue's order"},
    "not offered": {"ja": "在庫切れのため提示なし", "en": "out of stock, so not offered"},
    "or": {"ja": "代替", "en": "or"},
    "none": {"ja": "提示できる組合せがありません", "en": "nothing can be offered"},
    "lacking": {"ja": "在庫切れ", "en": "out of stock"},
    "with them": {"ja": "在庫があれば", "en": "with them"},
    "fine": {"ja": "不適合はありません", "en": "no rule is broken"},
    "broken": {"ja": "件の不適合", "en": " broken"},
    "repair": {"ja": "最小の修正", "en": "nearest that is valid"},
}


class Words:
    """Says answers in one language, with the catalogue's names of kinds."""

    def __init__(self, catalogue: Catalogue, language: Language) -> None:
        self._catalogue, self._language = catalogue, language.value

    def choice(self, choice: Choice, alternatives: int) -> Iterator[str]:
        """The lines that tell a choice and some of its alternatives."""
        yield str(choice.combination)
        replaced, kept = self._kinds(choice.replaced), self._kinds(choice.kept)
        yield f"  {self._word('replaced')}: {replaced}; {self._word('kept')}: {kept}"
        yield f"  {self._word('live-line')}: {self._kinds(choice.live_line_kinds)}"
        for reason in choice.reasons:
            rules = zip(reason.rule_ids, reason.names, strict=True)
            named = "; ".join(f"{id_} {names[self._language]}" for id_, names in rules)
            yield f"  {self._kinds((reason.kind,))}: {named or self._word('order')}"
        if choice.out_of_stock:
            yield f"  {self._word('not offered')}: {', '.join(choice.out_of_stock)}"
        for other in islice(choice.alternatives, alternatives):
            yield f"  {self._word('or')} {other.combination} ({self._word('replaced')}: {self._kinds(other.replaced)})"

    def no_choice(self, answer: NoChoice) -> Iterator[str]:
        """The lines that tell why nothing can be offered."""
        yield self._word("none")
        if answer.without_stock:
            lacking, best = ", ".join(answer.out_of_stock), answer.without_stock.combination
            yield f"  {self._word('lacking')}: {lacking}; {self._word('with them')}: {best}"
        for conflict in answer.conflicts:
            needs = ", ".join(f"{name}={written(value)}" for name, value in conflict.needs.items())
            yield f"  {needs} ({', '.join(conflict.rule_ids)})"
            for message in conflict.messages:
                yield f"    {message[self._language]}"

    def check(self, found: Check) -> Iterator[str]:
        """The lines that tell what a combination breaks."""
        yield self._word("fine") if found.ok else f"{len(found.broken)}{self._word('broken')}:"
        for rule in found.broken:
            yield f"  {rule.id} ({self._kinds(rule.kinds)}): {rule.message[self._language]}"
        if found.repair:
            yield f"  {self._word('repair')}: {found.repair}"

    def _kinds(self, kinds: Iterable[str]) -> str:
        named = [self._catalogue.kinds[kind].names[self._language] for kind in kinds]
        return ("、" if self._language == "ja" else ", ").join(named) or self._word("nothing")

    def _word(self, word: str) -> str:
        return _WORDS[word][self._language]
