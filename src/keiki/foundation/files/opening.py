"""The one place where a file that somebody names is opened to be read: a regular file, or refused with a sentence.

A named pipe would keep its reader waiting for ever, a device has no end, and a symbolic link may lead in a circle. All
of them raise :class:`OSError`; :func:`opening_refusal` says each in Japanese and English.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final

from keiki.foundation.text.bilingual import Bilingual


class NotRegularFileError(OSError):
    """A named pipe, a socket or a device, where a file was meant."""


NO_PERMISSION: Final = Bilingual(ja="権限がありません", en="permission denied")
_NOT_REGULAR = Bilingual(
    ja="通常のファイルではなく、パイプやデバイスなどです。内容をファイルに保存してから指定してください",
    en="it is no regular file but a pipe, a socket or a device: save its content as a file and name that",
)
_REASONS: Mapping[int | None, Bilingual] = {
    errno.ENOENT: Bilingual(ja="ファイルがありません", en="there is no such file"),
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.ENOSPC: Bilingual(ja="ディスクの空きがありません", en="no space left on the disk"),
    errno.EDQUOT: Bilingual(ja="ディスクの空きがありません", en="no space left on the disk"),
    errno.EROFS: Bilingual(ja="読取り専用です", en="it is read-only"),
    errno.EISDIR: Bilingual(ja="フォルダーです", en="it is a folder"),
    errno.ENOTDIR: Bilingual(
        ja="パスの途中がフォルダーではありません", en="a part of its path is a file, not a folder"
    ),
    errno.ELOOP: Bilingual(ja="シンボリックリンクが循環しています", en="its symbolic links lead in a circle"),
    errno.ENAMETOOLONG: Bilingual(ja="名前が長すぎます", en="its name is too long"),
}


def open_input(path: Path) -> BinaryIO:
    """Open a regular file, or a link to one, for reading; never waits.

    Raises :class:`NotRegularFileError` and any other :class:`OSError`.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise NotRegularFileError(errno.EINVAL, _NOT_REGULAR.en, str(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_input(path: Path) -> bytes:
    """Return what is in a regular file; raises as :func:`open_input`."""
    with open_input(path) as file:
        return file.read()


def read_input_text(path: Path, encoding: str = "utf-8-sig") -> str:
    """Return the text of a regular file, each line ended by a line feed.

    Raises as :func:`open_input`, and :class:`UnicodeDecodeError`.
    """
    with io.TextIOWrapper(open_input(path), encoding=encoding) as file:
        return file.read()


def refuse_unopenable(path: Path) -> None:
    """Raise as :func:`open_input` where a library that opens ``path`` by its name would fail or wait."""
    open_input(path).close()


def opening_refusal(error: OSError) -> Bilingual:
    """Why the operating system, or :func:`open_input`, refused."""
    if isinstance(error, NotRegularFileError):
        return _NOT_REGULAR
    told = str(error.strerror or type(error).__name__)
    return _REASONS.get(error.errno) or Bilingual(ja=told, en=told)
