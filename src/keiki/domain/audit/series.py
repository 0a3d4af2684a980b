"""Verify a store's checkpoints: each signed by the office, each after the one before, none missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from keiki.domain.audit.checkpoint import NO_CHECKPOINT, Checkpoint, IsSigned
from keiki.domain.audit.findings import AuditFinding, FindingKind
from keiki.domain.audit.lines import BadLine


@dataclass
class CheckpointSeries:
    """The checkpoints of one ``store`` whose signature is the office's, by number, and what is wrong with the rest."""

    store: str
    valid: dict[int, Checkpoint] = field(default_factory=dict)
    findings: list[AuditFinding] = field(default_factory=list)

    @property
    def last(self) -> Checkpoint | None:
        """The valid checkpoint of the highest number."""
        return self.valid[max(self.valid)] if self.valid else None

    def find(self, damage: FindingKind, first: int, last: int | None = None) -> None:
        """Note a finding in this store."""
        self.findings.append(AuditFinding(damage, first, first if last is None else last, self.store))


def read_series(store: str, lines: Iterable[str | bytes], is_signed: IsSigned) -> CheckpointSeries:
    """Read the checkpoints on ``lines``, in order, and verify them."""
    series = CheckpointSeries(store)
    before: Checkpoint | None = None
    expected = 1
    for row, line in enumerate(lines, 1):
        try:
            checkpoint = Checkpoint.from_line(line)
        except BadLine:
            series.find(FindingKind.CHECKPOINT_UNREADABLE, row)
            before, expected = None, expected + 1
            continue
        if not checkpoint.is_signed(is_signed):
            series.find(FindingKind.CHECKPOINT_FORGED, checkpoint.number)
            before, expected = None, max(expected, checkpoint.number + 1)
            continue
        _take(series, checkpoint, before, expected)
        before, expected = checkpoint, max(expected, checkpoint.number + 1)
    return series


def _take(series: CheckpointSeries, checkpoint: Checkpoint, before: Checkpoint | None, expected: int) -> None:
    """Take a signed checkpoint into the series; find what does not fit before it."""
    if checkpoint.number > expected:
        series.find(FindingKind.CHECKPOINT_MISSING, expected, checkpoint.number - 1)
    known = before if before and before.number == checkpoint.number - 1 else None
    follows = checkpoint.previous == (known.digest if known else NO_CHECKPOINT)
    misfit = (known or checkpoint.number == 1) and not follows
    if checkpoint.number < expected or misfit or (known and checkpoint.position <= known.position):
        series.find(FindingKind.CHECKPOINT_FORKED, checkpoint.number)
    series.valid.setdefault(checkpoint.number, checkpoint)


def compared(kept: CheckpointSeries, others: Sequence[CheckpointSeries], *, one_ahead: str = "") -> list[AuditFinding]:
    """Compare the database's checkpoints (``kept``) with those of other stores.

    ``one_ahead`` names the store that may hold one checkpoint more at the end: a program was killed between the two.
    """
    found: list[AuditFinding] = []
    for other in others:
        latest = max(kept.valid, default=0)
        for number in sorted(kept.valid.keys() | other.valid.keys()):
            here, there = kept.valid.get(number), other.valid.get(number)
            if here and there and here != there:
                found.append(AuditFinding(FindingKind.CHECKPOINT_FORKED, number, number, other.store))
            elif here is None and not (other.store == one_ahead and number == latest + 1 == max(other.valid)):
                found.append(AuditFinding(FindingKind.CHECKPOINT_MISSING, number, number, kept.store))
            elif there is None and other.store == one_ahead:
                found.append(AuditFinding(FindingKind.CHECKPOINT_MISSING, number, number, other.store))
    return found


def marks_of(stores: Iterable[CheckpointSeries]) -> Mapping[int, str]:
    """Return the hashes by position that valid checkpoints vouch for; what is kept first counts."""
    marks: dict[int, str] = {}
    for series in stores:
        for checkpoint in series.valid.values():
            marks.setdefault(checkpoint.position, checkpoint.hash)
    return marks
