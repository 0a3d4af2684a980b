"""The door by which a household's own HEMS takes the password out of its mail: a Unix socket beside the console's.

It is a door of its own because what the console says may be kept by anyone. One JSON line asks, one answers:

    {"address": "hanako@example.jp", "before_newest": 0}   ->   {"password": "..."} or {"error": "..."}

``before_newest`` 1 asks for the mail before the newest. Only the owner of the town's folder may connect.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keiki.bench.household.mailbox import Mailbox
from keiki.bench.household.post import NotInThePostError, password_in

SOCKET = "household.sock"


class Handover:
    """Serves the passwords that a mailbox received."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._server: asyncio.Server | None = None

    async def start(self, folder: Path) -> None:
        """Listen in ``folder``, for its owner only."""
        (folder / SOCKET).unlink(missing_ok=True)
        with _short_path(folder) as path:
            before = os.umask(0o177)
            try:
                self._server = await asyncio.start_unix_server(self._accept, path)
            finally:
                os.umask(before)

    async def stop(self, folder: Path) -> None:
        """Listen no more."""
        if self._server:
            self._server.close()
            self._server = None
        (folder / SOCKET).unlink(missing_ok=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(json.dumps(self._answer(await reader.readline())).encode() + b"\n")
            await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the household left, or sent a line without end
        finally:
            writer.close()

    def _answer(self, line: bytes) -> dict[str, str]:
        try:
            asked = json.loads(line)
            mails = self._mailbox.mails(str(asked["address"]))
            return {"password": password_in(mails[-1 - int(asked.get("before_newest", 0))])}
        except IndexError:
            return {"error": "there is no such e-mail in the mailbox (yet)"}
        except NotInThePostError as error:
            return {"error": str(error)}
        except (ValueError, TypeError, KeyError):
            return {"error": "ask with an address and before_newest"}


def take_password(folder: Path, address: str, *, before_newest: int = 0) -> str:
    """Return the password that the newest mail to ``address`` shows (or one so many before), from a running town.

    Raises :class:`NotInThePostError` where there is no town, no mail or no password in it.
    """
    with socket.socket(socket.AF_UNIX) as line, _short_path(folder) as path:
        line.settimeout(10)
        try:
            line.connect(path)
            line.sendall(json.dumps({"address": address, "before_newest": before_newest}).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer: dict[str, Any] = json.loads(answers.readline())
        except (OSError, ValueError):
            raise NotInThePostError("the town's mail server does not answer: is the town started?") from None
    if "password" not in answer:
        raise NotInThePostError(str(answer.get("error")))
    return str(answer["password"])


@contextmanager
def _short_path(folder: Path) -> Iterator[str]:
    """Give a path of the socket that fits into a socket address, however long the folder's is."""
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{SOCKET}"
    finally:
        os.close(directory)
