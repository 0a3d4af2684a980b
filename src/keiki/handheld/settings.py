"""The device's settings, ``DIR/settings.toml``; every key is explained in ``docs/operations/handheld.md``.

A key that is not one, or a value that cannot be, is refused when the program starts.
"""

from __future__ import annotations

import tomllib
import zoneinfo
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from keiki.domain.diagnosis import RouteBMedium
from keiki.foundation.files.toml_text import parse_toml

FIRST = """# Settings of this hand-held device: docs/operations/handheld.md explains every key.
lang = "ja"
send_last_exchange = true
"""


class SettingsError(Exception):
    """The settings file is wrong; says where and what to do."""


@dataclass(frozen=True)
class Settings:
    """What may be set. ``answer_seconds`` is how long the meter has for a reply; models are shell patterns."""

    lang: Literal["ja", "en"] = "ja"
    port: str = ""
    baud_rate: int = 115200
    answer_seconds: float = 2.0
    allow_socket_port: bool = False
    time_zone: str = "Asia/Tokyo"
    wireless_models: tuple[str, ...] = ("TMC-?W?",)
    plc_models: tuple[str, ...] = ("TMC-?P?",)
    send_last_exchange: bool = False

    def __post_init__(self) -> None:
        if self.lang not in ("ja", "en"):
            raise SettingsError('lang is "ja" or "en"')
        if not 300 <= self.baud_rate <= 4_000_000:
            raise SettingsError("baud_rate is from 300 to 4000000")
        if not 0.05 <= self.answer_seconds <= 60:
            raise SettingsError("answer_seconds is from 0.05 to 60")
        try:
            zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise SettingsError("time_zone is not the name of a time zone, such as Asia/Tokyo") from None

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone that times are shown in."""
        return zoneinfo.ZoneInfo(self.time_zone)

    def medium_of(self, model: str) -> RouteBMedium | None:
        """Return the route-B medium of a maker's communication unit, or None where the settings do not say."""
        for medium, patterns in ((RouteBMedium.WIRELESS, self.wireless_models), (RouteBMedium.PLC, self.plc_models)):
            if any(fnmatchcase(model, pattern) for pattern in patterns):
                return medium
        return None


def read_settings(path: Path) -> Settings:
    """Read the file; raise :class:`SettingsError` for an unknown key, a value of a wrong type or out of range.

    Where there is no file, everything is as it is without being set.
    """
    try:
        given = parse_toml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read ({error}): correct it or make it anew") from None
    known = {f.name: f.default for f in fields(Settings)}
    if unknown := sorted(given.keys() - known):
        raise SettingsError(f"{path.name} has unknown keys: {', '.join(unknown)}; known are {', '.join(known)}")
    try:
        return Settings(**{name: _of_kind(name, value, known[name]) for name, value in given.items()})
    except SettingsError as error:
        raise SettingsError(f"{path.name}: {error}") from None


def _of_kind(name: str, value: Any, like: object) -> Any:
    if isinstance(like, tuple):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise SettingsError(f"{name} is a list of texts")
    if isinstance(like, float) and type(value) in (int, float):
        return float(value)
    if type(value) is not type(like):
        raise SettingsError(f"{name} is to be of the kind {type(like).__name__}, like {like!r}")
    return value
