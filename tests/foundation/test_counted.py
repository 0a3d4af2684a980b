"""A number has the noun that goes with it."""

from __future__ import annotations

import pytest

from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.foundation.text.counted import counted


@pytest.mark.parametrize(
    ("number", "one", "many", "said"),
    [
        (0, "row", "", "0 rows"),
        (1, "row", "", "1 row"),
        (1, "entry", "entries", "1 entry"),
        (2, "entry", "entries", "2 entries"),
        (13_000_000, "point", "", "13,000,000 points"),
    ],
)
def test_one_is_one_and_all_others_are_many(number: int, one: str, many: str, said: str) -> None:
    assert counted(number, one, many) == said


def test_a_number_of_one_character_has_one_character() -> None:
    with pytest.raises(SupplyPointError, match="this has 1 character:"):
        SupplyPoint("6")
