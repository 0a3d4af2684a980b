"""The supply point identification number (供給地点特定番号): the one code that joins all data of a customer contract.

22 digits; digits 1-2 name the area (06 is Kansai). People and files write it with hyphens, spaces or full-width digits;
inside Keiki it is always the bare 22 digits, and on screens it is grouped 2-4-4-4-4-4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from keiki.foundation.text.counted import counted
from keiki.foundation.text.spellings import DASHES, INVISIBLE

_SEPARATORS = re.compile(rf"[\s{re.escape(DASHES)}\uff0d\uff70{INVISIBLE}]")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
_DIGITS = re.compile(r"[0-9]{22}")
_ROUNDED = re.compile(r"[1-9][0-9]{14}0{6,7}(?:\.0+)?")
"""21 or 22 digits of which a spreadsheet kept 15. It keeps no leading zero either, so who wrote one wrote them all."""
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,3}", re.IGNORECASE)
_FORMULA = re.compile(r'=\s*"([^"]*)"')
_GROUPS = (2, 6, 10, 14, 18)


class SupplyPointError(ValueError):
    """A text that is not a supply point number; ``sentence`` says what is wrong with it, in Japanese and English."""

    def __init__(self, ja: str, en: str) -> None:
        self.sentence = (ja, en)
        super().__init__(en)


CUT = (
    "表計算ソフトが番号を15桁に丸め、末尾の桁が失われています。列を「文字列」にして、元のデータから書き出し直してください",
    "a spreadsheet cut the number to 15 digits, and its last digits are lost: make the column text and export it again",
)
"""What is said of a number that a spreadsheet took for a quantity."""
IS_FORMULA = (
    '番号が数式(="…")として書かれています。列を「文字列」にして、番号だけを書き出してください',
    'the number is written as a spreadsheet\'s formula (="..."): export the bare number, in a column of text',
)


def spreadsheet_damage(written: str) -> tuple[str, str] | None:
    """Say what a spreadsheet made of a number, in Japanese and English; ``None`` where it made nothing of it.

    It keeps 15 digits of a number that is not text, and may show it as ``6.00122E+20``; an export that knows that
    writes a formula.
    """
    text = written.translate(_FULL_WIDTH).strip()
    if _ROUNDED.fullmatch(text.replace(",", "")) or _SCIENTIFIC.fullmatch(text):
        return CUT
    return IS_FORMULA if text.startswith("=") else None


def without_formula(written: str) -> str:
    """Return the text inside a spreadsheet's formula, or behind its apostrophe; any other text as it is."""
    text = written.strip()
    formula = _FORMULA.fullmatch(text)
    return formula[1] if formula else text.removeprefix("'") if text.startswith("'") else written


@dataclass(frozen=True, order=True)
class SupplyPoint:
    """A supply point, by its 22-digit number."""

    number: str

    def __post_init__(self) -> None:
        if not _DIGITS.fullmatch(self.number):
            if len(self.number) != 22:
                count = len(self.number)
                raise SupplyPointError(
                    f"供給地点特定番号は22桁ですが、{count}文字あります。検針票などで番号を確かめてください",
                    f"a supply point number has 22 digits, this has {counted(count, 'character')}: "
                    "check it on the bill",
                )
            raise SupplyPointError(
                "供給地点特定番号に数字以外の文字があります。検針票などで番号を確かめてください",
                "a supply point number has digits only: check it on the bill",
            )

    @classmethod
    def parse(cls, text: str) -> SupplyPoint:
        """Read a number as people write it: hyphens, spaces and full-width digits are accepted.

        Nothing else is taken for a digit: the mark of a footnote (²) behind a number is not its last digit. What a
        spreadsheet writes so that a number stays text (``="0600…"``, an apostrophe in front) is read as the number.
        """
        bare = without_formula(text)
        if damage := spreadsheet_damage(bare):
            raise SupplyPointError(*damage)
        return cls(_SEPARATORS.sub("", bare.translate(_FULL_WIDTH)))

    @property
    def area(self) -> str:
        """The two digits of the area."""
        return self.number[:2]

    def __str__(self) -> str:
        cuts = (0, *_GROUPS, 22)
        return "-".join(self.number[a:b] for a, b in pairwise(cuts))
