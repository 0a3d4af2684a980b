"""Guesses that come all at once are counted as those that come one after another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connections
from log_in_rig import a_person
from office_cast import Cast
from screens_rig import World

AT_ONCE = 8


@pytest.fixture
def world(committed_cast: Cast) -> World:
    return World(committed_cast)


def test_of_two_that_add_one_wins(world: World) -> None:
    together = Barrier(AT_ONCE)

    def add(n: int) -> bool:
        together.wait(10)
        try:
            return cache.add("used code", n, timeout=60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sorted(pool.map(add, range(AT_ONCE))) == [False] * (AT_ONCE - 1) + [True]


def test_no_more_guesses_go_through_when_they_come_together(world: World) -> None:
    someone = a_person(world, name="sato")
    together = Barrier(AT_ONCE)

    def guess(n: int) -> int:
        browser = someone.at_another_browser()
        together.wait(10)
        try:
            return browser.types_password(f"wrong {n}").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = sorted(pool.map(guess, range(AT_ONCE)))
    assert answers.count(200) <= 5
    assert set(answers) <= {200, 429}
    assert someone.types_password("wrong").status_code in (200, 429)
