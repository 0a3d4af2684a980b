"""Cuts what a host writes to the serial line into commands.

Lines end with CR, LF or both; empty lines mean nothing. SKSENDTO alone is followed by as many bytes as its last
argument says, which may be anything, and has no line end behind them (command reference, SKSENDTO).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from keiki.protocols.skstack.commands import (
    Command,
    CommandRefused,
    Dialect,
    ErrorCode,
    parse_command,
    parse_send_to,
)

_SEND = b"SKSENDTO "
_LONGEST_LINE = 256
_LONGEST_DATA = 1232


@dataclass(frozen=True)
class ReceivedLine:
    """One command as it came: what the module echoes, and the value or the refusal. The echo may hold a secret."""

    echo: bytes = field(repr=False)
    command: Command | CommandRefused


class CommandReader:
    """Keeps the bytes of a command that is not complete yet."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._waiting = b""
        arguments = 6 if dialect is Dialect.TWO_SIDED else 5
        self._header = re.compile(rb"SKSENDTO(?: [^ \r\n]+){%d} " % arguments)

    def feed(self, data: bytes) -> Iterator[ReceivedLine]:
        """Yield every command that ``data`` completes. Never raises: a refusal is yielded in its place."""
        self._waiting += data
        while (received := self._next()) is not None:
            yield received

    def _next(self) -> ReceivedLine | None:
        self._waiting = self._waiting.lstrip(b"\r\n")
        if self._waiting.startswith(_SEND) and (header := self._header.match(self._waiting)):
            return self._datagram(header.group())
        line = re.match(rb"([^\r\n]*)[\r\n]", self._waiting)
        if line is None:
            return self._too_long() if len(self._waiting) > _LONGEST_LINE else None
        self._waiting = self._waiting[line.end() :]
        if line.group(1).startswith(_SEND):
            return ReceivedLine(line.group(1), CommandRefused(ErrorCode.WRONG_NUMBER_OF_ARGUMENTS))
        try:
            return ReceivedLine(line.group(1), parse_command(line.group(1), self._dialect))
        except CommandRefused as refused:
            return ReceivedLine(line.group(1), refused)

    def _datagram(self, header: bytes) -> ReceivedLine | None:
        length = header.split(b" ")[-2]
        if not re.fullmatch(rb"[0-9A-Fa-f]{4}", length) or int(length, 16) > _LONGEST_DATA:
            self._waiting = self._waiting[len(header) :]
            return ReceivedLine(header, CommandRefused(ErrorCode.BAD_ARGUMENT))
        end = len(header) + int(length, 16)
        if len(self._waiting) < end:
            return None
        data, self._waiting = self._waiting[len(header) : end], self._waiting[end:]
        try:
            return ReceivedLine(header, parse_send_to(header[:-1], data, self._dialect))
        except CommandRefused as refused:
            return ReceivedLine(header, refused)

    def _too_long(self) -> ReceivedLine:
        self._waiting = b""
        return ReceivedLine(b"", CommandRefused(ErrorCode.SERIAL_INPUT))
