"""Django's settings of the office, from its data folder.

``KEIKI_OFFICE_DATA`` names the folder; the command line sets it from ``--data``. Without it the models can be imported
(for type checking and for ``makemigrations --check``), but there is no database and no secret key, so nothing runs.
There is no way to switch debugging on.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from keiki.office.config.database import described
from keiki.office.config.folder import DataFolder, Settings

DATA: DataFolder | None = (
    DataFolder(Path(os.environ["KEIKI_OFFICE_DATA"])) if "KEIKI_OFFICE_DATA" in os.environ else None
)
KEIKI: Settings = DATA.settings() if DATA else Settings()

DEBUG = False
ALLOWED_HOSTS: list[str] = []
SECRET_KEY = DATA.secret("keys/django-secret") if DATA and (DATA.keys / "django-secret").exists() else ""

# From top to bottom: an app imports only apps below it (ADR 0901).
INSTALLED_APPS = [
    "keiki.office.workorders",
    "keiki.office.designs",
    "keiki.office.service",
    "keiki.office.support",
    "keiki.office.delivery",
    "keiki.office.remote",
    "keiki.office.credentials",
    "keiki.office.devices",
    "keiki.office.audit",
]

DATABASES: dict[str, dict[str, Any]] = {"default": described(DATA, KEIKI)} if DATA else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = KEIKI.office.time_zone
LANGUAGE_CODE = "ja"

EMAIL_BACKEND = "keiki.office.delivery.smtp.MailServer"
EMAIL_HOST = KEIKI.mail.host
EMAIL_PORT = KEIKI.mail.port
EMAIL_USE_TLS = KEIKI.mail.starttls
EMAIL_HOST_USER = KEIKI.mail.user
EMAIL_HOST_PASSWORD = DATA.secret(KEIKI.mail.password_file) if DATA and KEIKI.mail.password_file else ""
EMAIL_CA_FILE = str(DATA.path / KEIKI.mail.ca_file) if DATA and KEIKI.mail.ca_file else ""
EMAIL_TIMEOUT = KEIKI.mail.timeout_seconds
DEFAULT_FROM_EMAIL = KEIKI.mail.sender or "keiki@localhost"

LOGGING_CONFIG = None
