"""Verify a chain in one pass: a fold over its events that says what kind of damage there is and where.

:func:`step` takes one event after another and keeps a few values only, so a chain of any length is verified in the same
memory. A finding is made where it can be placed most narrowly: an event that is not whole is ``edited``; where both
neighbours are whole and do not fit, the link between them is broken; where everything fits and a signed checkpoint says
otherwise, it was rewritten between the last checkpoint that agrees and this one. Where the chain breaks, events from
the last checkpoint that agrees to the break are noted as unproven: they fit, but nothing later vouches for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from keiki.domain.audit.event import GENESIS, ChainLink, UnreadableEvent
from keiki.domain.audit.findings import AuditFinding, FindingKind, Findings

CLOCK_TOLERANCE = timedelta(minutes=5)
"""Acts take their time before they wait for their turn: this much out of order is nothing to note."""


@dataclass(frozen=True)
class VerificationProgress:
    """What the fold keeps: where it is, what the next event must be chained to, and which checkpoint last agreed."""

    position: int = 0
    hash: str | None = GENESIS
    at: datetime | None = None
    agreed: int = 0
    rewriting: bool = False


START = VerificationProgress()
"""Before the first event."""


@dataclass(frozen=True)
class AuditVerdict:
    """What a verification came to. ``events`` were seen, up to ``position``; checkpoints vouch up to ``vouched``."""

    events: int
    position: int
    hash: str | None
    vouched: int
    findings: tuple[AuditFinding, ...]
    not_shown: int
    intact: bool

    def with_more(self, found: Findings) -> AuditVerdict:
        """Return the verdict on the chain and on what was ``found`` beside it."""
        return replace(
            self,
            findings=(*self.findings, *found.shown),
            not_shown=self.not_shown + found.not_shown,
            intact=self.intact and not found.damaged,
        )


def step(
    progress: VerificationProgress, seen: ChainLink | UnreadableEvent, marks: Mapping[int, str]
) -> tuple[VerificationProgress, tuple[AuditFinding, ...]]:
    """Take the next event. ``marks`` are the hashes by position that valid checkpoints vouch for."""
    position = seen.event.position if isinstance(seen, ChainLink) else seen.position or progress.position + 1
    if position <= progress.position:
        return progress, (AuditFinding(FindingKind.OUT_OF_PLACE, position, position),)
    found: list[AuditFinding] = []
    if position > progress.position + 1:
        found.append(AuditFinding(FindingKind.MISSING, progress.position + 1, position - 1))
        progress = _broken(progress, progress.position, position - 1, found)
    if isinstance(seen, UnreadableEvent) or not seen.is_whole:
        found.append(AuditFinding(FindingKind.EDITED, position, position))
        return replace(_broken(progress, position - 1, position, found), position=position), tuple(found)
    if progress.hash is not None and seen.previous != progress.hash:
        found.append(AuditFinding(FindingKind.BROKEN_LINK, max(1, position - 1), position))
        progress = _broken(progress, position - 2, position - 1, found)
    if progress.at and seen.event.at < progress.at - CLOCK_TOLERANCE:
        found.append(AuditFinding(FindingKind.CLOCK_BACK, position, position))
    progress = replace(progress, position=position, hash=seen.hash, at=seen.event.at)
    return _compared(progress, marks.get(position), found)


def verify(
    links: Iterable[ChainLink | UnreadableEvent], marks: Mapping[int, str], start: VerificationProgress = START
) -> AuditVerdict:
    """Fold :func:`step` over a chain from its first event, or on from ``start``; an end that was cut off is found."""
    findings, progress, events = Findings(), start, 0
    for seen in links:
        progress, found = step(progress, seen, marks)
        findings.add(found)
        events += 1
    vouched = max(marks, default=0)
    if vouched > progress.position:
        end = [AuditFinding(FindingKind.CUT_OFF, progress.position + 1, vouched)]
        _broken(progress, progress.position, progress.position, end)
        findings.add(end)
    return AuditVerdict(
        events, progress.position, progress.hash, vouched, findings.shown, findings.not_shown, not findings.damaged
    )


def _broken(
    progress: VerificationProgress, before: int, behind: int, found: list[AuditFinding]
) -> VerificationProgress:
    """Break the chain: up to ``before`` no later checkpoint proves anything, and it starts anew after ``behind``."""
    if before > progress.agreed:
        found.append(AuditFinding(FindingKind.UNPROVEN, progress.agreed + 1, before))
    return replace(progress, hash=None, agreed=behind, rewriting=False)


def _compared(
    progress: VerificationProgress, mark: str | None, found: list[AuditFinding]
) -> tuple[VerificationProgress, tuple[AuditFinding, ...]]:
    """Compare with the checkpoint at this position, if there is one."""
    if mark == progress.hash:
        progress = replace(progress, agreed=progress.position, rewriting=False)
    elif mark is not None:
        if not progress.rewriting:
            found.append(AuditFinding(FindingKind.REWRITTEN, progress.agreed + 1, progress.position))
        progress = replace(progress, rewriting=True)
    return progress, tuple(found)
