"""Selection: the best of the combinations, proved and explained."""

from keiki.domain.selection.answers import BrokenRule, Check, Choice, Conflict, NoChoice, Reason
from keiki.domain.selection.checking import OUT_OF_STOCK, UNKNOWN_UNIT
from keiki.domain.selection.needs import Needs, NeedsError, NeedsSpace
from keiki.domain.selection.ranking import RankingKey
from keiki.domain.selection.selector import Selector, Stock

__all__ = [
    "OUT_OF_STOCK",
    "UNKNOWN_UNIT",
    "BrokenRule",
    "Check",
    "Choice",
    "Conflict",
    "Needs",
    "NeedsError",
    "NeedsSpace",
    "NoChoice",
    "RankingKey",
    "Reason",
    "Selector",
    "Stock",
]
