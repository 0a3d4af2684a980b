"""The catalogues that Keiki ships: one folder of TOML files each, installed with the program as its data.

They are plain files on disk, in a clone as in an installed wheel; an import from a ZIP archive is not supported.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

SHIPPED = Path(str(files(__name__)))
"""The folder that holds the catalogues' folders."""


def shipped_names() -> list[str]:
    """Return the names of the catalogues that Keiki ships."""
    return sorted(file.parent.name for file in SHIPPED.glob("*/catalogue.toml"))


def find_catalogue(given: str, base: Path = Path()) -> Path | None:
    """Return the folder that a person means, or None: a path (relative to ``base``), else the name of a shipped one."""
    if (base / given).is_dir():
        return base / given
    return SHIPPED / given if given in shipped_names() else None
