"""What a request may cost before a view sees it: how long its body may take to come, and how large it may be.

The server reads heads, with a deadline of its own. This application reads the body, without a thread; only a request
that is complete gets one of the threads in which Django works. So whoever sends half a request, or one that never ends,
holds a connection for some seconds and nothing else (ADR 0996).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote_from_bytes

import structlog
from asgiref.wsgi import WsgiToAsgiInstance
from django.utils.translation.trans_real import parse_accept_lang_header

from keiki.foundation.text.bilingual import Bilingual

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Wsgi = Callable[..., Iterable[bytes]]
MOST_BODY = 12_000_000
"""Bytes of a body: the largest form that the screens send is a hundred result files, 10 MB."""
log = structlog.get_logger("keiki.office.web")


@dataclass(frozen=True, kw_only=True)
class RequestLimits:
    """The limits of one process; sizes in bytes, times in seconds.

    A body is refused when nothing of it comes for ``pause_seconds``, or when it takes longer than ``body_seconds`` and
    a second for each ``bytes_per_second`` that came. ``small_body`` bytes are always read; of what is larger the
    process holds ``held_bytes`` at once. ``waiting`` complete requests wait for one of ``threads``.
    """

    most_body: int = MOST_BODY
    pause_seconds: float = 10
    body_seconds: float = 20
    bytes_per_second: int = 50_000
    small_body: int = 16_384
    held_bytes: int = 64_000_000
    threads: int = 8
    waiting: int = 256
    joined_answer: int = 1_000_000
    answer_seconds: float = 20


class RequestRefused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request that is answered without a view; ``text`` says what, why and what to do."""

    def __init__(self, status: int, code: str, text: Bilingual, again_in: int = 0) -> None:
        self.status, self.code, self.text, self.again_in = status, code, text, again_in
        super().__init__(text.en)


class ClientGone(Exception):  # noqa: N818 - it is no fault of ours
    """The connection ended before the request did."""


TOO_LARGE = Bilingual(
    ja="送られたデータが大きすぎます(上限は{most}バイト)。分けて送ってください。",
    en="This is too large: at most {most} bytes are taken at once. Send less at once.",
)
TOO_SLOW = Bilingual(
    ja="データの送信が途中で止まったため、受付を打ち切りました。通信状態を確かめて、もう一度送ってください。",
    en="What you sent stopped on its way, so it was given up. Check the connection and send it again.",
)
TOO_BUSY = Bilingual(
    ja="ただいま混み合っています。{seconds}秒ほど待って、もう一度送ってください。",
    en="The office has too many requests at this moment. Wait {seconds} seconds and send it again.",
)
UNREADABLE = Bilingual(
    ja="要求のヘッダーを読み取れません。送信側の設定を確かめてください。",
    en="The header of this request cannot be read. Check what sends it.",
)
TITLE = Bilingual(ja="要求を受け付けられません", en="The request was not accepted")
AGAIN_SECONDS = 5


