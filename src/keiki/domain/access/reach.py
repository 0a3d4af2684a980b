"""What a person's grants come to: for a right, the service offices whose rows it reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from keiki.domain.access.rights import Right
from keiki.domain.access.roles import ROLES, Role

ALL_OFFICES = "*"
"""The office of a grant that holds everywhere."""


@dataclass(frozen=True)
class Grant:
    """A role at one service office (its code), or at :data:`ALL_OFFICES`."""

    role: Role
    office: str

    def __post_init__(self) -> None:
        if not self.office:
            raise ValueError("a grant names a service office, or * for all")


@dataclass(frozen=True)
class Reach:
    """The offices whose rows a right reaches. ``everywhere``: all, and rows of no known office too."""

    everywhere: bool = False
    offices: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.offices)

    def covers(self, service_office_code: str) -> bool:
        """Say whether a row of ``office`` (empty: not known) is within reach."""
        return self.everywhere or service_office_code in self.offices


NOWHERE = Reach()
EVERYWHERE = Reach(everywhere=True)


def reach(grants: Iterable[Grant], right: Right) -> Reach:
    """Return how far ``right`` reaches under these grants; false where it was not granted at all."""
    offices = {grant.office for grant in grants if right in ROLES[grant.role].rights}
    if not offices:
        return NOWHERE
    if ALL_OFFICES in offices or not right.local:
        return EVERYWHERE
    return Reach(offices=frozenset(offices))


@dataclass(frozen=True)
class Rights:
    """Everything a person may do, from the grants they hold."""

    grants: tuple[Grant, ...] = ()

    def reach(self, right: Right) -> Reach:
        """Return how far ``right`` reaches; false where it was not granted."""
        return reach(self.grants, right)

    def may(self, right: Right, service_office_code: str | None = None) -> bool:
        """Say whether the right was granted, and for the rows of ``office`` if one is named."""
        found = self.reach(right)
        return bool(found) if service_office_code is None else found.covers(service_office_code)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held anywhere."""
        return frozenset(grant.role for grant in self.grants)
