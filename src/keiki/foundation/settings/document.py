"""A settings file as it was written: its tables, and the line of every key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keiki.foundation.files.opening import opening_refusal, read_input_text
from keiki.foundation.files.toml_text import parse_toml
from keiki.foundation.settings.errors import SettingsPlace, SettingsProblem, WrongSettingError, WrongValueError
from keiki.foundation.settings.toml_lines import KeyPath, TomlLines
from keiki.foundation.text.bilingual import Bilingual

_LABELS = ("id", "name")
"""Keys by which a table of a list is named in errors; else by its number."""
_BAD_LINE = re.compile(r"at line ([0-9]+)")


@dataclass(frozen=True)
class SettingsDocument:
    """The content of one file. ``file`` is its name as errors say it."""

    file: str
    content: Mapping[str, Any]
    lines: TomlLines = field(repr=False)

    @classmethod
    def parse(cls, text: str, file: str) -> SettingsDocument:
        """Read TOML, with or without the mark that some editors put in front; raises :class:`WrongSettingError`."""
        text = text.removeprefix("\ufeff")
        try:
            return cls(file, parse_toml(text), TomlLines(text))
        except tomllib.TOMLDecodeError as error:
            found = _BAD_LINE.search(str(error))
            line = int(found[1]) if found else text.count("\n") + 1
            sentence = Bilingual(
                ja=f"TOMLとして読めません({error})。ファイルを直してください",
                en=f"this is not TOML ({error}): correct the file",
            )
            raise WrongSettingError([SettingsProblem(SettingsPlace(file, line), sentence)]) from None

    @classmethod
    def read(cls, path: Path, file: str | None = None) -> SettingsDocument:
        """Read a file; raises :class:`WrongSettingError`, also where it is missing or not UTF-8.

        ``file``: its name as errors say it, where that is not the whole path.
        """
        name = file or str(path)
        try:
            return cls.parse(read_input_text(path), name)
        except FileNotFoundError:
            sentence = Bilingual(ja="このファイルがありません。作成してください", en="this file is missing: write it")
        except UnicodeDecodeError:
            sentence = Bilingual(
                ja="UTF-8ではありません。UTF-8で保存し直してください", en="this file is not UTF-8: save it as UTF-8"
            )
        except OSError as error:
            sentence = Bilingual(
                ja="ファイルを読めません({why})。名前と権限を確認してください",
                en="this file cannot be read ({why}): check its name and rights",
            ).format(why=opening_refusal(error))
        raise WrongSettingError([SettingsProblem(SettingsPlace(name), sentence)])

    @classmethod
    def read_if_there(cls, path: Path, file: str | None = None) -> SettingsDocument:
        """Read a file that may be missing: without it nothing is set. Raises :class:`WrongSettingError`."""
        return cls.read(path, file) if path.exists() else cls.parse("", file or str(path))

    def place(self, path: KeyPath) -> SettingsPlace:
        """Return where ``path`` stands, such as ``sources.toml:31: source[customer].max_age``."""
        return SettingsPlace(self.file, self.lines.known(path), self._key(path))

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Give what a rule refuses inside the ``with`` its place, below ``path``: :class:`WrongSettingError`."""
        try:
            yield
        except WrongValueError as error:
            place = self.place((*path, *error.path))
            raise WrongSettingError([SettingsProblem(place, error.sentence)]) from None

    def wrong(self, path: KeyPath, *, ja: str, en: str) -> WrongSettingError:
        """Return the error to raise about what stands at ``path``."""
        return WrongSettingError([SettingsProblem(self.place(path), Bilingual(ja=ja, en=en))])

    def _key(self, path: KeyPath) -> str:
        written = ""
        value: Any = self.content
        for part in path:
            value = _inside(value, part)
            if isinstance(part, str):
                written += f".{part}" if written else part
            else:
                labels = (value.get(key) for key in _LABELS) if isinstance(value, Mapping) else iter(())
                written += f"[{next((label for label in labels if isinstance(label, str)), part + 1)}]"
        return written


def _inside(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None
