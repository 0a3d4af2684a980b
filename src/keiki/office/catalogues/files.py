"""A catalogue's files: read from a folder, and handed out again as one archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from keiki.catalogues import shipped_names
from keiki.foundation.files.opening import read_input_text
from keiki.office.refusal import Refusal

ENDING = ".toml"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Every entry's time: the same files are the same archive."""


class NoFolder(Refusal):
    """The folder that was named holds no catalogue."""

    code = "no_folder"


def files_of(folder: Path) -> dict[str, str]:
    """Return the texts of the folder's TOML files by name; :class:`NoFolder` where there are none."""
    try:
        found = {file.name: read_input_text(file) for file in sorted(folder.glob(f"*{ENDING}"))}
    except UnicodeDecodeError as error:
        raise NoFolder(
            f"{folder} にUTF-8でないファイルがあります({error.reason})。UTF-8で保存し直してください",
            f"a file of {folder} is not UTF-8 ({error.reason}): save it as UTF-8",
        ) from None
    if not found:
        names = ", ".join(shipped_names())
        raise NoFolder(
            f"{folder} に .toml ファイルがありません。カタログのフォルダーか、付属の {names} の名前を指定してください",
            f"{folder} has no .toml files: give a catalogue's folder, or one that is shipped ({names})",
        )
    return found


def archive(files: Mapping[str, str]) -> bytes:
    """Return the files as a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            packed.writestr(zipfile.ZipInfo(name, LONG_AGO), files[name].encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()
