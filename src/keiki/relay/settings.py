"""The relay's settings: ``DIR/settings.toml``, every key optional, unknown keys and bad values refused at start."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from keiki.foundation.files.toml_text import parse_toml
from keiki.relay.client.addresses import is_this_machine

_MIB = 1024 * 1024


class SettingsError(ValueError):
    """A settings file that cannot be used; says which key and why."""


@dataclass(frozen=True)
class Settings:
    """What the relay's operator may choose. ``docs/operations/relay-and-control.md`` describes each key."""

    listen: str = "127.0.0.1"
    port: int = 0
    max_message_bytes: int = 16 * 1024
    max_stream_bytes: int = 1024 * _MIB
    command_max_age_hours: int = 48
    result_max_age_hours: int = 30 * 24
    redeliver_seconds: int = 60
    sync_seconds: int = 0
    tls_certificate: str = ""
    tls_key: str = ""
    plaintext: bool = False

    def __post_init__(self) -> None:
        for name, wanted, good in _RULES:
            if not good(getattr(self, name)):
                raise SettingsError(f"{name} must be {wanted}, it is {getattr(self, name)!r}")
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise SettingsError("tls_certificate and tls_key go together, one of them is missing")
        if not (self.tls_certificate or self.plaintext or is_this_machine(self.listen)):
            raise SettingsError(
                f"listen is {self.listen!r}, off this machine: name tls_certificate and tls_key. Only where the way to"
                " both sides is protected otherwise: plaintext = true"
            )


_RULES: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("listen", "an address to listen on", lambda v: bool(v) and not set(v) & set('"\\\n\r')),
    ("port", "0 (any free port) or 1-65535", lambda v: 0 <= v <= 65535),
    ("max_message_bytes", "1024-1048576", lambda v: 1024 <= v <= _MIB),
    ("max_stream_bytes", "at least 1048576", lambda v: v >= _MIB),
    ("command_max_age_hours", "at least 1", lambda v: v >= 1),
    ("result_max_age_hours", "at least 1", lambda v: v >= 1),
    ("redeliver_seconds", "1-3600", lambda v: 1 <= v <= 3600),
    ("sync_seconds", "0 (every write) to 120", lambda v: 0 <= v <= 120),
    ("tls_certificate", "a file name", lambda v: not set(v) & set('"\\\n\r')),
    ("tls_key", "a file name", lambda v: not set(v) & set('"\\\n\r')),
)


def read_settings(path: Path) -> Settings:
    """Read ``path``; a missing file means the defaults, a relative file name in it is one of its folder.

    Raises :class:`SettingsError`, naming the file.
    """
    try:
        table = parse_toml(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"relay settings: {path} cannot be read: {error}") from error
    known = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in table.items():
        if name not in known:
            raise SettingsError(f"relay settings: unknown key {name!r} in {path}; known: {', '.join(known)}")
        if type(value) is not known[name]:
            raise SettingsError(f"relay settings: {path}: {name} must be of type {known[name].__name__}")
    try:
        settings = Settings(**table)
    except SettingsError as error:
        raise SettingsError(f"relay settings: {path}: {error}") from None
    return replace(
        settings,
        tls_certificate=_file(path, "tls_certificate", settings.tls_certificate),
        tls_key=_file(path, "tls_key", settings.tls_key),
    )


def _file(settings: Path, key: str, name: str) -> str:
    """Return where the file ``name`` is, or refuse one that is not there."""
    if not name:
        return ""
    file = settings.parent / name
    if not file.is_file():
        raise SettingsError(f"relay settings: {settings}: {key} names {file}, and there is no such file")
    return str(file)
