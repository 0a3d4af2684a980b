"""What a person typed into the one search field: a supply point, a reference, an owner's number, or an address."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint, SupplyPointError, spreadsheet_damage, without_formula
from keiki.foundation.text.spellings import plain
from keiki.office.sources import SearchKind

FEWEST_DIGITS = 18
"""So many digits and nothing else are meant as a supply point number, if one digit is missing or doubled."""
_REFERENCE = re.compile(r"([DWBCR])-?(\d+(?:-\d+)?)")
_SEPARATED = re.compile(r"[\d\s-]+")
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z-]*")


class ReferenceKind(StrEnum):
    """What a reference names, by its first letter."""

    DESIGN = "D"
    ORDER = "W"
    CONTRACT = "B"
    COMMAND = "C"
    READING = "R"

    @property
    def words(self) -> Text:
        """What people call it."""
        return _WORDS[self]


_WORDS = {
    ReferenceKind.DESIGN: ("設計", "design"),
    ReferenceKind.ORDER: ("作業指示書", "work order"),
    ReferenceKind.CONTRACT: ("Bルートサービス契約", "route-B service contract"),
    ReferenceKind.COMMAND: ("遠隔指令", "remote command"),
    ReferenceKind.READING: ("状態の読取り", "status reading"),
}


@dataclass(frozen=True)
class Reference:
    """One of the office's own references, as ``D-12``."""

    thing: ReferenceKind
    number: str

    @property
    def text(self) -> str:
        """The reference as it is written."""
        return f"{self.thing.value}-{self.number}"


@dataclass(frozen=True)
class SearchedText:
    """A text for the owners, and by what they are searched, the likeliest first."""

    text: str
    kinds: tuple[SearchKind, ...]


Recognised = SupplyPoint | Reference | SearchedText


def recognise(typed: str) -> Recognised:
    """Say what was typed; full width counts as half. Raises :class:`SupplyPointError` for nearly 22 digits.

    So it does for a number that a spreadsheet cut.
    """
    text = unicodedata.normalize("NFKC", without_formula(typed)).strip()
    if damage := spreadsheet_damage(text):
        raise SupplyPointError(*damage)
    number = plain(text).upper()
    digits = re.sub(r"\D", "", number)
    if _SEPARATED.fullmatch(number) and len(digits) >= FEWEST_DIGITS:
        return SupplyPoint.parse(number)
    reference = _REFERENCE.fullmatch(number)
    if reference:
        return Reference(ReferenceKind(reference[1]), reference[2])
    if not _NUMBER.fullmatch(number) or not digits:
        return SearchedText(text, (SearchKind.ADDRESS,))
    numbers = (SearchKind.CUSTOMER_NUMBER, SearchKind.SERIAL)
    return SearchedText(text, numbers if number.replace("-", "").isdigit() else tuple(reversed(numbers)))


__all__ = ["Recognised", "Reference", "ReferenceKind", "SearchedText", "SupplyPointError", "recognise"]
