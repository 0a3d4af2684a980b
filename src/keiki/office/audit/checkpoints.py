"""Make checkpoints: verify what is new, sign it, write it to the file outside the database and then to the database.

``docs/audit.md`` section 3. It is made under the database's write lock, so two makers never make the same one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedRandom
from pathlib import Path

from django.db import transaction

from keiki.domain.audit.checkpoint import Checkpoint, next_after
from keiki.domain.audit.lines import BadLine
from keiki.domain.audit.verification import START, VerificationProgress, verify
from keiki.office.audit.models import AuditCheckpoint, AuditEvent
from keiki.office.audit.reading import links
from keiki.office.audit.trust import trusting
from keiki.office.refusal import Refusal
from keiki.protocols.sealing.identity import Identity

WINDOW = 65536


class CheckpointRefused(Refusal):
    """The office does not sign this chain; says why. ``audit verify`` says where."""

    code = "checkpoint_refused"


@dataclass(frozen=True)
class CheckpointFile:
    """The checkpoints outside the database: one line each, only ever added to, synced."""

    path: Path

    def lines(self) -> Iterator[str]:
        """Yield the complete lines; a last one without line end is a torn write and counts for nothing."""
        if self.path.exists():
            with self.path.open(encoding="utf-8", errors="replace", newline="\n") as file:
                yield from (line[:-1] for line in file if line.endswith("\n"))

    def last(self) -> str | None:
        """Return the last complete line."""
        line = None
        for line in self.lines():  # noqa: B007 - the last one is wanted
            pass
        return line

    def add(self, lines: list[str]) -> None:
        """Add ``lines`` and sync; a torn last line is cut off first."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            _cut_torn_line(file)
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())


def make(identity: Identity, file: CheckpointFile, now: datetime) -> Checkpoint | None:
    """Make a checkpoint over everything so far and return it; ``None`` where the last one covers it already.

    Raises :class:`CheckpointRefused` where the chain is damaged or the file knows another history.
    """
    seen = _verified(_start(latest()))
    with transaction.atomic():
        last = _reconciled(identity, file, latest())
        _agrees(last)
        seen = _verified(seen)  # what came while the rest was verified: nobody waits for more than that
        if seen.hash is None or seen.position <= (last.position if last else 0):
            return None
        key_id = identity.card.key_id.hex()
        made = next_after(last, position=seen.position, hash_=seen.hash, at=now, key_id=key_id).signed(identity.sign)
        file.add([made.to_line()])
        _keep(made)
    return made


def due(now: datetime, events: int, age: timedelta) -> bool:
    """Whether it is time: ``events`` since the last checkpoint, or an event and ``age`` since it was made."""
    last = latest()
    head = AuditEvent.objects.order_by("-position").values_list("position", flat=True).first() or 0
    new = head - (last.position if last else 0)
    return new >= events or (new > 0 and (last is None or not timedelta() <= now - last.at < age))


def latest() -> Checkpoint | None:
    """Return the newest checkpoint that the database keeps."""
    line = AuditCheckpoint.objects.order_by("-number").values_list("line", flat=True).first()
    try:
        return Checkpoint.from_line(line) if line else None
    except BadLine as error:
        raise CheckpointRefused(
            f"データベースの最後のチェックポイントを読めません({error})。audit verify で検証してください",
            f"the last checkpoint in the database cannot be read ({error}): run audit verify",
        ) from None


def _reconciled(identity: Identity, file: CheckpointFile, last: Checkpoint | None) -> Checkpoint | None:
    """Bring file and database together where only a killed program parted them; refuse anything else."""
    line = file.last()
    if line is None:
        kept = list(AuditCheckpoint.objects.order_by("number").values_list("line", flat=True))
        if kept:
            file.add(kept)
        return last
    if last and line == last.to_line():
        return last
    try:
        ahead = Checkpoint.from_line(line)
    except BadLine as error:
        raise CheckpointRefused(
            f"{file.path.name} の最後の行はチェックポイントではありません({error})。audit verify で検証してください",
            f"the last line of {file.path.name} is no checkpoint ({error}): run audit verify",
        ) from None
    follows = next_after(last, position=ahead.position, hash_=ahead.hash, at=ahead.at, key_id=ahead.key_id)
    agrees = AuditEvent.objects.filter(position=ahead.position, hash=ahead.hash).exists()
    expected = (follows.number, follows.previous) == (ahead.number, ahead.previous)
    if not (expected and agrees and ahead.is_signed(trusting([identity.card]))):
        raise CheckpointRefused(
            f"{file.path.name} とデータベースのチェックポイントが一致しません。audit verify で検証してください。"
            "バックアップを戻した後なら、このファイルを別の名前で保管してください(docs/audit.md 第6節)",
            f"{file.path.name} and the database do not know the same checkpoints: run audit verify; after a backup "
            "was brought back, keep that file under another name (docs/audit.md section 6)",
        )
    _keep(ahead)
    return ahead


def _start(last: Checkpoint | None) -> VerificationProgress:
    return VerificationProgress(last.position, last.hash) if last else START


def _verified(start: VerificationProgress) -> VerificationProgress:
    """Verify what came after ``start`` and return where the chain ends."""
    verdict = verify(links(after=start.position), {}, start)
    if not verdict.intact:
        found = verdict.findings[0].words
        raise CheckpointRefused(
            f"{found.ja}。署名はしていません。audit verify で検証してください",
            f"{found.en}: nothing is signed; run audit verify",
        )
    return VerificationProgress(verdict.position, verdict.hash)


def _agrees(last: Checkpoint | None) -> None:
    """Refuse where the event that the last checkpoint vouches for is another one now."""
    if last and not AuditEvent.objects.filter(position=last.position, hash=last.hash).exists():
        raise CheckpointRefused(
            f"記録{last.position}は、チェックポイント{last.number}が保証したものではありません。"
            "audit verify で検証してください",
            f"event {last.position} is not the one checkpoint {last.number} vouches for: run audit verify",
        )


def _keep(checkpoint: Checkpoint) -> None:
    AuditCheckpoint.objects.create(number=checkpoint.number, position=checkpoint.position, line=checkpoint.to_line())


def _cut_torn_line(file: BufferedRandom) -> None:
    """Cut off what stands behind the last line end, and stand there; a whole line is far shorter than the window."""
    size = file.seek(0, os.SEEK_END)
    start = file.seek(max(0, size - WINDOW))
    end = file.read().rfind(b"\n") + 1
    if end or not start:
        file.truncate(start + end)
    file.seek(0, os.SEEK_END)
