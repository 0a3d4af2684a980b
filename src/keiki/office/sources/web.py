"""JSON over HTTP: a GET for a supply point, an answer of rows. TLS is verified, redirects and proxies are not followed.

Each thread keeps its connection. Of the rows only the columns that the configuration names are kept. Headers with keys
stand in a file that only the office may read, never in the configuration, a log or an error.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit
from weakref import WeakSet

from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources.access import CURSOR, HttpAccess
from keiki.office.sources.asking import MOST_ROWS, Changes, Rows, Survey
from keiki.office.sources.configuration import SourceConfiguration
from keiki.office.sources.errors import TELL, ConfigurationError, SourceUnavailableError
from keiki.office.sources.feed import read_feed

MOST_BYTES = 32 * 1024 * 1024
PIECE = 64 * 1024
LONGEST_NUMBER = 100
"""Digits of a number that is read; Python refuses to read several thousand."""
OK, FAILS = 200, 500
TWICE: Text = ("回答で同じ名前が二度使われている", "its answer names something twice")


class HttpSource:
    """A configured source behind HTTP; ``limit`` in seconds. Raises :class:`ConfigurationError` for its files."""

    here = False

    def __init__(self, source: SourceConfiguration, access: HttpAccess, limit: float) -> None:
        self._source, self._access, self._limit = source, access, limit
        self._headers = {"Accept": "application/json", **_headers(source.card.id, access.headers_file)}
        self._context = _context(source.card.id, access.ca_file)
        self._mine = threading.local()
        self._opened: WeakSet[http.client.HTTPConnection] = WeakSet()

    def look_up(self, point: SupplyPoint) -> Rows:
        """Return the rows about a supply point."""
        key = quote(self._source.key.write(point), safe="")
        return self._rows(self._access.address.replace("{key}", key), self._source.columns)

    def survey(self) -> Survey | None:
        """Read all rows where the owner offers that; else only reach the server with a dummy supply point."""
        if not self._access.survey:
            self.look_up(SupplyPoint("0" * 22))
            return None
        rows = self._rows(self._access.survey, self._source.columns)
        return Survey(len(rows), rows[:MOST_ROWS])

    def is_empty(self) -> bool | None:
        """Whether the owner, asked for all rows, gives none."""
        survey = self.survey() if self._access.survey else None
        return None if survey is None else survey.count == 0

    def changes(self, cursor: str) -> Changes:
        """Ask the owner's change feed; without one any point may have changed."""
        if not self._access.changes:
            return Changes("", None)
        address = self._access.changes.replace("{cursor}", quote(cursor or self._access.first, safe=""))
        return read_feed(self._source, cursor, self._rows(address, (self._source.key_column, CURSOR)))

    def close(self) -> None:
        """Close every thread's connection, also one that an answer is coming over without end."""
        for connection in list(self._opened):
            with suppress(OSError, AttributeError):  # no connection, or none any more
                connection.sock.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _rows(self, address: str, columns: tuple[str, ...]) -> Rows:
        status, body = self._get(address)
        if self._access.unknown_status and status == self._access.unknown_status:
            return []
        if status != OK:
            raise self._fail(f"HTTP {status}", f"HTTP {status}", OWNERS if status >= FAILS else TELL)
        try:
            found = json.loads(
                body.decode(json.detect_encoding(body), "replace"),
                object_pairs_hook=_without_duplicates,
                parse_int=_whole_number,
            )
            for name in self._access.rows:
                found = found[name]
        except _TwiceError:
            raise self._fail(*TWICE) from None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise self._fail(
                "回答が 'rows' の示すJSONではない", "its answer is not the JSON that 'rows' names"
            ) from None
        rows = [found] if isinstance(found, Mapping) else found
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise self._fail("回答に行の並びがない", "its answer holds no list of rows")
        return [{name: _cell(row[name]) for name in columns if name in row} for row in rows]

    def _get(self, address: str) -> tuple[int, bytes]:
        """Ask, once more on a new connection where the server closed the kept one."""
        parts, deadline = urlsplit(address), time.monotonic() + self._limit
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        for kept in (True, False):
            connection = self._connection(parts.scheme, parts.hostname or "", parts.port, fresh=not kept)
            reused = connection.sock is not None
            try:
                connection.request("GET", target or "/", headers=self._headers)
                answer = connection.getresponse()
                body = _read(answer, deadline)
            except (http.client.HTTPException, ConnectionError):
                connection.close()
                if not (kept and reused):
                    raise
                continue
            except BaseException:
                connection.close()
                raise
            if len(body) > MOST_BYTES:
                connection.close()
                raise self._fail(f"回答が{MOST_BYTES}バイトを超える", f"its answer has more than {MOST_BYTES} bytes")
            return answer.status, body
        raise ConnectionError

    def _connection(self, scheme: str, host: str, port: int | None, *, fresh: bool) -> http.client.HTTPConnection:
        kept: dict[tuple[str, str, int | None], http.client.HTTPConnection] = self._mine.__dict__.setdefault("kept", {})
        place = (scheme, host, port)
        if fresh or place not in kept:
            kept[place] = (
                http.client.HTTPSConnection(host, port, timeout=self._limit, context=self._context)
                if scheme == "https"
                else http.client.HTTPConnection(host, port, timeout=self._limit)
            )
            self._opened.add(kept[place])
        return kept[place]

    def _fail(self, ja: str, en: str, reason: Text = TELL) -> SourceUnavailableError:
        detail = (
            f"問い合わせできません({ja})。sources.toml の address と rows、または所有部署に確認してください。",
            f"it could not be asked ({en}): are address and rows in sources.toml right? Else ask its owner",
        )
        return SourceUnavailableError(self._source.card.id, reason, detail)


