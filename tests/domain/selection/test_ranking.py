"""Ranking by itself: sets of combinations as bits, one kind of unit."""

from __future__ import annotations

from keiki.domain.selection.ranking import Ranking, Tier

FIRST, SECOND = 0b01, 0b10
RANKING = Ranking([{"A": FIRST, "B": SECOND}], [10])
TIERS = (Tier(0, FIRST), Tier(1, SECOND))


def test_what_replaces_least_is_tied_before_what_was_not_asked_for() -> None:
    """The second combination keeps the installed unit, so it is the best although it does more than it must."""
    assert RANKING.tied(FIRST | SECOND, TIERS, ["B"]) == SECOND
    assert RANKING.tied(FIRST | SECOND, TIERS, ["A"]) == FIRST


def test_nothing_allowed_is_tied_with_nothing() -> None:
    assert RANKING.tied(0, TIERS, ["A"]) == 0
