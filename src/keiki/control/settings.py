"""The agent's settings: ``DIR/settings.toml``; unknown keys and bad values are refused at start."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from keiki.foundation.files.toml_text import parse_toml


class SettingsError(ValueError):
    """A settings file that cannot be used; says which key and why."""


@dataclass(frozen=True)
class Settings:
    """What the agent's operator chooses. ``docs/operations/relay-and-control.md`` describes each key."""

    relay_url: str
    head_end: str
    relay_authority: str = ""
    parallel: int = 32
    reply_seconds: float = 5.0
    retry_first_seconds: float = 2.0
    retry_longest_seconds: float = 300.0
    keep_days: int = 400

    def __post_init__(self) -> None:
        for name, wanted, good in _RULES:
            if not good(getattr(self, name)):
                raise SettingsError(f"control settings: {name} must be {wanted}, it is {getattr(self, name)!r}")

    @property
    def head_end_address(self) -> tuple[str, int]:
        """Host and port of the route-A head end."""
        host, _, port = self.head_end.rpartition(":")
        return host.strip("[]"), int(port)


def _is_relay(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("nats", "tls") and bool(parts.hostname and parts.port) and "@" not in url
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isdecimal() and 1 <= int(port) <= 65535


_RULES: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("relay_url", "nats://host:port or tls://host:port, without a log-in", _is_relay),
    ("head_end", "host:port", _is_address),
    ("parallel", "1-256", lambda v: 1 <= v <= 256),
    ("reply_seconds", "0.05-60", lambda v: 0.05 <= v <= 60),
    ("retry_first_seconds", "0.05-3600", lambda v: 0.05 <= v <= 3600),
    ("retry_longest_seconds", "0.05-86400", lambda v: 0.05 <= v <= 86400),
    ("keep_days", "at least 1", lambda v: v >= 1),
)


def read_settings(path: Path) -> Settings:
    """Read ``path``. Raises :class:`SettingsError`."""
    try:
        table = parse_toml(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"control settings: {path} is missing; it needs relay_url and head_end") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"control settings: {path} cannot be read: {error}") from error
    known = {field.name: field for field in fields(Settings)}
    for name, value in table.items():
        if name not in known:
            raise SettingsError(f"control settings: unknown key {name!r} in {path}; known: {', '.join(known)}")
        if not _fits(str(known[name].type), value):
            raise SettingsError(f"control settings: {name} must be of type {known[name].type}")
    if missing := {"relay_url", "head_end"} - table.keys():
        raise SettingsError(f"control settings: {', '.join(sorted(missing))} must be set in {path}")
    return Settings(**table)


def _fits(wanted: str, value: object) -> bool:
    kinds: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}
    return type(value) in kinds[wanted]
