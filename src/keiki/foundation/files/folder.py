"""A folder into which an owner drops files: which of them are complete, and which is the newest."""

from __future__ import annotations

import errno
import re
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.layout import FileLayout, LayoutTable
from keiki.foundation.settings.errors import WrongValueError
from keiki.foundation.settings.tables import Duration, GroupPattern, StrictTable, Text, must
from keiki.foundation.text.bilingual import Bilingual

_SHOWN = 5


@dataclass(frozen=True)
class DroppedFile:
    """A dropped file as it was found; ``changed_ns`` in nanoseconds since 1970."""

    path: Path
    size: int
    changed_ns: int

    @classmethod
    def of(cls, path: Path) -> DroppedFile:
        """Look at a file; raises :class:`FileNotFoundError`."""
        found = path.stat()
        return cls(path, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class Matching:
    """What is named like a pattern: the files that are read, by name, and the names of what is passed over."""

    files: tuple[Path, ...]
    passed_over: tuple[str, ...]


def matching(folder: Path, pattern: str) -> Matching:
    """Return what in ``folder`` is named like ``pattern``; ``folder`` itself may be a link.

    Read are regular files of the folder, and links to such. A link that leads out of the folder, in a circle or to
    nothing is passed over, and so are pipes and devices: whoever may write there could have any file read by a link.
    Raises :class:`OSError`.
    """
    inside, files, passed_over = folder.resolve(), list[Path](), list[str]()
    for path in sorted(folder.glob(pattern)):
        try:
            leads_to = path.resolve(strict=True)
            mode = leads_to.stat().st_mode
        except (OSError, RuntimeError) as error:
            if path.is_symlink() and (isinstance(error, RuntimeError) or error.errno in (errno.ELOOP, errno.ENOENT)):
                passed_over.append(path.name)
            elif not isinstance(error, FileNotFoundError):
                raise
            continue
        if stat.S_ISREG(mode) and leads_to.is_relative_to(inside):
            files.append(path)
        elif not stat.S_ISDIR(mode):
            passed_over.append(path.name)
    return Matching(tuple(files), tuple(passed_over))


def passed_over_text(names: Sequence[str]) -> Bilingual:
    """Say that ``names`` are passed over, and what to do."""
    listed = ", ".join(names[:_SHOWN]) + (" ..." if len(names) > _SHOWN else "")
    return Bilingual(
        ja=f"{listed} は読んでいません。フォルダーの外や循環するリンク、または通常のファイルではありません。"
        "ファイルそのものを置いてください",
        en=f"{listed}: passed over, for it is a link out of the folder or in a circle, or no regular file; "
        "put the file itself there",
    )


@dataclass(frozen=True)
class DropFolder:
    """The files of one owner. The newest is the last by name among the complete ones.

    A finished file is told from one that is still being written by at least one of three signs: ``marker``, a file of
    its name with this ending lies beside it; ``settled``, seconds it has not been touched; the trailer of its layout.
    ``as_of_in_name``: where no column says it, a pattern whose group is the as-of time in the file's name.
    """

    path: Path
    files: str
    layout: FileLayout
    marker: str
    settled: float
    as_of_in_name: re.Pattern[str] | None

    def complete(self) -> Iterator[DroppedFile]:
        """Yield the files that are complete (but for a trailer, which only reading tells), the newest first."""
        for path in reversed(matching(self.path, self.files).files):
            try:
                drop = DroppedFile.of(path)
            except FileNotFoundError:
                continue
            if self._is_marked(drop) and time.time() - drop.changed_ns / 1e9 >= self.settled:
                yield drop

    def passed_over(self) -> tuple[str, ...]:
        """Return what is named like a drop and never read; see :func:`matching`."""
        return matching(self.path, self.files).passed_over

    def _is_marked(self, drop: DroppedFile) -> bool:
        """Whether its marker lies beside it. One that is older than the file was left there for the file before it."""
        if not self.marker:
            return True
        try:
            marker = DroppedFile.of(drop.path.with_name(drop.path.name + self.marker))
        except FileNotFoundError:
            return False
        return marker.changed_ns >= drop.changed_ns


def time_in_name(pattern: re.Pattern[str], name: str) -> str:
    """Return the as-of time that stands in a file's name; raises :class:`DamagedFileError`."""
    found = pattern.search(name)
    if found is None or found[1] is None:
        raise DamagedFileError(
            "ファイル名に基準時刻がない。as_of_in_name を確認",
            "its name does not say the as-of time: check as_of_in_name",
        )
    return str(found[1])


@dataclass(frozen=True, kw_only=True)
class CompleteTable(StrictTable):
    """How a finished file is told from one that is still being written; see :class:`DropFolder`."""

    marker: Text | None = None
    settled: Duration | None = None
    trailer: GroupPattern | None = None

    def __post_init__(self) -> None:
        if not (self.marker or self.settled or self.trailer):
            raise WrongValueError(
                ja="書き終わったファイルの見分け方を 'marker'、'settled'、'trailer' で指定してください",
                en="say how a finished file is known: 'marker', 'settled' or 'trailer'",
            )


@dataclass(frozen=True, kw_only=True)
class FolderTable(LayoutTable):
    """``[source.folder]``. ``files``: names of files of the folder or of folders in it, none of elsewhere."""

    path: Text
    files: Annotated[
        Text,
        must(
            lambda files: not files.startswith("/") and ".." not in files.split("/"),
            ja="フォルダーの中のファイル名の形で指定してください。ほかの場所は 'path' で指定します",
            en="must be a pattern of names inside the folder: say in 'path' where else to look",
        ),
    ]
    complete: CompleteTable
    as_of_in_name: GroupPattern | None = None

    def __post_init__(self) -> None:
        self.folder()

    def folder(self) -> DropFolder:
        """Return the folder that the table means."""
        settled = self.complete.settled
        return DropFolder(
            path=Path(self.path),
            files=self.files,
            layout=self.layout(self.complete.trailer),
            marker=self.complete.marker or "",
            settled=settled.total_seconds() if settled else 0.0,
            as_of_in_name=self.as_of_in_name,
        )
