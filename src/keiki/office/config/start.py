"""Start Django and the log of an office process for one data folder."""

from __future__ import annotations

import os
from pathlib import Path

import django

from keiki.foundation.program.json_log import log_as_json


def start(folder: Path | None) -> None:
    """Point Django at ``folder`` and load the apps; without one there is no database and nothing runs but help.

    Raises :class:`~keiki.office.config.folder.BadSettings` for settings that it does not start with.
    """
    os.environ.pop("KEIKI_OFFICE_DATA", None)
    if folder:
        os.environ["KEIKI_OFFICE_DATA"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "keiki.office.config.settings"
    log_as_json()
    django.setup()
