"""Verify the office's own audit: the chain in the database, its checkpoints there, in the file, and kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.db import connection

from keiki.domain.audit.checkpoint import IsSigned
from keiki.domain.audit.event import ChainLink, UnreadableEvent
from keiki.domain.audit.findings import AuditFinding, FindingKind, Findings
from keiki.domain.audit.series import compared, marks_of, read_series
from keiki.domain.audit.verification import AuditVerdict, verify
from keiki.office.audit import guards
from keiki.office.audit.checkpoints import CheckpointFile
from keiki.office.audit.reading import checkpoint_lines, links

DATABASE = "the database"
EVERY = 5000
"""Events between two words of how far it is."""


def verify_audit(
    is_signed: IsSigned,
    file: CheckpointFile,
    elsewhere: Mapping[str, Iterable[str]] | None = None,
    told: Callable[[int], None] = lambda _: None,
    more: Iterable[AuditFinding] = (),
) -> AuditVerdict:
    """Verify everything; ``elsewhere`` are lines of checkpoints by the name of where they were kept.

    ``more`` are findings about what the office's other rooms keep beside their events. ``told`` hears from time to
    time how many events were seen.

    Read in the order opposite to the one they are written in, so that what is added meanwhile is no finding: the
    database's checkpoints, the file's, the events.
    """
    kept = read_series(DATABASE, checkpoint_lines(), is_signed)
    outside = read_series(file.path.name, file.lines(), is_signed)
    others = [outside, *(read_series(name, lines, is_signed) for name, lines in (elsewhere or {}).items())]
    stores = [kept, *others]
    found = Findings()
    for store in stores:
        found.add(store.findings)
    found.add(compared(kept, others, one_ahead=outside.store))
    found.add(more)
    found.add(AuditFinding(FindingKind.GUARD_MISSING, store=name) for name in guards.missing(connection))
    return verify(_counted(links(), told), marks_of(stores)).with_more(found)


def _counted(
    chain: Iterable[ChainLink | UnreadableEvent], told: Callable[[int], None]
) -> Iterator[ChainLink | UnreadableEvent]:
    for count, link in enumerate(chain, 1):
        if count % EVERY == 0:
            told(count)
        yield link
