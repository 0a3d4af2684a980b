"""A data folder that was never made: refused before a command reads or writes anything there.

A wrong ``--data`` would else look like a database that is away, or be filled with half a zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from keiki.foundation.program.typed_command import typed
from keiki.foundation.text.bilingual import Bilingual


class FolderNotMade(Exception):  # noqa: N818 - an answer to what was typed
    """There is no zone in this folder; ``text`` names the command that makes one."""

    def __init__(self, text: Bilingual) -> None:
        self.text = text
        super().__init__(text.en)


def require_made(folder: Path, signs: Iterable[str], what: Bilingual, made_by: str, option: str = "--data") -> None:
    """Raise :class:`FolderNotMade` unless one of ``signs``, names in the folder, is there.

    ``what``: the zone in words. ``made_by``: the command that makes the folder, where ``{}`` stands for it.
    """
    refuse_file(folder, option)
    if any((folder / sign).exists() for sign in signs):
        return
    command = typed(made_by.format(folder))
    absent = Bilingual(ja="このフォルダーはありません", en="there is no such folder")
    other = Bilingual(ja=f"このフォルダーに{what.ja}のデータはありません", en=f"there is no {what.en} in this folder")
    why = other if folder.is_dir() else absent
    raise FolderNotMade(
        Bilingual(
            ja=f"{folder}: {why.ja}。{option} で正しいフォルダーを指定してください。"
            f"新しく作るには {command} を実行してください",
            en=f"{folder}: {why.en}. Name the right one with {option}, or make a new {what.en} with {command}",
        )
    )


def refuse_file(folder: Path, option: str = "--data") -> None:
    """Raise :class:`FolderNotMade` where a file, or a file in its path, stands for the folder."""
    if not any(each.exists() and not each.is_dir() for each in (folder, *folder.parents)):
        return
    raise FolderNotMade(
        Bilingual(
            ja=f"{folder}: フォルダーではなくファイルです。{option} でフォルダーを指定してください",
            en=f"{folder}: it, or a part of its path, is a file. Name a folder with {option}",
        )
    )
