"""Write the export for an auditor: events, spreadsheet, checkpoints and signed manifest (docs/audit.md section 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction

from keiki.domain.audit.checkpoint import Checkpoint
from keiki.domain.audit.event import ChainLink
from keiki.domain.audit.lines import canonical, write_time
from keiki.foundation.files.drafts import open_draft
from keiki.office.audit import checkpoints
from keiki.office.audit.archive import CARD, CHECKPOINTS, CSV, EVENTS, EXPORT_LABEL, FORMAT, MANIFEST, VERSION
from keiki.office.audit.checkpoints import CheckpointFile, CheckpointRefused
from keiki.office.audit.reading import checkpoint_lines, links
from keiki.office.audit.services import Act, record
from keiki.office.audit.spreadsheet import HEADER, row_of
from keiki.protocols.sealing.identity import Identity


@dataclass(frozen=True)
class Exported:
    """What was written: how many events and checkpoints, up to which position."""

    events: int
    checkpoints: int
    position: int


def export(act: Act, identity: Identity, kept: CheckpointFile, out: Path) -> Exported:
    """Record the export, make a checkpoint over it, and write everything up to there to ``out`` (a new ZIP file).

    Raises :class:`CheckpointRefused` where the chain is damaged and :class:`FileExistsError` where ``out`` is there.
    """
    draft = out.with_name(out.name + ".new")
    if out.exists():
        raise FileExistsError(f"{out} is there already: name another file")
    with transaction.atomic():
        record(act, "AuditExported", "audit", file=out.name)
    checkpoints.make(identity, kept, act.at)
    last = checkpoints.latest()
    if last is None:
        raise CheckpointRefused(
            "書き出す範囲を決めるチェックポイントがありません。audit verify で検証してください",
            "there is no checkpoint to export up to: run audit verify",
        )
    try:
        with open_draft(draft) as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
            done = _write(archive, act, identity, last)
        draft.rename(out)
    finally:
        draft.unlink(missing_ok=True)
    return done


def _write(archive: ZipFile, act: Act, identity: Identity, last: Checkpoint) -> Exported:
    events, sums = 0, {}
    sums[EVENTS], events = _member(archive, EVENTS, (link.to_line() + "\n" for link in _up_to(last)))
    sums[CSV], _ = _member(archive, CSV, _spreadsheet(lambda: _up_to(last)))
    lines = (line for line in checkpoint_lines() if Checkpoint.from_line(line).number <= last.number)
    sums[CHECKPOINTS], count = _member(archive, CHECKPOINTS, (line + "\n" for line in lines))
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "at": write_time(act.at),
        "by": act.by,
        "key_id": identity.card.key_id.hex(),
        "events": events,
        "position": last.position,
        "hash": last.hash,
        "checkpoints": count,
        "files": sums,
    }
    signature = identity.sign(EXPORT_LABEL + canonical(manifest)).hex()
    archive.writestr(MANIFEST, canonical({**manifest, "signature": signature}) + b"\n")
    archive.writestr(CARD, identity.card.to_json())
    return Exported(events, count, last.position)


def _up_to(last: Checkpoint) -> Iterable[ChainLink]:
    for link in links(up_to=last.position):
        if not isinstance(link, ChainLink):
            raise CheckpointRefused(
                f"読めない記録があります({link.why})。何も書き出していません。audit verify で検証してください",
                f"an event cannot be read ({link.why}): nothing is exported; run audit verify",
            )
        yield link


def _spreadsheet(chain: Callable[[], Iterable[ChainLink]]) -> Iterable[str]:
    yield HEADER
    for link in chain():
        yield row_of(link)


def _member(archive: ZipFile, name: str, parts: Iterable[str]) -> tuple[str, int]:
    """Write a file of the archive as it comes; return its SHA-256 and how many parts it had."""
    sum_, count = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as file:
        for part in parts:
            data = part.encode()
            sum_.update(data)
            file.write(data)
            count += 1
    return sum_.hexdigest(), count
