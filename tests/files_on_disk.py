"""What lies in a folder whose processes go on working: a file that they remove meanwhile is not there any more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def files_in(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Each file below ``folder`` with its content, in order of name."""
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file():
                yield path, path.read_bytes()
        except FileNotFoundError:
            continue
