"""What Keiki asks of a session at an owner's database server: to read only, and to give up at the time limit.

Each kind of server has its own words for it, each driver its own for how long to wait for the network. Where the
network swallows packets the server cannot tell anybody, so the driver is told a limit too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import URL

_MYSQL = (
    "SET SESSION TRANSACTION READ ONLY",
    # MySQL reads the first comment, in milliseconds for SELECT; MariaDB the second, in seconds for everything.
    "SET SESSION /*!50704 max_execution_time = {milliseconds} */ /*M! max_statement_time = {seconds} */",
)
READ_ONLY: Mapping[str, Sequence[str]] = {
    "postgresql": (
        "SET default_transaction_read_only = on",
        "SET statement_timeout = {milliseconds}",
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
}
"""By SQLAlchemy's name of the kind of server."""
_SECRET = re.compile(r"(pass(word|wd)?|pwd|secret|token) *=", re.IGNORECASE)


def statements(kind: str, limit: float) -> list[str] | None:
    """Return what a new session is told, ``limit`` in seconds; ``None`` for a kind that Keiki does not know."""
    known = READ_ONLY.get(kind)
    if known is None:
        return None
    return [each.format(milliseconds=math.ceil(limit * 1000), seconds=f"{limit:.3f}") for each in known]


def driver_options(url: URL, limit: float) -> dict[str, Any]:
    """Return what the driver is told: limits a little longer than the server's, which knows better what happened.

    PostgreSQL's server turns every text into UTF-8 itself: its EUC-JP has characters that Python's has not (髙, ①).
    """
    seconds, dialect = math.ceil(limit) + 1, url.get_dialect()
    if dialect.driver == "psycopg":
        alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
        return {
            "connect_timeout": seconds,
            "tcp_user_timeout": seconds * 1000,
            "client_encoding": "utf8",
            **alive,
        }
    if dialect.driver == "pymysql":
        return {"connect_timeout": seconds, "read_timeout": seconds, "write_timeout": seconds}
    return {}


def has_secret(url: URL) -> bool:
    """Whether a password stands in the URL, in its own place or among the driver's options."""
    options = [name + "=" if name != "odbc_connect" else str(value) for name, value in url.query.items()]
    return url.password is not None or any(_SECRET.search(option) for option in options)
