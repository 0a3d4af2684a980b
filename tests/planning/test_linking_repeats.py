"""Repeated supply points are found; half of a key in common is no harm."""

from __future__ import annotations

import random

import numpy as np
import pytest

from keiki.planning.linking.repeats import repeated


def found(words: list[int]) -> list[bool]:
    flags: list[bool] = repeated(np.array(words, np.uint64)).tolist()
    return flags


@pytest.mark.parametrize("seed", range(5))
def test_every_repeated_word_is_found_and_no_other(seed: int) -> None:
    dice = random.Random(seed)
    words = [dice.randrange(2**64) for _ in range(3000)]
    twice = set(dice.sample(words, 40))
    rows = [*words, *twice, *twice]
    dice.shuffle(rows)
    assert found(rows) == [word in twice for word in rows]


def test_nothing_is_repeated_in_nothing() -> None:
    assert found([]) == []
    assert found([1]) == [False]
    assert found([1, 2]) == [False, False]
