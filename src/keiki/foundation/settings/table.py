"""Reading one table of the configuration strictly: every key has a type, unknown keys are refused, errors say where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from keiki.foundation.text.bilingual import Bilingual

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|min|h|d)")
_LONGEST = timedelta(days=3660)
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


class WrongSettingError(ValueError):
    """A setting that is missing or wrong: ``text`` says where, what, and what to do."""

    def __init__(self, ja: str, en: str) -> None:
        self.text = Bilingual(ja=ja, en=en)
        super().__init__(en)


class SettingsTable:
    """One table at a place such as ``source "customer"``; call :meth:`done` when everything known has been read."""

    def __init__(self, table: object, place: str) -> None:
        if not isinstance(table, Mapping):
            raise WrongSettingError(f"{place}: ここには表が必要です", f"{place}: a table is expected here")
        self._table, self.place = table, place
        self._read: set[str] = set()
        self._known: set[str] = set()

    def fail(self, ja: str, en: str) -> WrongSettingError:
        """Return the error to raise about this table, in Japanese and English."""
        return WrongSettingError(f"{self.place}: {ja}", f"{self.place}: {en}")

    def has(self, key: str) -> bool:
        """Say whether the table has ``key``, which may be left out."""
        self._known.add(key)
        return key in self._table

    def raw(self, key: str) -> object:
        """Return the value of a required key, whatever its type."""
        self._read.add(key)
        self._known.add(key)
        if key not in self._table:
            raise self.fail(f"「{key}」がありません。加えてください", f"{key!r} is missing: add it")
        return self._table[key]

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text that is not empty; a key with a default may be left out."""
        if default is not None and not self.has(key):
            return default
        value = self.raw(key)
        if not isinstance(value, str) or not value.strip():
            raise self.fail(f"「{key}」は空でない文字列で指定してください", f"{key!r} must be a text that is not empty")
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false when the key is left out."""
        value = self.raw(key) if self.has(key) else False
        if not isinstance(value, bool):
            raise self.fail(f"「{key}」は true か false で指定してください", f"{key!r} must be true or false")
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number that is not negative; a key with a default may be left out."""
        if default is not None and not self.has(key):
            return default
        value = self.raw(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.fail(
                f"「{key}」は0以上の整数で指定してください", f"{key!r} must be a whole number that is not negative"
            )
        return value

    def duration(self, key: str, default: str | None = None, most: timedelta = _LONGEST) -> timedelta:
        """Return a duration such as "36h", "2s", "500ms", from a millisecond to ``most``."""
        match = _DURATION.fullmatch(self.text(key, default))
        if not match:
            raise self.fail(
                f'「{key}」は "36h"、"2s"、"500ms" のような時間の長さで指定してください',
                f'{key!r} must be a duration such as "36h", "2s" or "500ms"',
            )
        seconds = float(match[1]) * _UNITS[match[2]]
        longest = f"{most.days}d" if most.days else f"{most.total_seconds():g}s"
        if not _UNITS["ms"] <= seconds <= most.total_seconds():
            raise self.fail(
                f"「{key}」は1msから{longest}の間で指定してください", f"{key!r} must be from 1ms to {longest}"
            )
        return timedelta(seconds=seconds)

    def table(self, key: str) -> SettingsTable:
        """Return a table inside this one."""
        return SettingsTable(self.raw(key), f"{self.place}, {key}")

    def tables(self, key: str, name: str) -> list[SettingsTable]:
        """Return a list of tables, each placed by its own key ``name`` or its number."""
        value = self.raw(key)
        if not isinstance(value, list) or not value:
            raise self.fail(
                f"「{key}」は空でない表の並びで指定してください", f"{key!r} must be a list of tables that is not empty"
            )
        labels = (
            item.get(name, number) if isinstance(item, Mapping) else number for number, item in enumerate(value, 1)
        )
        return [SettingsTable(item, f"{self.place}, {key} {label}") for item, label in zip(value, labels, strict=True)]

    def texts(self, key: str) -> frozenset[str]:
        """Return a list of texts (the empty text is allowed); empty when the key is left out."""
        value = self.raw(key) if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"「{key}」は文字列の並びで指定してください", f"{key!r} must be a list of texts")
        return frozenset(value)

    def items(self) -> Mapping[str, object]:
        """Return the whole table, for tables whose keys are the owner's own codes."""
        self._read.update(self._table)
        return self._table

    def done(self) -> None:
        """Refuse keys that nobody read: most often a misspelling."""
        unknown = sorted(set(self._table) - self._read)
        if unknown:
            raise self.fail(
                f"{', '.join(unknown)} という項目はありません。使えるもの: {', '.join(sorted(self._known))}",
                f"unknown {', '.join(map(repr, unknown))}: known are {', '.join(sorted(self._known))}",
            )
