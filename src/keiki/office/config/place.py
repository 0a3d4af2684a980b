"""From where a command is given: what the operating system knows, whatever name the operator gives."""

from __future__ import annotations

import getpass
import os
import socket
from functools import cache

LONGEST = 200


@cache
def where_from() -> str:
    """Return ``user@host``, and the address of the remote log-in if there is one (``SSH_CONNECTION``)."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    remote = os.environ.get("SSH_CONNECTION", "").partition(" ")[0]
    where = f"{user}@{socket.gethostname()}"
    return (f"{where} from {remote}" if remote else where)[:LONGEST]