OWNERS: Text = (
    "相手のサーバがエラーを返しました。もう一度試し、続く場合は所有部署に確認してください。",
    "its server answers with an error: try again, and if that does not help ask its owner",
)


class _TwiceError(ValueError):
    """An object with two values of one name: nobody says which one is meant."""


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwiceError
    return found


def _whole_number(digits: str) -> int | str:
    """A whole number; what is longer than any key or time is no number, and costs its cell alone."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read a body, of one byte too many at most; raises :class:`TimeoutError` where it drips past the deadline."""
    pieces, size = list[bytes](), 0
    while size <= MOST_BYTES and (piece := answer.read1(PIECE)):
        pieces.append(piece)
        size += len(piece)
        if time.monotonic() > deadline:
            raise TimeoutError
    if answer.length and size <= MOST_BYTES:
        raise http.client.IncompleteRead(b"", answer.length)
    answer.close()  # the connection itself stays open for the next question
    return b"".join(pieces)


def _cell(value: object) -> object:
    """JSON's true and false as the texts that stand in the code table; a structure is no cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, (str, int, float, type(None))) else "\ufffd"


def _headers(source: str, file: str) -> dict[str, str]:
    """Read ``Name: value`` lines."""
    if not file:
        return {}
    try:
        if Path(file).stat().st_mode & 0o077:
            raise ConfigurationError(
                f"source {source}: headers_file を他の人が読める状態です。chmod 600 で権限を直してください",
                f"source {source}: its headers_file may be read by others: chmod 600 it",
            )
        lines = Path(file).read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise ConfigurationError(
            f"source {source}: headers_file を読めません({type(error).__name__})。パスと権限を確かめてください",
            f"source {source}: its headers_file cannot be read ({type(error).__name__}): check path and rights",
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"source {source}: headers_file に英数字と記号以外の文字があります。ASCIIで書いてください",
            f"source {source}: its headers_file has characters that no header may have: write it in ASCII",
        ) from None
    headers: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        name, colon, value = line.partition(":")
        if line.strip() and not (colon and name.strip() and value.strip()):
            raise ConfigurationError(
                f"source {source}: headers_file の{number}行目が「名前: 値」の形ではありません",
                f"source {source}: line {number} of its headers_file is not 'Name: value'",
            )
        if line.strip():
            headers[name.strip()] = value.strip()
    return headers


def _context(source: str, ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"source {source}: ca_file を読めません({type(error).__name__})。パスと権限を確かめてください",
            f"source {source}: its ca_file cannot be read ({type(error).__name__}): check path and rights",
        ) from None
