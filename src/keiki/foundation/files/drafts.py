"""Drafts: a file is written beside its place and moved there whole, so that its reader never finds half of it.

A draft's name can be guessed, and its folder may be one that others write to (the mailing room's). So a draft is made
anew and never through a link that somebody put there: what stands at its name is removed first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

PUBLIC: Final = 0o644
"""The mode of what is made to be given away, an identity card or a planner's result. A card holds public keys alone:
another person or account reads it to enrol it, and only its owner may change it."""


@contextmanager
def open_draft(draft: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Open a new file at ``draft``, for its owner alone unless ``mode`` says more; it is on the disk at the end.

    Raises :class:`FileExistsError` where somebody puts something else there in the same moment.
    """
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def make_draft(draft: Path, mode: int = PUBLIC) -> None:
    """Make a new, empty file at ``draft`` for a library that opens it by name (``mode`` less the umask)."""
    with open_draft(draft, mode):
        pass


def write_whole(file: Path, content: bytes, *, draft: Path | None = None, mode: int = 0o600) -> None:
    """Write ``file`` so that it is there whole, or as it was before; ``draft`` is its name meanwhile.

    A link at ``file`` is replaced, not followed. ``mode``: for its owner alone unless said otherwise; what is said is
    given whatever the umask.
    """
    draft = draft or file.with_name(f"{file.name}.new")
    with open_draft(draft, mode) as out:
        out.write(content)
        os.fchmod(out.fileno(), mode)
    os.replace(draft, file)
