"""The town's console: a Unix socket ``console.sock`` in its folder; one JSON request a line, one JSON answer a line.

    {"command": "meter", "args": {"supply_point": "06..."}}   ->   {"ok": true, "result": {...}}
                                                                   {"ok": false, "error": "what, why, what to do"}

Each room registers its commands. A command's answer never holds a secret: what the console says may be kept by anyone.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

SOCKET = "console.sock"
_LINE_LIMIT = 2**20
_PATH_LIMIT = 100
Handler = TypeVar("Handler", bound=Callable[..., Any])


class ConsoleError(Exception):
    """The console refused a command, or there is no console; the text says what to do."""


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """Give a path of the socket that fits into a socket address, whatever the length of the folder's."""
    path = str(folder / SOCKET)
    if len(os.fsencode(path)) <= _PATH_LIMIT:
        yield path
        return
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{SOCKET}"
    finally:
        os.close(directory)


def _parameters(handler: Callable[..., Any]) -> str:
    bare = (p.replace(annotation=inspect.Parameter.empty) for p in inspect.signature(handler).parameters.values())
    return ", ".join(map(str, bare))


class Console:
    """Holds the commands and answers for them. ``done`` is called with the arguments of every command carried out."""

    def __init__(self, done: Callable[[dict[str, Any]], None] = lambda _: None) -> None:
        self._done = done
        self._commands: dict[str, Callable[..., Any]] = {}
        self._server: asyncio.Server | None = None
        self.command(self.help)

    def command(self, handler: Handler) -> Handler:
        """Register a function, plain or async, under its own name; its parameters are the command's."""
        name = handler.__name__
        if name in self._commands:
            raise ValueError(f"the console already has a command {name!r}")
        self._commands[name] = handler
        return handler

    def help(self) -> dict[str, str]:
        """List the commands with their parameters and what they do."""
        return {
            f"{name}({_parameters(handler)})": (inspect.getdoc(handler) or "").partition("\n")[0]
            for name, handler in sorted(self._commands.items())
        }

    async def carry_out(self, name: str, args: dict[str, Any]) -> Any:
        """Carry out a command; raise :class:`ConsoleError` where it cannot be."""
        handler = self._commands.get(name)
        if handler is None:
            raise ConsoleError(f"the console has no command {name!r}: `help` lists them")
        try:
            inspect.signature(handler).bind(**args)
        except TypeError as error:
            raise ConsoleError(f"{name}: {error}") from None
        try:
            result = handler(**args)
            if inspect.isawaitable(result):
                result = await result
            self._done(args)
            return result
        except (ValueError, LookupError) as error:
            raise ConsoleError(f"{name}: {error.args[0] if error.args else type(error).__name__}") from error

    async def start(self, folder: Path) -> None:
        """Listen in ``folder``, for its owner only. A socket that was left behind is replaced."""
        (folder / SOCKET).unlink(missing_ok=True)
        with _short(folder) as path:
            before = os.umask(0o177)
            try:
                self._server = await asyncio.start_unix_server(self._accept, path, limit=_LINE_LIMIT)
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
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError, asyncio.CancelledError):
            pass  # the client left, or sent a line without end
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            asked = json.loads(line)
            name, args = asked["command"], asked.get("args", {})
            if not isinstance(name, str) or not isinstance(args, dict):
                raise TypeError
        except (ValueError, TypeError, LookupError, AttributeError):
            return {"ok": False, "error": 'a request is {"command": name, "args": {...}} on one line'}
        try:
            return {"ok": True, "result": await self.carry_out(name, args)}
        except ConsoleError as error:
            return {"ok": False, "error": str(error)}
        except Exception as error:  # noqa: BLE001 - one command's fault must not end the town
            return {"ok": False, "error": f"{name}: the town could not do this ({type(error).__name__})"}


def call(folder: Path, command: str, *, timeout: float = 60.0, **args: Any) -> Any:
    """Ask the console of the town in ``folder`` and return its result; raises :class:`ConsoleError`.

    ``timeout`` is in real seconds.
    """
    try:
        with socket.socket(socket.AF_UNIX) as line, _short(Path(folder)) as path:
            line.settimeout(timeout)
            line.connect(path)
            line.sendall(json.dumps({"command": command, "args": args}).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer = json.loads(answers.readline() or b"{}")
    except TimeoutError:
        raise ConsoleError(f"{command}: the town did not answer within {timeout:g} s: look at its log") from None
    except (OSError, ValueError) as error:
        raise ConsoleError(f"no town answers in that folder ({type(error).__name__}): is it started?") from None
    if not answer.get("ok"):
        raise ConsoleError(answer.get("error", "the town ended without an answer: look at its log"))
    return answer["result"]
