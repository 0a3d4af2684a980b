"""Verify an export with nothing but itself and the office's card: no database, no Django (docs/audit.md section 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from keiki.domain.audit.checkpoint import IsSigned
from keiki.domain.audit.event import ChainLink, UnreadableEvent
from keiki.domain.audit.findings import AuditFinding, FindingKind, Findings
from keiki.domain.audit.lines import BadLine, canonical, digest, read_object, text, whole
from keiki.domain.audit.series import compared, marks_of, read_series
from keiki.domain.audit.verification import AuditVerdict, verify
from keiki.office.audit.spreadsheet import HEADER, row_of
from keiki.office.refusal import Refusal

EVENTS, CSV, CHECKPOINTS = "events.jsonl", "events.csv", "checkpoints.jsonl"
MANIFEST, CARD = "manifest.json", "card.json"
FORMAT, VERSION = "keiki-audit-export", 1
EXPORT_LABEL = b"keiki audit export v1\n"
LONGEST_LINE = 1 << 20


class NotAnExport(Refusal):
    """A file that is no export at all, so that nothing in it can be verified."""

    code = "not_an_export"


@dataclass(frozen=True)
class Manifest:
    """What the office signed about the export; ``genuine`` says whether it did."""

    members: dict[str, Any]
    genuine: bool

    def is_of(self, name: str, sum_: str) -> bool:
        """Whether the file ``name`` is the one that was signed."""
        files = self.members.get("files")
        return isinstance(files, dict) and files.get(name) == sum_


class Summing:
    """Reads lines of an archive's file and sums up what was read."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive, self._name = archive, name
        self._sum = hashlib.sha256()

    def lines(self) -> Iterator[bytes]:
        """Yield the lines without their ends."""
        with self._archive.open(self._name) as file:
            while line := file.readline(LONGEST_LINE):
                self._sum.update(line)
                yield line.removesuffix(b"\n")

    @property
    def sum(self) -> str:
        """SHA-256 over the whole file, once its lines were read."""
        return self._sum.hexdigest()


def verify_export(path: Path, is_signed: IsSigned, elsewhere: Sequence[tuple[str, list[str]]] = ()) -> AuditVerdict:
    """Verify the export in ``path``; ``elsewhere`` are checkpoints that the auditor kept, by name.

    Raises :class:`NotAnExport` where there is nothing to verify.
    """
    try:
        with ZipFile(path) as archive:
            manifest = _manifest(archive, is_signed)
            return _verify(archive, manifest, is_signed, elsewhere)
    except (BadZipFile, KeyError, EOFError, BadLine, NotImplementedError, RuntimeError) as error:
        raise NotAnExport(
            f"{path} は監査記録の書出しではないか、ファイルが壊れています({error})。もう一度受け取ってください",
            f"{path} is not an audit export, or was damaged as a file ({error}): have it handed over again",
        ) from None


def _verify(
    archive: ZipFile, manifest: Manifest, is_signed: IsSigned, elsewhere: Sequence[tuple[str, list[str]]]
) -> AuditVerdict:
    changed = set() if manifest.genuine else {MANIFEST}
    checkpoints = Summing(archive, CHECKPOINTS)
    series = read_series(CHECKPOINTS, checkpoints.lines(), is_signed)
    others = [read_series(name, lines, is_signed) for name, lines in elsewhere]
    events, table = Summing(archive, EVENTS), hashlib.sha256(HEADER.encode())
    marks = marks_of([series, *others])
    verdict = verify(_links(events, table), marks)
    spreadsheet = Summing(archive, CSV)
    for _ in spreadsheet.lines():
        pass
    for name, sum_ in ((CHECKPOINTS, checkpoints.sum), (EVENTS, events.sum), (CSV, spreadsheet.sum)):
        if not manifest.is_of(name, sum_):
            changed.add(name)
    if spreadsheet.sum != table.hexdigest():
        changed.add(CSV)
    said = manifest.members
    if (said["events"], said["position"], said["hash"]) != (verdict.events, verdict.position, verdict.hash):
        changed.add(MANIFEST)
    last = series.last
    if last is None or (last.position, last.hash, len(series.valid)) != (
        said["position"],
        said["hash"],
        said["checkpoints"],
    ):
        changed.add(CHECKPOINTS)
    found = Findings()
    for store in (series, *others):
        found.add(store.findings)
    found.add(compared(series, others))
    found.add(AuditFinding(FindingKind.EXPORT_CHANGED, store=name) for name in sorted(changed))
    return verdict.with_more(found)


def _links(events: Summing, table: Any) -> Iterator[ChainLink | UnreadableEvent]:
    """Yield the events, and sum up the spreadsheet that they should make."""
    for line in events.lines():
        try:
            link = ChainLink.from_line(line)
        except BadLine as error:
            yield UnreadableEvent(None, str(error))
        else:
            table.update(row_of(link).encode("utf-8", "replace"))
            yield link


def _manifest(archive: ZipFile, is_signed: IsSigned) -> Manifest:
    """Read the manifest; its members are of the right kinds, whoever signed it."""
    with archive.open(MANIFEST) as file:
        members = read_object(file.read(LONGEST_LINE).removesuffix(b"\n"))
    if (members.get("format"), members.get("version")) != (FORMAT, VERSION):
        raise BadLine("the manifest is of a format this program does not know")
    for name in ("events", "position", "checkpoints"):
        whole(members, name)
    digest(members, "hash")
    signed = {name: value for name, value in members.items() if name != "signature"}
    try:
        signature = bytes.fromhex(text(members, "signature"))
    except ValueError:
        signature = b""
    return Manifest(members, is_signed(text(members, "key_id"), EXPORT_LABEL + canonical(signed), signature))
