"""Log-in keys: an Ed25519 nkey per side, made apart from every sealing and signing key.

The seed stays in the side's own folder with mode 0600. The relay's configuration knows the public half (``U...``)
only, and a log-in signs a nonce of the server, so the relay never holds anything that could log in.
"""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

import nkeys

from keiki.relay.client.errors import LoginKeyError

_NAME = re.compile(r"U[A-Z2-7]{55}")


def create_login(path: Path) -> str:
    """Make a new log-in key at ``path`` (mode 0600) and return its public name; an existing file is never replaced."""
    seed = new_seed()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise LoginKeyError(f"{path} exists already: move it away first if it shall be replaced") from None
    with os.fdopen(handle, "wb") as file:
        file.write(seed.encode() + b"\n")
    return login_name(path)


def login_name(path: Path) -> str:
    """Return the public name (``U...``) of the seed at ``path``; raise :class:`LoginKeyError` if it cannot be used."""
    try:
        return name_of_seed(read_seed(path))
    except ValueError:
        raise LoginKeyError(f"{path} is not an nkey seed: make a new one with init") from None


def new_seed() -> str:
    """Draw the seed of a new log-in key."""
    return str(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER).decode())


def name_of_seed(seed: str) -> str:
    """Return the public name of ``seed``; raise ValueError, without the seed in it, where it is none."""
    try:
        return str(nkeys.from_seed(bytearray(seed, "ascii")).public_key.decode())
    except Exception:  # noqa: BLE001 - nkeys raises several types, and none of them may carry the seed on
        raise ValueError("not an nkey seed") from None


def read_seed(path: Path) -> str:
    """Read the seed at ``path``, refusing a file that others can read."""
    try:
        mode, seed = path.stat().st_mode, path.read_text("ascii").strip()
    except OSError as error:
        raise LoginKeyError(f"the log-in key {path} cannot be read ({error.strerror}): run init first") from None
    except UnicodeDecodeError:
        raise LoginKeyError(f"{path} is not an nkey seed: make a new one with init") from None
    if mode & 0o077:
        raise LoginKeyError(f"{path} is open to others: run chmod 600 on it, and replace the key if others were there")
    return seed


def is_login_name(text: str) -> bool:
    """Say whether ``text`` is the public name of a user's nkey (prefix, length and checksum)."""
    if not _NAME.fullmatch(text):
        return False
    raw = base64.b32decode(text)
    return bool(nkeys.crc16(bytearray(raw[:-2])) == int.from_bytes(raw[-2:], "little"))