class LimitedRequests:
    """An ASGI application over a WSGI one, within :class:`RequestLimits`."""

    def __init__(self, wsgi: Wsgi, limits: RequestLimits | None = None) -> None:
        self._wsgi, self.limits = wsgi, limits or RequestLimits()
        self._threads = ThreadPoolExecutor(self.limits.threads, thread_name_prefix="request")
        self._held = self._inside = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Read the body, have the request answered in a thread, and send the answer."""
        if scope["type"] != "http":
            raise ValueError(f"{scope['type']}: only http is served")
        taken = _BodyReader(self, receive)
        try:
            body = await taken.read(_announced(scope))
            if self._inside >= self.limits.threads + self.limits.waiting:
                raise _busy()
            await self._answer(_Request(scope, body), receive, send)
        except RequestRefused as refused:
            log.warning("request refused", code=refused.code, status=refused.status)
            await _refuse(scope, send, refused)
        except ClientGone:
            return
        finally:
            taken.release()

    def hold(self, size: int) -> None:
        """Count ``size`` more bytes as held; raises :class:`RequestRefused` where that would be too many."""
        if self._held + size > self.limits.held_bytes:
            raise _busy()
        self._held += size

    def release(self, size: int) -> None:
        """Count ``size`` bytes as held no more."""
        self._held -= size

    async def _answer(self, request: _Request, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        self._inside += 1
        try:
            rest = await loop.run_in_executor(self._threads, self._run, request, send, loop)
        except Exception as error:
            if not request.begun:
                raise
            # Half an answer must not look like a whole one: the connection stays open until its other end gives up.
            log.error("answer broken off", kind=type(error).__name__)
            while (await receive())["type"] != "http.disconnect":
                continue
            raise ClientGone from None
        finally:
            self._inside -= 1
        if not request.begun:
            await send(request.head())
        await send({"type": "http.response.body", "body": rest, "more_body": False})

    def _run(self, request: _Request, send: Send, loop: asyncio.AbstractEventLoop) -> bytes:
        """Have Django answer in this thread. Return the whole answer, or of one that is large what is not sent yet."""

        def push(message: Message) -> None:
            # A reader that does not read holds this thread no longer than this.
            within = asyncio.wait_for(_sent(send, message), self.limits.answer_seconds)
            asyncio.run_coroutine_threadsafe(within, loop).result()

        answer = self._wsgi(request.environ(), request.start_response)
        joined = bytearray()
        try:
            for piece in answer:
                joined += piece
                if len(joined) > self.limits.joined_answer:
                    if not request.begun:
                        push(request.head())
                    push({"type": "http.response.body", "body": bytes(joined), "more_body": True})
                    joined.clear()
        finally:
            if close := getattr(answer, "close", None):
                close()
        return bytes(joined)


class _BodyReader:
    """Reads one body within the limits."""

    def __init__(self, application: LimitedRequests, receive: Receive) -> None:
        self._application, self._limits, self._receive = application, application.limits, receive
        self._counted = 0

    async def read(self, announced: int) -> bytes:
        """Return the body; ``announced`` is its size as the head says it. Raises :class:`RequestRefused`."""
        self._refuse_size(announced)
        body, loop = bytearray(), asyncio.get_running_loop()
        started = loop.time()
        while True:
            latest = started + self._limits.body_seconds + len(body) / self._limits.bytes_per_second
            try:
                async with asyncio.timeout_at(min(latest, loop.time() + self._limits.pause_seconds)):
                    message = await self._receive()
            except TimeoutError:
                raise RequestRefused(408, "too_slow", TOO_SLOW) from None
            if message["type"] == "http.disconnect":
                raise ClientGone
            body += message.get("body", b"")
            self._refuse_size(len(body))
            self._count(len(body))
            if not message.get("more_body"):
                return bytes(body)

    def release(self) -> None:
        """Give back what was counted."""
        self._application.release(self._counted)
        self._counted = 0

    def _count(self, size: int) -> None:
        if size > self._limits.small_body:
            self._application.hold(size - self._counted)
            self._counted = size

    def _refuse_size(self, size: int) -> None:
        if size > self._limits.most_body:
            raise RequestRefused(413, "too_large", TOO_LARGE.format(most=self._limits.most_body))


class _Request:
    """A complete request on its way through WSGI, and the head of its answer."""

    def __init__(self, scope: Message, body: bytes) -> None:
        # Headers with an underscore would pass for those with a hyphen that a server in front sets.
        headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        self._scope = {**scope, "headers": headers, "query_string": _ascii(scope["query_string"])}
        self._body, self._head, self.begun = body, {"type": "http.response.start", "status": 500, "headers": []}, False

    def environ(self) -> dict[str, Any]:
        """Return what WSGI calls the environment."""
        instance: Any = WsgiToAsgiInstance(None)  # type: ignore[no-untyped-call]
        instance.scope = self._scope
        try:
            environ: dict[str, Any] = instance.build_environ(self._scope, BytesIO(self._body))
        except ValueError:
            raise RequestRefused(400, "unreadable", UNREADABLE) from None
        if self._body or "CONTENT_LENGTH" in environ:
            environ["CONTENT_LENGTH"] = str(len(self._body))
        return environ

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        """Note the head of the answer."""
        encoded = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in headers]
        self._head = {"type": "http.response.start", "status": int(status.partition(" ")[0]), "headers": encoded}

    def head(self) -> Message:
        """Return the head of the answer, as it is sent once."""
        self.begun = True
        return self._head


async def _sent(send: Send, message: Message) -> None:
    await send(message)


def _announced(scope: Message) -> int:
    text = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(text) if text.isdigit() and len(text) < 19 else MOST_BODY + 1


def _ascii(query: bytes) -> bytes:
    return query if query.isascii() else quote_from_bytes(query, safe=bytes(range(0x21, 0x7F))).encode()


def _busy() -> RequestRefused:
    return RequestRefused(503, "too_busy", TOO_BUSY.format(seconds=AGAIN_SECONDS), AGAIN_SECONDS)


async def _refuse(scope: Message, send: Send, refused: RequestRefused) -> None:
    """Answer as the address would: a problem (RFC 9457) below ``/api/``, else text in both languages."""
    if scope["path"].startswith("/api/"):
        media, language = "application/problem+json", _language(scope)
        values: dict[str, Any] = {"type": f"urn:keiki:problem:{refused.code}", "title": TITLE.in_language(language)}
        values |= {"status": refused.status, "code": refused.code, "detail": refused.text.in_language(language)}
        values["again"] = "never" if refused.status in (400, 413) else "later"
        body = json.dumps(values, ensure_ascii=False)
    else:
        media, body = "text/plain; charset=utf-8", f"{refused.text.ja}\n{refused.text.en}\n"
    headers = [(b"content-type", media.encode()), (b"connection", b"close"), (b"cache-control", b"no-store")]
    if refused.again_in:
        headers.append((b"retry-after", str(refused.again_in).encode()))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode(), "more_body": False})


def _language(scope: Message) -> str:
    wanted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    named = (name for name, _ in parse_accept_lang_header(wanted.decode("latin-1")))
    return next((name for name in named if name.startswith(("ja", "en"))), "ja")
