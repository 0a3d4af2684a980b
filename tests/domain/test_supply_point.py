"""The supply point number: as people write it, as Keiki keeps it, and what is not one."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keiki.domain.supply_point import SupplyPoint, SupplyPointError, spreadsheet_damage

NUMBER = "0612345678901234567890"
numbers = st.text("0123456789", min_size=22, max_size=22).filter(lambda text: spreadsheet_damage(text) is None)
separators = st.sampled_from(["", "-", " ", "\u3000", "－", "ー", "ｰ", "−", "‐", "–", "\t", "\u200b"])


@given(numbers)
def test_a_number_reads_back_from_how_it_is_shown(number: str) -> None:
    point = SupplyPoint(number)
    assert SupplyPoint.parse(str(point)) == point
    assert [len(group) for group in str(point).split("-")] == [2, 4, 4, 4, 4, 4]
    assert point.area == number[:2]


@given(numbers, st.lists(separators, min_size=22, max_size=22), st.booleans())
def test_hyphens_spaces_and_full_width_digits_are_accepted(number: str, between: list[str], wide: bool) -> None:
    digits = [chr(ord(d) + 0xFEE0) for d in number] if wide else list(number)
    assert SupplyPoint.parse("".join(d + s for d, s in zip(digits, between, strict=True))).number == number


@given(st.text(max_size=21) | st.text(st.characters(exclude_categories=["N"])))
@example(NUMBER[:21])
@example(NUMBER + "0")
@example(NUMBER + "\n0")
@example(NUMBER[:21] + "²")
@example(NUMBER[:21] + "①")
@example(NUMBER[:21] + "٣")
@example(NUMBER[:21] + "x")
@example("")
def test_anything_else_is_refused_with_one_error(text: str) -> None:
    with pytest.raises(SupplyPointError, match=r"check it on the bill|export") as wrong:
        SupplyPoint.parse(text)
    assert NUMBER[:21] not in str(wrong.value)


@pytest.mark.parametrize("text", [NUMBER[:21] + "²", NUMBER[:21] + "①", f"{NUMBER[:20]}⑩"])
def test_a_mark_behind_a_number_is_not_its_last_digit(text: str) -> None:
    with pytest.raises(SupplyPointError):
        SupplyPoint.parse(text)


def test_the_bare_form_accepts_nothing_but_22_digits() -> None:
    for text in (NUMBER + "\n", f" {NUMBER[1:]}", "０" * 22):
        with pytest.raises(SupplyPointError):
            SupplyPoint(text)
