"""Repeated supply points are found, whichever batches their rows are in; half of a key in common is no harm."""

from __future__ import annotations

import random
from decimal import Decimal

import pyarrow as pa
import pytest

from keiki.planning.linking.bytes_of_texts import KEY_TYPE
from keiki.planning.linking.repeats import Repeats


def found(batches: list[list[int | None]]) -> set[int]:
    repeats = Repeats()
    for batch in batches:
        repeats.add(pa.array([None if key is None else Decimal(key) for key in batch], KEY_TYPE))
    return {int(key) for key in repeats.found().column("key").to_pylist()}


@pytest.mark.parametrize("seed", range(5))
def test_every_repeated_point_is_found_and_no_other(seed: int) -> None:
    dice = random.Random(seed)
    keys = [dice.randrange(10**22) for _ in range(3000)]
    twice = set(dice.sample(keys, 40))
    rows: list[int | None] = [*keys, *twice, *twice, None, None]
    dice.shuffle(rows)
    assert found([rows[:1000], [], rows[1000:1001], rows[1001:]]) == twice


def test_points_with_the_same_lower_word_count_as_repeated() -> None:
    assert found([[5, 7], [5 + 2**64, 9]]) == {5, 5 + 2**64}


def test_nothing_is_repeated_in_nothing() -> None:
    assert found([]) == found([[]]) == found([[None]]) == found([[1], [2]]) == set()
