"""Selection: the best of the combinations, proved and explained."""

from keiki.domain.selection.answers import BrokenRule, Choice, CombinationCheck, Conflict, NoChoice, ReplacementReason
from keiki.domain.selection.checking import OUT_OF_STOCK, UNKNOWN_UNIT
from keiki.domain.selection.comparison import CatalogueComparison, Difference, compare
from keiki.domain.selection.needs import Needs, NeedsError, NeedsSpace
from keiki.domain.selection.ranking import RankingKey
from keiki.domain.selection.selector import CombinationError, Selector, Stock
from keiki.domain.selection.values import comparison_in_values, periods, verification_in_values
from keiki.domain.selection.verification import NeedsAnswer, Ties, Verification

__all__ = [
    "OUT_OF_STOCK",
    "UNKNOWN_UNIT",
    "BrokenRule",
    "CatalogueComparison",
    "Choice",
    "CombinationCheck",
    "CombinationError",
    "Conflict",
    "Difference",
    "Needs",
    "NeedsAnswer",
    "NeedsError",
    "NeedsSpace",
    "NoChoice",
    "RankingKey",
    "ReplacementReason",
    "Selector",
    "Stock",
    "Ties",
    "Verification",
    "compare",
    "comparison_in_values",
    "periods",
    "verification_in_values",
]
