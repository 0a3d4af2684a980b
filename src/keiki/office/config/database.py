"""Django's description of the database that the settings name: SQLite in the data folder, or PostgreSQL.

Both write one transaction at a time and make others wait 20 seconds for their turn (ADR 0951).
"""

from __future__ import annotations

import os
import ssl
from typing import Any

from keiki.office.config.folder import BadSettings, DatabaseSection, DataFolder, OfficeSettings

WAIT_SECONDS = 20
WAL_BYTES = 8 * 1024 * 1024
"""What SQLite's write-ahead log is cut back to once it was taken over into the database; see ``write_ahead_log.py``."""
SESSION = {
    "lock_timeout": f"{WAIT_SECONDS}s",
    # Whoever vanishes in the middle of a transaction holds everybody's turn: the server finds out and ends it.
    "idle_in_transaction_session_timeout": "5min",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""What a session asks of PostgreSQL."""


def described(data: DataFolder, settings: OfficeSettings) -> dict[str, Any]:
    """Return the entry of ``DATABASES``; raises what reading the password's file raises."""
    chosen = settings.database
    if chosen.engine == "postgresql":
        _refuse_host_of_environment(chosen)
        return {
            "ENGINE": "keiki.office.config.postgresql",
            "NAME": chosen.name,
            "HOST": chosen.host,
            "PORT": chosen.port,
            "USER": chosen.user,
            "PASSWORD": data.secret(chosen.password_file) if chosen.password_file else "",
            "OPTIONS": {
                "application_name": "keiki office",
                "connect_timeout": 10,
                "keepalives_idle": 20,
                "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
                **_protected(data, chosen.ca_file),
            },
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": data.database,
        "OPTIONS": {
            "timeout": WAIT_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
            f"PRAGMA journal_size_limit={WAL_BYTES}",
        },
    }


def _protected(data: DataFolder, ca_file: str) -> dict[str, str]:
    """Return what makes libpq encrypt, and take only a server whose certificate has this authority and its name."""
    if not ca_file:
        return {}
    authority = data.path / ca_file
    try:
        ssl.create_default_context(cafile=str(authority))
    except OSError as error:
        raise BadSettings(
            f"database.ca_file: {authority} を認証局の証明書(PEM)として読めません({type(error).__name__})。"
            "パス、権限、内容を確かめてください",
            f"database.ca_file: {authority} cannot be read as an authority's certificate in PEM "
            f"({type(error).__name__}): check path, rights and content",
        ) from None
    return {"sslmode": "verify-full", "sslrootcert": str(authority), "gssencmode": "disable"}


def _refuse_host_of_environment(chosen: DatabaseSection) -> None:
    """Refuse that libpq's own variables lead to another server than the settings were checked for."""
    read = ("PGHOSTADDR",) if chosen.host else ("PGHOST", "PGHOSTADDR", "PGSERVICE")
    if found := next((name for name in read if os.environ.get(name)), ""):
        raise BadSettings(
            f"database.host: 環境変数 {found} が接続先を変えてしまいます。"
            "取り除き、接続先は [database] に書いてください",
            f"database.host: the variable {found} would lead elsewhere: remove it, and write the host into [database]",
        )
