"""Django's description of the database that the settings name: SQLite in the data folder, or PostgreSQL.

Both write one transaction at a time and make others wait 20 seconds for their turn (ADR 0951).
"""

from __future__ import annotations

from typing import Any

from keiki.office.config.folder import DataFolder, Settings

WAIT_SECONDS = 20
SESSION = {
    "lock_timeout": f"{WAIT_SECONDS}s",
    # Whoever vanishes in the middle of a transaction holds everybody's turn: the server finds out and ends it.
    "idle_in_transaction_session_timeout": "5min",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""What a session asks of PostgreSQL."""


def described(data: DataFolder, settings: Settings) -> dict[str, Any]:
    """Return the entry of ``DATABASES``; raises what reading the password's file raises."""
    chosen = settings.database
    if chosen.engine == "postgresql":
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
            },
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": data.database,
        "OPTIONS": {
            "timeout": WAIT_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON",
        },
    }
