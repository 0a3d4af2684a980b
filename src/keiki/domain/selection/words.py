"""What is said of needs, combinations and catalogues that selection refuses, in Japanese and English."""

from __future__ import annotations

from keiki.domain.units import Sayings

say = Sayings(
    {
        # needs and combinations
        "need-of-wrong-type": (
            "要件「{need}」の型は {type} ですが、{value} が指定されました",
            "need “{need}” must be of type {type}, not {value}",
        ),
        "need-missing": ("要件「{need}」がありません。指定してください", "need “{need}” is missing: state it"),
        "need-value": (
            "要件「{need}」を {value} にはできません。指定できるのは {possible} です",
            "need “{need}” cannot be {value}: it is one of {possible}",
        ),
        "need-undeclared": (
            "要件「{need}」はカタログに宣言されていません。外してください",
            "need “{need}” is not declared in the catalogue: leave it out",
        ),
        "combination-of-wrong-length": (
            "組合せは {kinds} の順にユニットidを一つずつ挙げますが、{count}個指定されました",
            "a combination has one unit id for each of {kinds}; this has {count}",
        ),
        # the proof
        "unit-fits-nothing": (
            "ユニット「{unit}」はどのユニットとも組み合わせられません。これを含む有効な組合せがありません",
            "unit “{unit}” fits no other units: no combination with it is valid",
        ),
        "unit-never-usable": (
            "ユニット「{unit}」が使われることはありません。これを含む組合せを許す要件がありません",
            "unit “{unit}” is never usable: no needs allow a combination with it",
        ),
        "rule-never-fires": (
            "規則「{rule}」は一度も適用されません。「when」が成り立つ場合がありません",
            "rule “{rule}” never fires: its “when” holds for nothing that is possible",
        ),
        "rule-never-refuses": (
            "規則「{rule}」は何も退けません。適用されるときは「require」が必ず成り立ちます",
            "rule “{rule}” never refuses anything: “require” holds whenever it fires",
        ),
        "preference-never-holds": (
            "優先条件「{preference}」は一度も成り立ちません。避ける対象がありません",
            "preference “{preference}” never holds: there is nothing to avoid",
        ),
        "needs-undeclared": (
            "要件{of}通りのうち{count}通りを満たす組合せがなく、[[unsatisfiable]] にも宣言されていません。"
            "例: {examples}",
            "nothing meets {count} of {of} needs and no [[unsatisfiable]] declares them, such as: {examples}",
        ),
        "unsatisfiable-never-holds": (
            "充足不能「{id}」は一度も成り立ちません。該当する要件がありません",
            "unsatisfiable “{id}” never holds: no needs are as it says",
        ),
        "unsatisfiable-wrong": (
            "充足不能「{id}」は誤りです。{combination} が {needs} を満たします",
            "unsatisfiable “{id}” is wrong: {combination} meets {needs}",
        ),
        # limits
        "too-many-needs": (
            "要件の値の組合せが{count}通りあり、上限の{most}通りを超えています。宣言を減らしてください",
            "the needs have {count} combinations of values, more than {most}: declare fewer",
        ),
        "too-many-combinations": (
            "有効な組合せが{most}通りを超えています。物理規則を加えるか、カタログを分けてください",
            "more than {most} combinations are valid: add physical rules or divide it",
        ),
        "rule-reads-too-much": (
            "この規則が参照する値の組合せは{most}通りを超えています。規則を分けてください",
            "the rule reads more than {most} combinations of values: divide it",
        ),
    }
)
