"""File names in settings: a relative one is one of the folder that the settings are in."""

from __future__ import annotations

from pathlib import Path

from keiki.foundation.settings.document import SettingsDocument


def named_file(document: SettingsDocument, beside: Path, key: str, name: str) -> str:
    """Return where the file ``name`` is; the empty name means none.

    Raises ``WrongSettingError`` for a file that is not there.
    """
    if not name:
        return ""
    file = beside / name
    if not file.is_file():
        raise document.wrong(
            (key,),
            ja=f"{file} というファイルはありません。名前を直すか、ファイルを置いてください",
            en=f"names {file}, and there is no such file: correct the name, or put the file there",
        )
    return str(file)
