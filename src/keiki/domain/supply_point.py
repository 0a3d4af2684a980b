"""The supply point identification number (供給地点特定番号): the one code that joins all data of a customer contract.

22 digits; digits 1-2 name the area (06 is Kansai). People and files write it with hyphens, spaces or full-width digits;
inside Keiki it is always the bare 22 digits, and on screens it is grouped 2-4-4-4-4-4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212\u30fc\uff0d\uff70\u200b\ufeff]")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}
_DIGITS = re.compile(r"[0-9]{22}")
_GROUPS = (2, 6, 10, 14, 18)


class SupplyPointError(ValueError):
    """A text that is not a supply point number; ``sentence`` says what is wrong with it, in Japanese and English."""

    def __init__(self, ja: str, en: str) -> None:
        self.sentence = (ja, en)
        super().__init__(en)


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
                    f"a supply point number has 22 digits, this has {count} characters: check it on the bill",
                )
            raise SupplyPointError(
                "供給地点特定番号に数字以外の文字があります。検針票などで番号を確かめてください",
                "a supply point number has digits only: check it on the bill",
            )

    @classmethod
    def parse(cls, text: str) -> SupplyPoint:
        """Read a number as people write it: hyphens, spaces and full-width digits are accepted.

        Nothing else is taken for a digit: the mark of a footnote (²) behind a number is not its last digit.
        """
        return cls(_SEPARATORS.sub("", text.translate(_FULL_WIDTH)))

    @property
    def area(self) -> str:
        """The two digits of the area."""
        return self.number[:2]

    def __str__(self) -> str:
        cuts = (0, *_GROUPS, 22)
        return "-".join(self.number[a:b] for a, b in pairwise(cuts))
