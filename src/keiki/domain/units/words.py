"""What is said of a wrong catalogue, in Japanese and English."""

from __future__ import annotations

from keiki.domain.units.sentences import SentenceTable
from keiki.foundation.text.bilingual import Bilingual

say = SentenceTable(
    {
        # declarations
        "kind-named-need": Bilingual(
            ja="「need」は規則の中で別の意味を持つため使えません。種別のidを変えてください",
            en="“need” has a meaning of its own in rules: give the kind another id",
        ),
        "replacement-weight": Bilingual(
            ja="「weight」が {weight} になっていますが、ユニットの取替えの重みは1以上でなければなりません",
            en="“weight” is {weight}, but replacing a unit must cost at least 1",
        ),
        "attribute-named-as-key": Bilingual(
            ja="「{name}」は全ユニット共通のキーです。属性には別の名前を付けてください",
            en="“{name}” is a key of every unit: give the attribute another name",
        ),
        "no-type": Bilingual(
            ja="「{type}」という型はありません。{types} のいずれかを書いてください",
            en="“{type}” is no type: write one of {types}",
        ),
        "value-of-wrong-type": Bilingual(
            ja="「values」の {value} は型 {type} の値ではありません。訂正してください",
            en="{value} in “values” is not of type {type}: correct it",
        ),
        "value-twice": Bilingual(
            ja="「values」に同じ値が2回あります。一方を削除してください",
            en="“values” names a value twice: delete one",
        ),
        "no-values": Bilingual(
            ja="「values」が空です。取り得る値をすべて書いてください",
            en="“values” is empty: name every value that is possible",
        ),
        "live-line-attribute": Bilingual(
            ja="{name} はこの種別の属性ではありません。訂正してください",
            en="{name} is not an attribute of this kind: correct it",
        ),
        "live-line-word": Bilingual(
            ja="「{word}」は活線作業の指定になりません。「never」か「always」と書くか、"
            "live_line_work_when_changed に属性を挙げてください",
            en="“{word}” is not an answer: write “never” or “always”, or name attributes in "
            "live_line_work_when_changed",
        ),
        "unit-of-no-kind": Bilingual(
            ja="「{kind}」というユニット種別はありません。宣言されている種別は {kinds} です",
            en="“{kind}” is not a kind of unit: declared are {kinds}",
        ),
        "attribute-value": Bilingual(
            ja="「{name}」を {value} にはできません。取り得る値は {possible} です",
            en="“{name}” cannot be {value}: it is one of {possible}",
        ),
        # expressions
        "cannot-evaluate": Bilingual(
            ja="「{source}」は、{given} のとき計算できません({answer})",
            en="“{source}” cannot be evaluated ({answer}) when {given}",
        ),
        "too-costly": Bilingual(
            ja="計算の回数がCELの上限を超えます。リストの繰返しを減らしてください",
            en="it takes more steps than CEL allows: repeat over fewer or shorter lists",
        ),
        "not-true-or-false": Bilingual(
            ja="「{source}」の結果は {type} ですが、規則の結果は真か偽でなければなりません",
            en="“{source}” gives {type}, but a rule must give true or false",
        ),
        "impossible-text": Bilingual(
            ja="「{source}」の {quoted} は、式の中のどの名前も取り得ない値です。訂正してください",
            en="{quoted} in “{source}” is not a value that any name in it can have: correct it",
        ),
        "reads-undeclared": Bilingual(
            ja="「{source}」が参照する {name} は、ここでは宣言されていません。使えるのは {known} です",
            en="“{source}” reads {name}, which is not declared here; declared are {known}",
        ),
        "unlike-types": Bilingual(
            ja="「{source}」の{column}文字目の演算 {operator} は、型の組合せ ({types}) には使えません。"
            "同じ型どうしにしてください(CEL: found no matching overload)",
            en="“{source}” applies {operator} at character {column} to ({types}), which do not go together: "
            "use the same type on both sides (CEL: found no matching overload)",
        ),
        "incorrect-expression": Bilingual(
            ja="「{source}」は{column}文字目で式として正しくありません(CEL: {why})",
            en="“{source}” is not a correct expression at character {column}: {why}",
        ),
        # keys and tables
        "missing": Bilingual(ja="「{key}」がありません。{type}を書いてください", en="“{key}” is missing: write {type}"),
        "wrong-type": Bilingual(
            ja="「{key}」は{type}でなければなりませんが、{value} と書かれています",
            en="“{key}” must be {type}, not {value}",
        ),
        "text": Bilingual(ja="文字列", en="a text"),
        "number": Bilingual(ja="整数", en="a whole number"),
        "truth": Bilingual(ja="真偽値(true か false)", en="true or false"),
        "table": Bilingual(ja="表", en="a table"),
        "list": Bilingual(ja="リスト", en="a list"),
        "date": Bilingual(ja="日付(2015-08-01 の形)", en="a date such as 2015-08-01"),
        "unusable-id": Bilingual(
            ja="「{id}」はidに使えません。英数字と「.」「_」「-」で書いてください",
            en="“{id}” is not usable as an id: write letters, digits, “.”, “_” and “-”",
        ),
        "unreadable-name": Bilingual(
            ja="「{id}」はidに使えません。英数字と _ で書き、数字で始めないでください",
            en="“{id}” is not usable as an id: write letters, digits and _, no digit first",
        ),
        "word-of-cel": Bilingual(
            ja="「{id}」は規則の言語(CEL)の予約語です。別のidにしてください",
            en="“{id}” is a word of the rules' language: choose another id",
        ),
        "no-text": Bilingual(
            ja="「{key}」に言語「{language}」の文がありません。書いてください",
            en="“{key}” has no text in language “{language}”: write one",
        ),
        "not-tables": Bilingual(
            ja="「{key}」は [[{key}]] の表として書いてください",
            en="“{key}” must be written as [[{key}]] tables",
        ),
        "unknown-key": Bilingual(
            ja="「{key}」はここでは使えないキーです。訂正するか削除してください(使えるキーは {known})",
            en="“{key}” is not known here: correct or delete it (known are {known})",
        ),
        "unknown-placeholder": Bilingual(
            ja="「{language}」の文にある {placeholder} は、ここでは宣言されていません",
            en="the message in “{language}” names {placeholder}, which is not declared here",
        ),
        "preference-weight": Bilingual(
            ja="「weight」が {weight} になっていますが、1以上でなければなりません",
            en="“weight” is {weight}, but must be at least 1",
        ),
        # files and dates
        "no-files": Bilingual(
            ja="カタログにファイルがありません。少なくとも catalogue.toml を書いてください",
            en="the catalogue has no files: write at least catalogue.toml",
        ),
        "no-first-day": Bilingual(
            ja="「effective_from」がありません。カタログの初日を 2015-08-01 の形で書いてください",
            en="“effective_from” is missing: write the catalogue's first day, such as 2015-08-01",
        ),
        "not-in-effect": Bilingual(
            ja="このカタログは{day}には有効ではありません。その日に有効なカタログを使ってください",
            en="the catalogue is not in effect on {day}: use the one that is",
        ),
        "no-table": Bilingual(
            ja="表 [{table}] がどのファイルにもありません。書いてください",
            en="no file has a table [{table}]: write one",
        ),
        "table-twice": Bilingual(
            ja="[{table}] が2回書かれています。一方だけにしてください",
            en="[{table}] is written a second time: keep one",
        ),
        "none-declared": Bilingual(
            ja="カタログに [[{what}]] の表が一つもありません。書いてください",
            en="the catalogue declares no {what}: write [[{what}]] tables",
        ),
        "too-many-kinds": Bilingual(
            ja="ユニット種別が{count}種類あり、上限の{most}種類を超えています。まとめてください",
            en="the catalogue declares {count} kinds of unit, more than {most}: join some",
        ),
        "no-unit-of-kind": Bilingual(
            ja="種別「{kind}」の有効なユニットがありません。[[unit]] の表を書いてください",
            en="no unit of kind “{kind}” is in effect: write [[unit]] tables",
        ),
        "id-used": Bilingual(
            ja="id「{id}」は {where} ですでに使われています。別のidにしてください",
            en="the id “{id}” is already used at {where}: give it another",
        ),
        "label-twice": Bilingual(
            ja="「{value}」の表示名はすでにあります。一方だけにしてください",
            en="“{value}” has a label already: keep one",
        ),
        "ends-before": Bilingual(
            ja="「effective_until」の{until}が「effective_from」の{first}より後ではありません。どちらかを訂正してください",
            en="“effective_until” {until} is not after “effective_from” {first}: correct one",
        ),
        "declared-twice": Bilingual(
            ja="{what}「{id}」は {where} ですでに宣言されています。別のidにするか、両方に期間を付けてください",
            en="{what} “{id}” is declared a second time at {where}: give it another id, or dates to both",
        ),
        "dates-overlap": Bilingual(
            ja="{what}「{id}」の期間が、{where} の宣言の期間と重なっています。"
            "一方の開始日にもう一方を終わらせてください",
            en="{what} “{id}” is declared with dates that overlap those declared at {where}: "
            "let one end when the other begins",
        ),
        "catalogues-overlap": Bilingual(
            ja="カタログ「{later}」第{later_version}版は{first}から始まりますが、その日は「{earlier}」第{earlier_version}版が"
            "有効です({until})。期間が重ならないよう、先の版をそれまでに終わらせてください",
            en="catalogue “{later}” version {later_version} begins on {first}, when “{earlier}” version "
            "{earlier_version} "
            "is in effect {until}: dates overlap, end that one before",
        ),
        "until": Bilingual(ja="{day}の前日まで", en="until {day}"),
        "no-end": Bilingual(ja="終わりの定めなし", en="without an end"),
    }
)
