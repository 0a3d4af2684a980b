"""What is said of needs, combinations and catalogues that selection refuses, in Japanese and English."""

from __future__ import annotations

from keiki.domain.units import SentenceTable
from keiki.foundation.text.bilingual import Bilingual

say = SentenceTable(
    {
        # needs and combinations
        "need-of-wrong-type": Bilingual(
            ja="要件「{need}」の型は {type} ですが、{value} が指定されました",
            en="need “{need}” must be of type {type}, not {value}",
        ),
        "need-missing": Bilingual(
            ja="要件「{need}」がありません。指定してください", en="need “{need}” is missing: state it"
        ),
        "need-value": Bilingual(
            ja="要件「{need}」を {value} にはできません。指定できるのは {possible} です",
            en="need “{need}” cannot be {value}: it is one of {possible}",
        ),
        "need-undeclared": Bilingual(
            ja="要件「{need}」はカタログに宣言されていません。外してください",
            en="need “{need}” is not declared in the catalogue: leave it out",
        ),
        "combination-of-wrong-length": Bilingual(
            ja="組合せは {kinds} の順にユニットidを一つずつ挙げますが、{count}個指定されました",
            en="a combination has one unit id for each of {kinds}; this has {count}",
        ),
        # the proof
        "unit-fits-nothing": Bilingual(
            ja="ユニット「{unit}」はどのユニットとも組み合わせられません。これを含む有効な組合せがありません",
            en="unit “{unit}” fits no other units: no combination with it is valid",
        ),
        "unit-never-usable": Bilingual(
            ja="ユニット「{unit}」が使われることはありません。これを含む組合せを許す要件がありません",
            en="unit “{unit}” is never usable: no needs allow a combination with it",
        ),
        "rule-never-fires": Bilingual(
            ja="規則「{rule}」は一度も適用されません。「when」が成り立つ場合がありません",
            en="rule “{rule}” never fires: its “when” holds for nothing that is possible",
        ),
        "rule-never-refuses": Bilingual(
            ja="規則「{rule}」は何も退けません。適用されるときは「require」が必ず成り立ちます",
            en="rule “{rule}” never refuses anything: “require” holds whenever it fires",
        ),
        "preference-never-holds": Bilingual(
            ja="優先条件「{preference}」は一度も成り立ちません。避ける対象がありません",
            en="preference “{preference}” never holds: there is nothing to avoid",
        ),
        "needs-undeclared": Bilingual(
            ja="要件{of}通りのうち{count}通りを満たす組合せがなく、[[unsatisfiable]] にも宣言されていません。"
            "例: {examples}",
            en="nothing meets {count} of {of} needs and no [[unsatisfiable]] declares them, such as: {examples}",
        ),
        "unsatisfiable-never-holds": Bilingual(
            ja="充足不能「{id}」は一度も成り立ちません。該当する要件がありません",
            en="unsatisfiable “{id}” never holds: no needs are as it says",
        ),
        "unsatisfiable-wrong": Bilingual(
            ja="充足不能「{id}」は誤りです。{combination} が {needs} を満たします",
            en="unsatisfiable “{id}” is wrong: {combination} meets {needs}",
        ),
        # limits
        "too-many-needs": Bilingual(
            ja="要件の値の組合せが{count}通りあり、上限の{most}通りを超えています。宣言を減らしてください",
            en="the needs have {count} combinations of values, more than {most}: declare fewer",
        ),
        "too-many-combinations": Bilingual(
            ja="有効な組合せが{most}通りを超えています。物理規則を加えるか、カタログを分けてください",
            en="more than {most} combinations are valid: add physical rules or divide it",
        ),
        "rule-reads-too-much": Bilingual(
            ja="この規則が参照する値の組合せは{most}通りを超えています。規則を分けてください",
            en="the rule reads more than {most} combinations of values: divide it",
        ),
    }
)
