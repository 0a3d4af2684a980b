"""What the reader of settings says, in both languages, by pydantic's code for what is wrong or a code of its own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Final

from keiki.foundation.text.bilingual import Bilingual

_TEXT: Final = Bilingual(ja="文字列", en="a text")
_WHOLE: Final = Bilingual(ja="整数", en="a whole number")
_NUMBER: Final = Bilingual(ja="数", en="a number")
_FLAG: Final = Bilingual(ja="true か false", en="true or false")
_TABLE: Final = Bilingual(ja="表", en="a table")
_LIST: Final = Bilingual(ja="並び [...]", en="a list [...]")
_DATE: Final = Bilingual(ja="日付(例: 2015-08-01)", en="a date such as 2015-08-01")
_OTHER: Final = Bilingual(ja="ほかの値", en="something else")

WRONG_TYPES: Final[Mapping[str, Bilingual]] = {
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _FLAG,
    "dataclass_type": _TABLE,
    "dict_type": _TABLE,
    "tuple_type": _LIST,
    "date_type": _DATE,
}
"""What was wanted, by pydantic's code for a value of another type."""

MESSAGES: Final[Mapping[str, Bilingual]] = {
    "missing": Bilingual(ja="この項目がありません。加えてください", en="must be set: add it"),
    "unknown_key": Bilingual(ja="このような項目はありません。使えるもの: {known}", en="unknown key: known are {known}"),
    "wrong_type": Bilingual(
        ja="{wanted}で指定してください。{given}が書かれています", en="must be {wanted}, not {given}"
    ),
    "one_of": Bilingual(ja="{choices} のどれかを指定してください", en="must be one of {choices}"),
    "not_allowed": Bilingual(
        ja="使えない値です。マニュアルを見て直してください", en="is not allowed: correct it as the manual says"
    ),
}

_KINDS: Final[tuple[tuple[type, Bilingual], ...]] = (
    (bool, _FLAG),
    (str, _TEXT),
    (int, _WHOLE),
    (float, _NUMBER),
    (dict, _TABLE),
    (list, _LIST),
    (datetime.date, _DATE),
)


def kind_of(value: Any) -> Bilingual:
    """Say what kind of value stands in the file."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), _OTHER)
