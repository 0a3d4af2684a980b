"""The agent's settings: ``DIR/settings.toml``; unknown keys and bad values are refused at start."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from keiki.foundation.files.toml_text import parse_toml
from keiki.relay.client.addresses import is_open_to_the_network, is_relay_url


class SettingsError(ValueError):
    """A settings file that cannot be used; says which key and why."""


@dataclass(frozen=True)
class Settings:
    """What the agent's operator chooses. ``docs/operations/relay-and-control.md`` describes each key."""

    relay_url: str
    head_end: str
    relay_authority: str = ""
    relay_plaintext: bool = False
    parallel: int = 32
    reply_seconds: float = 5.0
    retry_first_seconds: float = 2.0
    retry_longest_seconds: float = 300.0
    keep_days: int = 400
    send_last_exchange: bool = False

    def __post_init__(self) -> None:
        for name, wanted, good in _RULES:
            if not good(getattr(self, name)):
                raise SettingsError(f"{name} must be {wanted}, it is {getattr(self, name)!r}")
        if is_open_to_the_network(self.relay_url) and not self.relay_plaintext:
            raise SettingsError(
                "relay_url must be tls://host:port off this machine: whoever is on the way could stop messages and see"
                " who speaks when. Only where the way is protected otherwise: relay_plaintext = true"
            )

    @property
    def head_end_address(self) -> tuple[str, int]:
        """Host and port of the route-A head end."""
        host, _, port = self.head_end.rpartition(":")
        return host.strip("[]"), int(port)


def _is_address(text: str) -> bool:
    host, _, port = text.rpartition(":")
    return bool(host) and port.isdecimal() and 1 <= int(port) <= 65535


_RULES: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("relay_url", "nats://host:port or tls://host:port, without a log-in", is_relay_url),
    ("head_end", "host:port", _is_address),
    ("parallel", "1-256", lambda v: 1 <= v <= 256),
    ("reply_seconds", "0.05-60", lambda v: 0.05 <= v <= 60),
    ("retry_first_seconds", "0.05-3600", lambda v: 0.05 <= v <= 3600),
    ("retry_longest_seconds", "0.05-86400", lambda v: 0.05 <= v <= 86400),
    ("keep_days", "at least 1", lambda v: v >= 1),
)


def read_settings(path: Path) -> Settings:
    """Read ``path``; a relative file name in it is one of its folder.

    Raises :class:`SettingsError`, naming the file.
    """
    try:
        table = parse_toml(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"control settings: {path} is missing; it needs relay_url and head_end") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"control settings: {path} cannot be read: {error}") from error
    known = {field.name: field for field in fields(Settings)}
    for name, value in table.items():
        if name not in known:
            raise SettingsError(f"control settings: unknown key {name!r} in {path}; known: {', '.join(known)}")
        if not _fits(str(known[name].type), value):
            raise SettingsError(f"control settings: {path}: {name} must be of type {known[name].type}")
    if missing := {"relay_url", "head_end"} - table.keys():
        raise SettingsError(f"control settings: {', '.join(sorted(missing))} must be set in {path}")
    try:
        settings = Settings(**table)
    except SettingsError as error:
        raise SettingsError(f"control settings: {path}: {error}") from None
    return replace(settings, relay_authority=_file(path, "relay_authority", settings.relay_authority))


def _file(settings: Path, key: str, name: str) -> str:
    """Return where the file ``name`` is, or refuse one that is not there."""
    if not name:
        return ""
    file = settings.parent / name
    if not file.is_file():
        raise SettingsError(f"control settings: {settings}: {key} names {file}, and there is no such file")
    return str(file)


def _fits(wanted: str, value: object) -> bool:
    kinds: dict[str, tuple[type, ...]] = {
        "str": (str,),
        "bool": (bool,),
        "int": (int,),
        "float": (int, float),
    }
    return type(value) in kinds[wanted]
