"""What ``keiki design`` says of choices and checks, in Japanese and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from keiki.domain.selection import Choice, CombinationCheck, NoChoice
from keiki.domain.units import Catalogue, SentenceTable, written
from keiki.foundation.program.language import Language
from keiki.foundation.text.bilingual import Bilingual

say = SentenceTable(
    {
        # answers
        "replaced": Bilingual(ja="取替: {kinds}", en="replaced: {kinds}"),
        "kept": Bilingual(ja="流用: {kinds}", en="kept: {kinds}"),
        "nothing": Bilingual(ja="なし", en="nothing"),
        "live-line": Bilingual(ja="  活線作業: {kinds}", en="  live-line work: {kinds}"),
        "order": Bilingual(ja="カタログの順", en="the catalogue's order"),
        "not-offered": Bilingual(ja="  在庫切れのため提示なし: {units}", en="  out of stock, so not offered: {units}"),
        "or": Bilingual(ja="  代替 {combination} ({replaced})", en="  or {combination} ({replaced})"),
        "none": Bilingual(ja="提示できる組合せがありません", en="nothing can be offered"),
        "lacking": Bilingual(
            ja="  在庫切れ: {units}; 在庫があれば: {combination}",
            en="  out of stock: {units}; with them: {combination}",
        ),
        "fine": Bilingual(ja="不適合はありません", en="no rule is broken"),
        "broken": Bilingual(ja="{count}件の不適合:", en="{count} broken:"),
        "repair": Bilingual(ja="  最小の修正: {combination}", en="  nearest that is valid: {combination}"),
        "bulk-done": Bilingual(
            ja="{rows}行: 組合せあり {chosen}、満たす組合せなし {unsatisfied}、却下 {rejected}({file})",
            en="{rows} in all: {chosen} with a choice, {unsatisfied} that nothing meets, {rejected} rejected ({file})",
        ),
        "bulk-unknown": Bilingual(
            ja="設置済みユニットがカタログにない箇所が{count}件あり、取替えとして扱いました。idを確かめてください:",
            en="installed units that are not in the catalogue and are replaced: {count}; check their ids:",
        ),
        "bulk-unknown-unit": Bilingual(
            ja="  {column} の {unit}(該当する行数: {count})",
            en="  {unit} in {column} (number of rows: {count})",
        ),
        "bulk-unknown-more": Bilingual(ja="  ほかに{count}種類のid", en="  more ids: {count}"),
        "bulk-stopped": Bilingual(ja="中止しました。結果は書き出していません", en="stopped: no result was written"),
        "designing": Bilingual(ja="設計中", en="designing"),
        "unproved": Bilingual(
            ja="{depot}: 最良と証明できる前に時間切れになりました。--seconds を増やしてください",
            en="{depot}: time ran out before this was proved best; give more --seconds",
        ),
        # what is typed
        "no-value": Bilingual(
            ja="「{pair}」には値がありません。要件は medium=rf のように書いてください",
            en="“{pair}” has no value: write needs as medium=rf",
        ),
        "need-twice": Bilingual(
            ja="要件「{need}」が2回指定されています。一方だけにしてください",
            en="need “{need}” is given twice: keep one",
        ),
        "unknown-installed": Bilingual(
            ja="注意: 既設の {units} はその種別のユニットとしてカタログにないため、不明として取替えにします。"
            "idを確かめてください",
            en="note: {units} that hangs is not in the catalogue as a unit of its kind and is taken as not known: "
            "check the id",
        ),
        "unknown-in-stock": Bilingual(
            ja="注意: 在庫の {units} はカタログにないため、使われません。idを確かめてください",
            en="note: {units} in stock is not in the catalogue and is not used: check the id",
        ),
        "no-bulk": Bilingual(
            ja="一括設計には {name} が必要です。keiki[bulk] をインストールしてください",
            en="bulk design needs {name}: install keiki[bulk]",
        ),
        # files of stock and jobs
        "not-json": Bilingual(ja="{file} はJSONではありません({why})", en="{file} is not JSON: {why}"),
        "stock-shape": Bilingual(
            ja="{file} には、ユニットidと0以上の整数の在庫数を {example} の形で書いてください",
            en="{file} must map unit ids to whole numbers from 0, as {example}",
        ),
        "in-line": Bilingual(ja="{file} の{line}行目: {why}", en="{file}, line {line}: {why}"),
        "unit-twice": Bilingual(
            ja="{file} にユニット「{unit}」が2回あります(表記の違いは同じとみなします)。一方だけにしてください",
            en="{file} lists unit “{unit}” twice, in whatever spelling: keep one",
        ),
        "empty": Bilingual(ja="{column}が空です", en="{column} is empty"),
        "no-number": Bilingual(ja="{column}の{text}は整数ではありません", en="{column} {text} is no whole number"),
        "priority-zero": Bilingual(
            ja="priorityは1から数えます(1が最優先)。1以上の整数を書いてください",
            en="priority counts from 1, which comes first: write 1 or more",
        ),
        "no-day": Bilingual(
            ja="日付の{text}は 2016-04-01 の形ではありません",
            en="date {text} is not a day such as 2016-04-01",
        ),
        "stock-twice": Bilingual(
            ja="営業所「{depot}」のユニット「{unit}」が2回あります。一方だけにしてください",
            en="unit “{unit}” of depot “{depot}” is listed twice: keep one",
        ),
        "no-jobs": Bilingual(ja="注意: {file} に作業がありません", en="note: {file} lists no jobs"),
        "no-stock-there": Bilingual(
            ja="注意: {depots} の在庫が {file} にないため、在庫なしとして扱います",
            en="note: {file} lists no stock of {depots}, which is taken as having none",
        ),
    }
)


class DesignAnswerWriter:
    """Says answers in one language, with the catalogue's names of kinds."""

    def __init__(self, catalogue: Catalogue, language: Language) -> None:
        self._catalogue, self._language = catalogue, language.value

    def choice(self, choice: Choice, alternatives: int) -> Iterator[str]:
        """The lines that tell a choice and some of its alternatives."""
        yield str(choice.combination)
        yield f"  {self._kinds_line('replaced', choice.replaced)}; {self._kinds_line('kept', choice.unchanged_kinds)}"
        yield self._kinds_line("live-line", choice.live_line_kinds)
        for reason in choice.reasons:
            rules = zip(reason.rule_ids, reason.names, strict=True)
            named = "; ".join(f"{id_} {names[self._language]}" for id_, names in rules)
            yield f"  {self._kinds((reason.kind,))}: {named or self._text(say('order'))}"
        if choice.out_of_stock:
            yield self._text(say("not-offered", units=choice.out_of_stock))
        for other in islice(choice.alternatives, alternatives):
            replaced = self._kinds_line("replaced", other.replaced)
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

    def check(self, found: CombinationCheck) -> Iterator[str]:
        """The lines that tell what a combination breaks."""
        yield self._text(say("fine") if found.ok else say("broken", count=len(found.broken)))
        for rule in found.broken:
            yield f"  {rule.id} ({self._kinds(rule.kinds)}): {rule.message[self._language]}"
        if found.repair:
            yield self._text(say("repair", combination=str(found.repair)))

    def _kinds_line(self, code: str, kinds: Iterable[str]) -> str:
        return self._text(say(code, kinds=self._kinds(kinds)))

    def _kinds(self, kinds: Iterable[str]) -> str:
        named = [self._catalogue.kinds[kind].names[self._language] for kind in kinds]
        return ("、" if self._language == "ja" else ", ").join(named) or self._text(say("nothing"))

    def _text(self, sentence: Bilingual) -> str:
        return sentence.in_language(self._language)
