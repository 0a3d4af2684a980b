"""A table of a catalogue file, read strictly: every key is asked for, of one type, and none is left over."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from keiki.domain.units.problems import Position, Problems
from keiki.domain.units.sentences import LANGUAGES, Texts
from keiki.domain.units.words import say
from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.toml_lines import KeyPath
from keiki.foundation.text.bilingual import Bilingual

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CEL_WORDS = re.compile(
    "as|break|const|continue|else|false|for|function|if|import|in|let|loop|namespace|null|package|return|true|var|void|while"
)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TYPE_NAMES = {str: say("text"), int: say("number"), bool: say("truth"), dict: say("table"), list: say("list")}
_TYPE_NAMES[datetime.date] = say("date")


class CatalogueSection:
    """One table with its place. Problems are noted, and a stand-in value returned, so that reading goes on."""

    def __init__(
        self, document: SettingsDocument, content: Mapping[str, Any], problems: Problems, path: KeyPath = ()
    ) -> None:
        self._document, self._content, self._problems, self._path = document, content, problems, path
        self._asked: set[str] = set()

    @property
    def position(self) -> Position:
        """Where the table begins."""
        return Position(self._document.file, self._document.lines.at(self._path))

    @property
    def name(self) -> str:
        """The last key of the table's path."""
        return str(self._path[-1])

    def at(self, key: str) -> Position:
        """Where ``key`` stands."""
        return Position(self._document.file, self._document.lines.at((*self._path, key)))

    def refuse(self, sentence: Bilingual, key: str | None = None) -> None:
        """Note a problem with ``key``, or with the table."""
        self._problems.add(self.at(key) if key else self.position, sentence)

    def has(self, key: str) -> bool:
        """Whether ``key`` is written."""
        return key in self._content

    def take(self, key: str, type_: type, default: Any = None, *, required: bool = True) -> Any:
        """Return the value of ``key`` if it has the type (a bool is no whole number), else note why not."""
        self._asked.add(key)
        if key not in self._content:
            if required:
                self.refuse(say("missing", key=key, type=_TYPE_NAMES[type_]))
            return default
        value = self._content[key]
        if type(value) is not type_:
            self.refuse(say("wrong-type", key=key, type=_TYPE_NAMES[type_], value=repr(value)), key)
            return default
        return value

    def identifier(self, key: str = "id", *, name: bool = False) -> str:
        """Return an id: letters, digits, ``. _ -``; with ``name`` one that CEL can read (letters, digits, ``_``)."""
        text: str = self.take(key, str, "")
        if name:
            self.check_name(text, key)
        elif text and not _ID.fullmatch(text):
            self.refuse(say("unusable-id", id=text), key)
        return text

    def check_name(self, name: str, key: str) -> None:
        """Note a problem with ``key`` unless rules can read ``name``."""
        if name and not _NAME.fullmatch(name):
            self.refuse(say("unreadable-name", id=name), key)
        elif _CEL_WORDS.fullmatch(name):
            self.refuse(say("word-of-cel", id=name), key)

    def texts(self, key: str) -> Texts:
        """Return a text in every language."""
        table = self.table(key)
        if table is None:
            return dict.fromkeys(LANGUAGES, "")
        found = {language: table.take(language, str, "", required=False) for language in LANGUAGES}
        for language, text in found.items():
            if not text.strip():
                self.refuse(say("no-text", key=key, language=language), key)
        table.close()
        return found

    def table(self, key: str, *, required: bool = True) -> CatalogueSection | None:
        """Return the table under ``key``."""
        content = self.take(key, dict, required=required)
        if content is None:
            return None
        return CatalogueSection(self._document, content, self._problems, (*self._path, key))

    def tables(self, key: str) -> Iterator[CatalogueSection]:
        """Return the tables of the list under ``key``; none if it is not written."""
        for index, content in enumerate(self.take(key, list, [], required=False)):
            path = (*self._path, key, index)
            if isinstance(content, dict):
                yield CatalogueSection(self._document, content, self._problems, path)
            else:
                self.refuse(say("not-tables", key=key), key)

    def names(self) -> Collection[str]:
        """Every key that is written, in order."""
        return self._content.keys()

    def skip_rest(self) -> None:
        """Ask for every key, where what is known of them cannot be said."""
        self._asked.update(self._content)

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in self._content.keys() - self._asked:
            self.refuse(say("unknown-key", key=key, known=sorted(self._asked)), key)
