"""The folder that one ``keiki up`` keeps everything in: made, held by one process at a time, left in order.

``up.json`` in it says whose folder it is and which processes belong to it, so that what a killed ``up`` left running is
ended by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keiki import __version__
from keiki.foundation.files.drafts import write_whole
from keiki.foundation.processes import began
from keiki.foundation.program.typed_command import CLONE, in_clone
from keiki.foundation.text.bilingual import Bilingual

DEFAULT = (CLONE if in_clone() else Path()) / "demo"
"""Where ``keiki up`` keeps its data if nothing else is said: beside the program, in sight, ignored by Git; where the
program was installed, in the folder that one is in."""
MARK = "up.json"
ZONE_FOLDERS = {"bench", "cards", "control", "handheld", "logs", "office", "relay"}
NEEDED_MB = 200
"""Free space that a run needs at least: databases, the relay's store and logs of a first day."""
_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class FolderRefused(Exception):  # noqa: N818 - an answer, not a fault
    """The folder cannot be used; ``text`` says why and what to do."""

    def __init__(self, text: Bilingual) -> None:
        self.text = text
        super().__init__(text.en)


@dataclass
class RunFolder:
    """A folder that this process holds."""

    path: Path
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def note(self, url: str, pids: list[int]) -> None:
        """Write down where the screens are and which processes belong to the folder."""
        with self._turn:
            self._note(url, pids)

    def _note(self, url: str, pids: list[int]) -> None:
        processes = [{"pid": pid, "began": since} for pid in pids if (since := began(pid))]
        _write(self.path / MARK, {"keiki": __version__, "pid": os.getpid(), "url": url, "processes": processes})


@contextmanager
def held(path: Path) -> Iterator[RunFolder]:
    """Make ``path`` if need be and hold it; raise :class:`FolderRefused` where it cannot be used.

    A folder that was made and that nothing was put into is taken away again.
    """
    made = [each for each in (path, *path.parents) if not os.path.lexists(each)]
    try:
        path.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise FolderRefused(_unusable(path, error)) from None
    try:
        _lock_or_refuse(handle, path)
        _check(path)
        folder = RunFolder(path)
        try:
            _end_leftovers(path)
            folder.note("", [])
        except OSError as error:
            raise FolderRefused(_unusable(path, error)) from None
        yield folder
    finally:
        _take_away_untouched(made)
        os.close(handle)


def _take_away_untouched(made: list[Path]) -> None:
    """Remove folders that were made for a run that was refused before it began; innermost first."""
    if not made or {each.name for each in made[0].iterdir()} - {MARK, "logs"}:
        return
    with contextlib.suppress(OSError):
        shutil.rmtree(made[0] / "logs", ignore_errors=True)
        (made[0] / MARK).unlink(missing_ok=True)
        for folder in made:
            folder.rmdir()


def disk_full(path: Path) -> Bilingual | None:
    """Return what to say if the disk that ``path`` is on has no room left, else None."""
    free = shutil.disk_usage(path).free >> 20
    if free >= 1:
        return None
    return Bilingual(
        ja=f"{path} のあるディスクに空きがありません。空きを作ってから、同じコマンドをもう一度実行してください",
        en=f"the disk that {path} is on is full: make room, then run the same command again",
    )


def _lock_or_refuse(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        mark = _read(path / MARK)
        pid, url = mark.get("pid", "?"), mark.get("url") or "-"
        raise FolderRefused(
            Bilingual(
                ja=f"{path} では別の keiki up(プロセス {pid}、画面 {url})が動いています。"
                "もう一つ動かすには --folder で別のフォルダーを指定してください",
                en=f"another keiki up runs in {path} (process {pid}, screens {url}). "
                "For a second one name another folder with --folder",
            )
        ) from None


def _check(path: Path) -> None:
    there = {each.name for each in path.iterdir()}
    if there and MARK not in there and not there <= ZONE_FOLDERS:
        raise FolderRefused(
            Bilingual(
                ja=f"{path} には Keiki のものではないファイルがあります。"
                "空のフォルダーか新しいフォルダーを指定してください",
                en=f"{path} holds files that are not Keiki's: name an empty or a new folder",
            )
        )
    free = shutil.disk_usage(path).free >> 20
    if free < NEEDED_MB:
        raise FolderRefused(
            Bilingual(
                ja=f"{path} のあるディスクの空きは {free} MB です。{NEEDED_MB} MB 以上必要です。"
                "空きを作るか、--folder で別のディスクを指定してください",
                en=f"the disk that {path} is on has {free} MB free and {NEEDED_MB} MB are needed: "
                "make room, or name a folder on another disk with --folder",
            )
        )


def _unusable(path: Path, error: OSError) -> Bilingual:
    if error.errno in _FULL:
        why = Bilingual(ja="ディスクに空きがありません。空きを作ってください", en="the disk is full: make room")
    elif error.errno in _CLOSED:
        why = Bilingual(
            ja="書込みできません。権限を直すか、別のフォルダーを指定してください",
            en="it cannot be written: correct its permissions, or name another folder",
        )
    elif error.errno in {errno.ENOTDIR, errno.EEXIST}:
        why = Bilingual(
            ja="フォルダーではなくファイルです。フォルダーを指定してください",
            en="it, or a part of its path, is a file: name a folder",
        )
    else:
        why = Bilingual(
            ja=f"使えません({error.strerror})。別のフォルダーを指定してください",
            en=f"it cannot be used ({error.strerror}): name another folder",
        )
    return Bilingual(ja=f"{path}: {why.ja}", en=f"{path}: {why.en}")


def _end_leftovers(path: Path) -> None:
    """End what a killed ``up`` left running on this folder: at once, as its ``up`` would have."""
    left = [each["pid"] for each in _read(path / MARK).get("processes", []) if began(each["pid"]) == each["began"]]
    for number, seconds in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while left and time.monotonic() < deadline:
            left = [pid for pid in left if began(pid)]
            time.sleep(0.05)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, values: dict[str, Any]) -> None:
    write_whole(file, (json.dumps(values, indent=2) + "\n").encode())
