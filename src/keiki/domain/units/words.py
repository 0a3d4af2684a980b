"""What is said of a wrong catalogue, in Japanese and English."""

from __future__ import annotations

from keiki.domain.units.sentences import Sayings

say = Sayings(
    {
        # declarations
        "kind-named-need": (
            "「need」は規則の中で別の意味を持つため使えません。種別のidを変えてください",
            "“need” has a meaning of its own in rules: give the kind another id",
        ),
        "replacement-weight": (
            "「weight」が {weight} になっていますが、ユニットの取替えの重みは1以上でなければなりません",
            "“weight” is {weight}, but replacing a unit must cost at least 1",
        ),
        "attribute-named-as-key": (
            "「{name}」は全ユニット共通のキーです。属性には別の名前を付けてください",
            "“{name}” is a key of every unit: give the attribute another name",
        ),
        "no-type": (
            "「{type}」という型はありません。{types} のいずれかを書いてください",
            "“{type}” is no type: write one of {types}",
        ),
        "value-of-wrong-type": (
            "「values」の {value} は型 {type} の値ではありません。訂正してください",
            "{value} in “values” is not of type {type}: correct it",
        ),
        "value-twice": (
            "「values」に同じ値が2回あります。一方を削除してください",
            "“values” names a value twice: delete one",
        ),
        "no-values": (
            "「values」が空です。取り得る値をすべて書いてください",
            "“values” is empty: name every value that is possible",
        ),
        "live-line-attribute": (
            "{name} はこの種別の属性ではありません。訂正してください",
            "{name} is not an attribute of this kind: correct it",
        ),
        "live-line-word": (
            "「{word}」は活線作業の指定になりません。「never」か「always」と書くか、"
            "live_line_work_when_changed に属性を挙げてください",
            "“{word}” is not an answer: write “never” or “always”, or name attributes in live_line_work_when_changed",
        ),
        "unit-of-no-kind": (
            "「{kind}」というユニット種別はありません。宣言されている種別は {kinds} です",
            "“{kind}” is not a kind of unit: declared are {kinds}",
        ),
        "attribute-value": (
            "「{name}」を {value} にはできません。取り得る値は {possible} です",
            "“{name}” cannot be {value}: it is one of {possible}",
        ),
        # expressions
        "cannot-evaluate": (
            "「{source}」は、{given} のとき計算できません({answer})",
            "“{source}” cannot be evaluated ({answer}) when {given}",
        ),
        "too-costly": (
            "計算の回数がCELの上限を超えます。リストの繰返しを減らしてください",
            "it takes more steps than CEL allows: repeat over fewer or shorter lists",
        ),
        "not-true-or-false": (
            "「{source}」の結果は {type} ですが、規則の結果は真か偽でなければなりません",
            "“{source}” gives {type}, but a rule must give true or false",
        ),
        "impossible-text": (
            "「{source}」の {quoted} は、式の中のどの名前も取り得ない値です。訂正してください",
            "{quoted} in “{source}” is not a value that any name in it can have: correct it",
        ),
        "reads-undeclared": (
            "「{source}」が参照する {name} は、ここでは宣言されていません。使えるのは {known} です",
            "“{source}” reads {name}, which is not declared here; declared are {known}",
        ),
        "unlike-types": (
            "「{source}」の{column}文字目の演算 {operator} は、型の組合せ ({types}) には使えません。"
            "同じ型どうしにしてください(CEL: found no matching overload)",
            "“{source}” applies {operator} at character {column} to ({types}), which do not go together: "
            "use the same type on both sides (CEL: found no matching overload)",
        ),
        "incorrect-expression": (
            "「{source}」は{column}文字目で式として正しくありません(CEL: {why})",
            "“{source}” is not a correct expression at character {column}: {why}",
        ),
        # keys and tables
        "missing": ("「{key}」がありません。{type}を書いてください", "“{key}” is missing: write {type}"),
        "wrong-type": (
            "「{key}」は{type}でなければなりませんが、{value} と書かれています",
            "“{key}” must be {type}, not {value}",
        ),
        "text": ("文字列", "a text"),
        "number": ("整数", "a whole number"),
        "truth": ("真偽値(true か false)", "true or false"),
        "table": ("表", "a table"),
        "list": ("リスト", "a list"),
        "date": ("日付(2015-08-01 の形)", "a date such as 2015-08-01"),
        "unusable-id": (
            "「{id}」はidに使えません。英数字と「.」「_」「-」で書いてください",
            "“{id}” is not usable as an id: write letters, digits, “.”, “_” and “-”",
        ),
        "unreadable-name": (
            "「{id}」はidに使えません。英数字と _ で書き、数字で始めないでください",
            "“{id}” is not usable as an id: write letters, digits and _, no digit first",
        ),
        "word-of-cel": (
            "「{id}」は規則の言語(CEL)の予約語です。別のidにしてください",
            "“{id}” is a word of the rules' language: choose another id",
        ),
        "no-text": (
            "「{key}」に言語「{language}」の文がありません。書いてください",
            "“{key}” has no text in language “{language}”: write one",
        ),
        "not-tables": (
            "「{key}」は [[{key}]] の表として書いてください",
            "“{key}” must be written as [[{key}]] tables",
        ),
        "unknown-key": (
            "「{key}」はここでは使えないキーです。訂正するか削除してください(使えるキーは {known})",
            "“{key}” is not known here: correct or delete it (known are {known})",
        ),
        "unknown-placeholder": (
            "「{language}」の文にある {placeholder} は、ここでは宣言されていません",
            "the message in “{language}” names {placeholder}, which is not declared here",
        ),
        "preference-weight": (
            "「weight」が {weight} になっていますが、1以上でなければなりません",
            "“weight” is {weight}, but must be at least 1",
        ),
        # files and dates
        "no-files": (
            "カタログにファイルがありません。少なくとも catalogue.toml を書いてください",
            "the catalogue has no files: write at least catalogue.toml",
        ),
        "not-toml": ("TOMLとして正しくありません({why})", "this is not correct TOML: {why}"),
        "no-first-day": (
            "「effective_from」がありません。カタログの初日を 2015-08-01 の形で書いてください",
            "“effective_from” is missing: write the catalogue's first day, such as 2015-08-01",
        ),
        "not-in-effect": (
            "このカタログは{day}には有効ではありません。その日に有効なカタログを使ってください",
            "the catalogue is not in effect on {day}: use the one that is",
        ),
        "no-table": (
            "表 [{table}] がどのファイルにもありません。書いてください",
            "no file has a table [{table}]: write one",
        ),
        "table-twice": (
            "[{table}] が2回書かれています。一方だけにしてください",
            "[{table}] is written a second time: keep one",
        ),
        "none-declared": (
            "カタログに [[{what}]] の表が一つもありません。書いてください",
            "the catalogue declares no {what}: write [[{what}]] tables",
        ),
        "too-many-kinds": (
            "ユニット種別が{count}種類あり、上限の{most}種類を超えています。まとめてください",
            "the catalogue declares {count} kinds of unit, more than {most}: join some",
        ),
        "no-unit-of-kind": (
            "種別「{kind}」の有効なユニットがありません。[[unit]] の表を書いてください",
            "no unit of kind “{kind}” is in effect: write [[unit]] tables",
        ),
        "id-used": (
            "id「{id}」は {where} ですでに使われています。別のidにしてください",
            "the id “{id}” is already used at {where}: give it another",
        ),
        "label-twice": (
            "「{value}」の表示名はすでにあります。一方だけにしてください",
            "“{value}” has a label already: keep one",
        ),
        "ends-before": (
            "「effective_until」の{until}が「effective_from」の{first}より後ではありません。どちらかを訂正してください",
            "“effective_until” {until} is not after “effective_from” {first}: correct one",
        ),
        "declared-twice": (
            "{what}「{id}」は {where} ですでに宣言されています。別のidにするか、両方に期間を付けてください",
            "{what} “{id}” is declared a second time at {where}: give it another id, or dates to both",
        ),
        "dates-overlap": (
            "{what}「{id}」の期間が、{where} の宣言の期間と重なっています。一方の開始日にもう一方を終わらせてください",
            "{what} “{id}” is declared with dates that overlap those declared at {where}: "
            "let one end when the other begins",
        ),
        "catalogues-overlap": (
            "カタログ「{later}」第{later_version}版は{first}から始まりますが、その日は「{earlier}」第{earlier_version}版が"
            "有効です({until})。期間が重ならないよう、先の版をそれまでに終わらせてください",
            "catalogue “{later}” version {later_version} begins on {first}, when “{earlier}” version {earlier_version} "
            "is in effect {until}: dates overlap, end that one before",
        ),
        "until": ("{day}の前日まで", "until {day}"),
        "no-end": ("終わりの定めなし", "without an end"),
    }
)
