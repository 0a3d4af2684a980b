"""One table of a configuration file, read strictly: what is missing or of another kind is refused, with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from keiki.planning.linking.errors import LinkingError

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|min|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


class Section:
    """A table and the place it stands at."""

    def __init__(self, table: object, place: str) -> None:
        self.place = place
        if not isinstance(table, Mapping):
            raise self.fail("ここには表が必要です。", "a table is expected here")
        self._table: Mapping[str, object] = table

    def fail(self, ja: str, en: str) -> LinkingError:
        """Return the error to raise about this table."""
        return LinkingError(f"{self.place}: {ja}", f"{self.place}: {en}")

    def __contains__(self, key: str) -> bool:
        return key in self._table

    @property
    def keys(self) -> tuple[str, ...]:
        """The names in the table, in the file's order."""
        return tuple(self._table)

    def raw(self, key: str) -> object:
        """Return a required value of any kind."""
        if key not in self._table:
            raise self.fail(f"「{key}」がありません。追加してください。", f"{key!r} is missing: add it")
        return self._table[key]

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self.raw(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(f"「{key}」は空でない文字列です。", f"{key!r} must be a text that is not empty")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; none where the key is left out."""
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.fail(f"「{key}」は文字列の一覧です。", f"{key!r} must be a list of texts")
        return tuple(value)

    def duration(self, key: str) -> timedelta:
        """Return a duration such as "36h", greater than zero."""
        match = _DURATION.fullmatch(self.text(key))
        if not match or float(match[1]) == 0:
            raise self.fail(
                f'「{key}」は "36h" のような時間です。', f'{key!r} must be a duration such as "36h" or "2s"'
            )
        return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])

    def table(self, key: str) -> Section:
        """Return a table inside this one."""
        return Section(self.raw(key), f"{self.place}, {key}")

    def tables(self, key: str, name: str) -> list[Section]:
        """Return a list of tables, each placed by its own key ``name`` or its number."""
        value = self.raw(key)
        if not isinstance(value, list) or not value:
            raise self.fail(f"「{key}」は表の一覧です。", f"{key!r} must be a list of tables that is not empty")
        return [
            Section(each, f"{self.place}, {key} {each.get(name, number) if isinstance(each, Mapping) else number}")
            for number, each in enumerate(value, 1)
        ]

    def refuse_others(self, *known: str) -> None:
        """Refuse keys that are not among ``known``: most often a misspelling."""
        unknown = [key for key in self._table if key not in known]
        if unknown:
            raise self.fail(
                f"「{'」「'.join(unknown)}」は使えません。使えるのは{'、'.join(known)}です。",
                f"unknown {', '.join(map(repr, unknown))}: known are {', '.join(known)}",
            )
