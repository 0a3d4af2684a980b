"""What ``keiki design`` says of choices and checks, in Japanese and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from keiki.domain.selection import Check, Choice, NoChoice
from keiki.domain.units import Catalogue, Sayings, Sentence, written
from keiki.foundation.program.language import Language

say = Sayings(
    {
        # answers
        "replaced": ("取替: {kinds}", "replaced: {kinds}"),
        "kept": ("流用: {kinds}", "kept: {kinds}"),
        "nothing": ("なし", "nothing"),
        "live-line": ("  活線作業: {kinds}", "  live-line work: {kinds}"),
        "order": ("カタログの順", "the catalogue's order"),
        "not-offered": ("  在庫切れのため提示なし: {units}", "  out of stock, so not offered: {units}"),
        "or": ("  代替 {combination} ({replaced})", "  or {combination} ({replaced})"),
        "none": ("提示できる組合せがありません", "nothing can be offered"),
        "lacking": (
            "  在庫切れ: {units}; 在庫があれば: {combination}",
            "  out of stock: {units}; with them: {combination}",
        ),
        "fine": ("不適合はありません", "no rule is broken"),
        "broken": ("{count}件の不適合:", "{count} broken:"),
        "repair": ("  最小の修正: {combination}", "  nearest that is valid: {combination}"),
        "bulk-done": (
            "{rows}行: 組合せあり {chosen}、満たす組合せなし {unsatisfied}、却下 {rejected}({file})",
            "{rows} in all: {chosen} with a choice, {unsatisfied} that nothing meets, {rejected} rejected ({file})",
        ),
        "bulk-unknown": (
            "設置済みユニットがカタログにない箇所が{count}件あり、取替えとして扱いました。idを確かめてください:",
            "installed units that are not in the catalogue and are replaced: {count}; check their ids:",
        ),
        "bulk-unknown-unit": (
            "  {column} の {unit}(該当する行数: {count})",
            "  {unit} in {column} (number of rows: {count})",
        ),
        "bulk-unknown-more": ("  ほかに{count}種類のid", "  more ids: {count}"),
        "bulk-stopped": ("中止しました。結果は書き出していません", "stopped: no result was written"),
        "designing": ("設計中", "designing"),
        "unproved": (
            "{depot}: 最良と証明できる前に時間切れになりました。--seconds を増やしてください",
            "{depot}: time ran out before this was proved best; give more --seconds",
        ),
        # what is typed
        "no-value": (
            "「{pair}」には値がありません。要件は medium=rf のように書いてください",
            "“{pair}” has no value: write needs as medium=rf",
        ),
        "need-twice": (
            "要件「{need}」が2回指定されています。一方だけにしてください",
            "need “{need}” is given twice: keep one",
        ),
        "unknown-installed": (
            "注意: 既設の {units} はその種別のユニットとしてカタログにないため、不明として取替えにします。"
            "idを確かめてください",
            "note: {units} that hangs is not in the catalogue as a unit of its kind and is taken as not known: "
            "check the id",
        ),
        "unknown-in-stock": (
            "注意: 在庫の {units} はカタログにないため、使われません。idを確かめてください",
            "note: {units} in stock is not in the catalogue and is not used: check the id",
        ),
        "no-bulk": (
            "一括設計には {name} が必要です。keiki[bulk] をインストールしてください",
            "bulk design needs {name}: install keiki[bulk]",
        ),
        # files of stock and jobs
        "not-json": ("{file} はJSONではありません({why})", "{file} is not JSON: {why}"),
        "stock-shape": (
            "{file} には、ユニットidと0以上の整数の在庫数を {example} の形で書いてください",
            "{file} must map unit ids to whole numbers from 0, as {example}",
        ),
        "in-line": ("{file} の{line}行目: {why}", "{file}, line {line}: {why}"),
        "unit-twice": (
            "{file} にユニット「{unit}」が2回あります(表記の違いは同じとみなします)。一方だけにしてください",
            "{file} lists unit “{unit}” twice, in whatever spelling: keep one",
        ),
        "empty": ("{column}が空です", "{column} is empty"),
        "no-number": ("{column}の{text}は整数ではありません", "{column} {text} is no whole number"),
        "priority-zero": (
            "priorityは1から数えます(1が最優先)。1以上の整数を書いてください",
            "priority counts from 1, which comes first: write 1 or more",
        ),
        "no-day": (
            "日付の{text}は 2016-04-01 の形ではありません",
            "date {text} is not a day such as 2016-04-01",
        ),
        "stock-twice": (
            "営業所「{depot}」のユニット「{unit}」が2回あります。一方だけにしてください",
            "unit “{unit}” of depot “{depot}” is listed twice: keep one",
        ),
        "no-jobs": ("注意: {file} に作業がありません", "note: {file} lists no jobs"),
        "no-stock-there": (
            "注意: {depots} の在庫が {file} にないため、在庫なしとして扱います",
            "note: {file} lists no stock of {depots}, which is taken as having none",
        ),
    }
)


class Words:
    """Says answers in one language, with the catalogue's names of kinds."""

    def __init__(self, catalogue: Catalogue, language: Language) -> None:
        self._catalogue, self._language = catalogue, language.value

    def choice(self, choice: Choice, alternatives: int) -> Iterator[str]:
        """The lines that tell a choice and some of its alternatives."""
        yield str(choice.combination)
        yield f"  {self._said('replaced', choice.replaced)}; {self._said('kept', choice.kept)}"
        yield self._said("live-line", choice.live_line_kinds)
        for reason in choice.reasons:
            rules = zip(reason.rule_ids, reason.names, strict=True)
            named = "; ".join(f"{id_} {names[self._language]}" for id_, names in rules)
            yield f"  {self._kinds((reason.kind,))}: {named or self._text(say('order'))}"
        if choice.out_of_stock:
            yield self._text(say("not-offered", units=choice.out_of_stock))
        for other in islice(choice.alternatives, alternatives):
            replaced = self._said("replaced", other.replaced)
            yield self._text(say("or", combination=str(other.combination), replaced=replaced))

    def no_choice(self, answer: NoChoice) -> Iterator[str]:
        """The lines that tell why nothing can be offered."""
        yield self._text(say("none"))
        if answer.without_stock:
            best = str(answer.without_stock.combination)
            yield self._text(say("lacking", units=answer.out_of_stock, combination=best))
        for conflict in answer.conflicts:
            needs = ", ".join(f"{name}={written(value)}" for name, value in conflict.needs.items())
            yield f"  {needs} ({', '.join(conflict.rule_ids)})"
            for message in conflict.messages:
                yield f"    {message[self._language]}"

    def check(self, found: Check) -> Iterator[str]:
        """The lines that tell what a combination breaks."""
        yield self._text(say("fine") if found.ok else say("broken", count=len(found.broken)))
        for rule in found.broken:
            yield f"  {rule.id} ({self._kinds(rule.kinds)}): {rule.message[self._language]}"
        if found.repair:
            yield self._text(say("repair", combination=str(found.repair)))

    def _said(self, code: str, kinds: Iterable[str]) -> str:
        return self._text(say(code, kinds=self._kinds(kinds)))

    def _kinds(self, kinds: Iterable[str]) -> str:
        named = [self._catalogue.kinds[kind].names[self._language] for kind in kinds]
        return ("、" if self._language == "ja" else ", ").join(named) or self._text(say("nothing"))

    def _text(self, sentence: Sentence) -> str:
        return sentence.text(self._language)
