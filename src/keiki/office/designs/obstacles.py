"""What stands in the way of deciding: each thing with its owner, and what to ask of them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from keiki.domain.linkage.decision import Blocked, DecisionProblem
from keiki.office.screens.languages import in_language


@dataclass(frozen=True)
class DesignObstacle:
    """One thing that stands in the way, and whose it is."""

    owner: str
    words: str


@dataclass(frozen=True)
class ObstacleGroup:
    """Obstacles of one kind, and what to do about them."""

    title: str
    to_do: str
    obstacles: tuple[DesignObstacle, ...]


def obstacles(blocked: Blocked) -> tuple[ObstacleGroup, ...]:
    """Return the groups that are not empty."""
    groups = (
        (_("Missing"), _("Ask the owner to enter it, or wait until its server answers again."), blocked.missing),
        (_("Too old to decide from"), _("Ask the owner for an update."), blocked.stale),
        (
            _("Contradicting each other"),
            _("Ask both owners which is right; it must be settled there."),
            blocked.contradicting,
        ),
    )
    return tuple(
        ObstacleGroup(title, to_do, tuple(_obstacle(each) for each in found)) for title, to_do, found in groups if found
    )


def _obstacle(problem: DecisionProblem) -> DesignObstacle:
    return DesignObstacle(in_language(problem.owner), in_language(problem.message))
