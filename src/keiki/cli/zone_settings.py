"""The settings of each zone of one machine: what it has to know of the others, and nothing more.

Settings that are there already are kept; only what may differ from start to start (addresses, paths) is written anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from keiki.foundation.files.drafts import write_whole
from keiki.foundation.settings.document import SettingsDocument

CATALOGUE = "kansai-2015"
"""The shipped catalogue that a new town goes by."""
FIRST_OFFICE = {"office": {"name": "北摂営業所", "phone": "0570-000-000"}, "terms": {"reading_seconds": 6}}
FIRST_CONTROL = {"retry_first_seconds": 0.5, "reply_seconds": 1.0}


def settle_office(file: Path, town: dict[str, Any], bench: Path, relay_url: str, screens_port: int | None) -> None:
    """Write the office's settings. ``town``: what ``town.json`` says; ``bench``: the folder that its paths mean."""
    mail = town["mail"]
    settings = _sections_given(file, FIRST_OFFICE)
    changes: dict[str, dict[str, Any]] = {
        "office": {"catalogue": CATALOGUE, "sources": str(bench / town["sources"])},
        "relay": {"url": relay_url},
        "mail": {
            "host": mail["host"],
            "port": mail["port"],
            "sender": "route-b@keiki.example.jp",
            "starttls": True,
            "ca_file": str(bench / mail["certificate"]),
        },
    }
    if screens_port is not None:
        changes["web"] = {"url": f"http://localhost:{screens_port}", "port": screens_port}
        settings.setdefault("web", {}).setdefault("workers", 2)
        settings["demo"] = {"people": True}
    for section, values in changes.items():
        settings.setdefault(section, {}).update(values)
    write_whole(file, "".join(_section(name, values) for name, values in settings.items()).encode())


def settle_control(file: Path, town: dict[str, Any], relay_url: str) -> None:
    """Write the control agent's settings."""
    head_end = town["route_a"]
    settings = {**_given(file, FIRST_CONTROL)}
    settings |= {"relay_url": relay_url, "head_end": f"{head_end['host']}:{head_end['port']}"}
    settings |= {"send_last_exchange": True}  # the office on this machine is of the same version
    write_whole(file, _lines(settings).encode())


def screens_port(file: Path) -> int | None:
    """Return the port that the office's screens had last time, if there was a last time.

    Raises ``WrongSettingError`` for settings that cannot be read.
    """
    port = _sections_given(file, {}).get("web", {}).get("port")
    return port if isinstance(port, int) else None


def _given(file: Path, first: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a file with what was written once at the first start; the template says nothing.

    Raises ``WrongSettingError`` for a file that is no TOML: it is the person's own, and is not overwritten.
    """
    found = dict(SettingsDocument.read_if_there(file).content)
    if any(values != {} for values in found.values()):
        return found
    return {name: dict(value) if isinstance(value, dict) else value for name, value in first.items()}


def _sections_given(file: Path, first: dict[str, Any]) -> dict[str, Any]:
    """Return what :func:`_given` does, each value a section; the office itself checks what is in them."""
    settings = _given(file, first)
    for name, values in settings.items():
        if not isinstance(values, dict):
            raise SettingsDocument.read_if_there(file).wrong(
                (name,), ja=f"節 [{name}] として書いてください", en=f"must be a section, [{name}]"
            )
    return settings


def _section(name: str, values: dict[str, Any]) -> str:
    return f"[{name}]\n{_lines(values)}"


def _lines(values: dict[str, Any]) -> str:
    """Write texts, numbers and truth values as TOML; JSON writes all of them the same way."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
