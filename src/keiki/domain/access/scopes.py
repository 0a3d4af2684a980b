"""What a token of the API may do: chosen rights at chosen service offices, never more than a system needs.

A system is no person: it gives nobody rights, keys or catalogues, and does not read the audit. ``TOKEN_RIGHTS`` are the
rights that the API's operations ask for; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from keiki.domain.access.reach import ALL_OFFICES, EVERYWHERE, NOWHERE, Reach
from keiki.domain.access.rights import Right

TOKEN_RIGHTS = (
    Right.SEE_POINTS,
    Right.SEE_CUSTOMER,
    Right.SEE_CONTRACTS,
    Right.TAKE_APPLICATIONS,
    Right.SEE_DESIGNS,
    Right.MAKE_DESIGNS,
    Right.SEE_ORDERS,
    Right.ISSUE_ORDERS,
    Right.PRINT_ORDERS,
    Right.RECORD_RESULTS,
)


@dataclass(frozen=True)
class Scope:
    """Rights, and the codes of the service offices they hold for (:data:`ALL_OFFICES` among them: everywhere)."""

    rights: frozenset[Right]
    offices: frozenset[str]

    def __post_init__(self) -> None:
        if not self.rights <= set(TOKEN_RIGHTS):
            raise ValueError("a token never has this right")
        if not self.offices:
            raise ValueError("a scope names service offices, or * for all")

    @classmethod
    def of(cls, rights: Iterable[str], offices: Iterable[str]) -> Scope:
        """Return the scope of names as they are kept."""
        return cls(frozenset(Right(each) for each in rights), frozenset(offices))

    def reach(self, right: Right) -> Reach:
        """Return how far ``right`` reaches; false where the token does not have it."""
        if right not in self.rights:
            return NOWHERE
        if ALL_OFFICES in self.offices or not right.local:
            return EVERYWHERE
        return Reach(offices=self.offices)
