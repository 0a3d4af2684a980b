"""What work orders and what follows them are called on screens, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from keiki.foundation.text.bilingual import Bilingual

LOOK_AT_FAILED_VISIT: Final = "look_at_failed_visit"
BOOK_INSTALLED_UNITS: Final = "book_installed_units"
SERIALS_DIFFER: Final = "serials_differ"
RESULT_NOT_RECORDED: Final = "result_not_recorded"

TASKS: Mapping[str, Bilingual] = {
    LOOK_AT_FAILED_VISIT: Bilingual(ja="不成功の訪問作業を確認する", en="look at the failed visit"),
    BOOK_INSTALLED_UNITS: Bilingual(ja="取り付けたユニットを計器工事実績に登録する", en="book the installed units"),
    SERIALS_DIFFER: Bilingual(
        ja="作業指示書と違う製造番号を確認して登録する",
        en="check and book serial numbers that differ from the order",
    ),
    RESULT_NOT_RECORDED: Bilingual(
        ja="記録できなかった訪問結果を確認し、もう一度取り込む",
        en="look at the visit's result that could not be recorded, and hand it in again",
    ),
}
"""What the construction office has to do after a visit."""

ACTIONS: Mapping[str, Bilingual] = {
    "keep": Bilingual(ja="そのまま", en="keep"),
    "replace": Bilingual(ja="取替え", en="replace"),
    "remove": Bilingual(ja="取外し", en="remove"),
}
"""What is done with a unit of a work order."""
