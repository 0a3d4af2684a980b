"""The device's settings, ``DIR/settings.toml``; every key is explained in ``docs/operations/handheld.md``.

A key that is not one, or a value that cannot be, is refused when the program starts.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Literal

from keiki.domain.diagnosis import RouteBMedium
from keiki.foundation.settings.document import SettingsDocument
from keiki.foundation.settings.reader import read_table
from keiki.foundation.settings.tables import Several, StrictTable, ZoneName, between

FIRST = """# Settings of this hand-held device: docs/operations/handheld.md explains every key.
lang = "ja"
send_last_exchange = true
"""


@dataclass(frozen=True)
class DeviceSettings(StrictTable):
    """What may be set. ``answer_seconds`` is how long the meter has for a reply; models are shell patterns."""

    lang: Literal["ja", "en"] = "ja"
    port: str = ""
    baud_rate: Annotated[int, between(300, 4_000_000)] = 115200
    answer_seconds: Annotated[float, between(0.05, 60)] = 2.0
    allow_socket_port: bool = False
    time_zone: ZoneName = "Asia/Tokyo"
    wireless_models: Several[str] = ("TMC-?W?",)
    plc_models: Several[str] = ("TMC-?P?",)
    send_last_exchange: bool = False

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


def read_settings(path: Path) -> DeviceSettings:
    """Read the file; without one everything is as it is without being set.

    Raises ``WrongSettingError`` for an unknown key, a value of a wrong type or out of range.
    """
    return read_table(DeviceSettings, SettingsDocument.read_if_there(path, path.name))
