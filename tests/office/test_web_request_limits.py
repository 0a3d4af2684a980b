"""The application between the server and Django, driven by messages of ASGI: what it passes on, and what it ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from keiki.office.config.request_limits import LimitedRequests, RequestLimits

QUICK = RequestLimits(pause_seconds=0.2, body_seconds=0.4, threads=2, waiting=1, answer_seconds=0.2, joined_answer=100)


def scope(method: str = "GET", path: str = "/", query: bytes = b"", **headers: str) -> dict[str, Any]:
    named = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    address = {"client": ("192.0.2.7", 1234), "server": ("localhost", 8000), "scheme": "http", "root_path": ""}
    return {"type": "http", "http_version": "1.1", "method": method, "path": path, "query_string": query} | {
        "headers": named,
        **address,
    }


class Connection:
    """A client's side: what it sends, and what it got. After its last message nothing more comes."""

    def __init__(self, *bodies: bytes, whole: bool = True, slow_reader: bool = False) -> None:
        last = len(bodies) - 1
        self._coming = [
            {"type": "http.request", "body": body, "more_body": not (whole and i == last)}
            for i, body in enumerate(bodies)
        ]
        self._slow, self.gone, self.got = slow_reader, asyncio.Event(), []

    async def receive(self) -> Any:
        if self._coming:
            return self._coming.pop(0)
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if self._slow and message["type"] == "http.response.body":
            await asyncio.sleep(60)
        self.got.append(message)

    @property
    def status(self) -> int:
        return int(self.got[0]["status"])

    @property
    def ended(self) -> bool:
        return bool(self.got) and not self.got[-1].get("more_body", True)


def environment_of(**given: Any) -> dict[str, Any]:
    """What Django would see of a request."""
    seen: dict[str, Any] = {}

    def wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b"done"]

    async def run() -> None:
        bodies = given.pop("bodies", (b"",))
        connection = Connection(*bodies)
        await LimitedRequests(wsgi, QUICK)(scope(**given), connection.receive, connection.send)
        assert (connection.status, connection.ended) == (200, True)

    asyncio.run(run())
    return seen


def test_a_body_in_chunks_arrives_whole_with_its_length() -> None:
    seen = environment_of(method="POST", bodies=(b"one ", b"two"))
    assert (seen["CONTENT_LENGTH"], seen["body"], seen["REMOTE_ADDR"]) == ("7", b"one two", "192.0.2.7")


def test_a_header_with_an_underscore_does_not_pass_for_one_that_a_proxy_sets() -> None:
    seen = environment_of(**{"X-Forwarded-For": "192.0.2.1", "X_Forwarded_For": "203.0.113.9"})
    assert seen["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


def test_a_query_beyond_ascii_is_readable() -> None:
    assert environment_of(query="q=計器&a=%E8".encode())["QUERY_STRING"] == "q=%E8%A8%88%E5%99%A8&a=%E8"


def answers(*pieces: bytes, error: bool = False) -> Any:
    def wsgi(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/csv")])
        yield from pieces
        if error:
            raise ValueError("the database went away")

    return wsgi


async def test_a_large_answer_is_streamed_whole() -> None:
    connection = Connection(b"")
    pieces = [bytes([65 + i]) * 60 for i in range(9)]
    await LimitedRequests(answers(*pieces), QUICK)(scope(), connection.receive, connection.send)
    assert b"".join(each["body"] for each in connection.got[1:]) == b"".join(pieces)
    assert len(connection.got) > 3
    assert connection.ended


@pytest.mark.parametrize("broken", ["reader", "answer"])
async def test_half_an_answer_never_looks_whole(broken: str) -> None:
    """A reader that stops gives its thread back; neither it nor an answer that fails half way is ended like a whole."""
    connection = Connection(b"", slow_reader=broken == "reader")
    application = LimitedRequests(answers(bytes(200), bytes(200), error=broken == "answer"), QUICK)
    running = asyncio.create_task(application(scope(), connection.receive, connection.send))
    await asyncio.sleep(0.5)
    assert connection.got
    assert not connection.ended
    other = Connection(b"")
    await LimitedRequests(answers(b"ok"), QUICK)(scope(), other.receive, other.send)
    assert other.status == 200
    connection.gone.set()
    await running
    assert not connection.ended


async def test_no_more_requests_wait_than_may() -> None:
    """Two run, one waits, the fourth is told when to come again; afterwards there is room again."""
    release = threading.Event()

    def wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        release.wait(10)
        start_response("200 OK", [])
        return [b""]

    application = LimitedRequests(wsgi, QUICK)
    inside = [Connection(b"") for _ in range(3)]
    running = [asyncio.create_task(application(scope(), each.receive, each.send)) for each in inside]
    await asyncio.sleep(0.1)
    fourth = Connection(b"")
    await application(scope(), fourth.receive, fourth.send)
    assert fourth.status == 503
    assert (b"retry-after", b"5") in fourth.got[0]["headers"]
    release.set()
    await asyncio.gather(*running)
    assert [each.status for each in inside] == [200, 200, 200]
    again = Connection(b"")
    await application(scope(), again.receive, again.send)
    assert again.status == 200


async def test_who_leaves_half_way_is_forgotten_with_what_was_held() -> None:
    application = LimitedRequests(answers(b"ok"), RequestLimits(held_bytes=100_000))
    for _ in range(5):
        leaving = Connection(bytes(60_000), whole=False)
        leaving.gone.set()
        await application(scope("POST"), leaving.receive, leaving.send)
        assert leaving.got == []
    whole = Connection(bytes(60_000))
    await application(scope("POST"), whole.receive, whole.send)
    assert whole.status == 200


@pytest.mark.parametrize("length", ["-1", "9" * 30, "１２", "abc"])
async def test_a_length_that_is_none_is_refused(length: str) -> None:
    connection = Connection(b"")
    await LimitedRequests(answers(b"ok"), QUICK)(
        scope("POST", **{"Content-Length": length}), connection.receive, connection.send
    )
    assert connection.status == 413
