"""Whoever sends half a request, or one without end, takes the screens from nobody: against the process as it is served.

The server is ``keiki office web`` with its default settings, and the requests are bytes on real connections.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from web_process import csrf_cookie, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
MANY = 500
HALF_HEAD = b"POST /accounts/log-in/ HTTP/1.1\r\nHost: localhost\r\nX-Half: "
FORM = (
    HALF_HEAD[: HALF_HEAD.index(b"X-Half")] + b"Content-Type: application/x-www-form-urlencoded\r\n"
    b"Cookie: CSRF=" + b"c" * 32 + b"\r\n"  # with this Django reads the form to compare its token
)
HALF_BODY = FORM + b"Content-Length: 400\r\n\r\nlogin=somebody"
HALF_CHUNKS = FORM + b"Transfer-Encoding: chunked\r\n\r\n5\r\nlogin"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(tmp_path_factory.mktemp("served")) as port:
        yield port


def status_of(port: int, method: str, path: str, body: Any = None, **headers: str) -> int:
    with contextlib.closing(http.client.HTTPConnection("localhost", port, timeout=30)) as connection:
        connection.request(method, path, body, headers, encode_chunked=isinstance(body, Iterator))
        answer = connection.getresponse()
        answer.read()
        return answer.status


def seconds_of(port: int, path: str) -> float:
    started = time.monotonic()
    assert status_of(port, "GET", path) == 200
    return time.monotonic() - started


def known(sent: bytes, port: int) -> bytes:
    """What is sent, with the cookie that this office gives."""
    return sent.replace(b"CSRF", csrf_cookie(port).encode())


@contextlib.contextmanager
def stalled(port: int, sent: bytes) -> Iterator[list[socket.socket]]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 2 * MANY), hard), hard))
    with contextlib.ExitStack() as opened:
        connections = [opened.enter_context(socket.create_connection(("localhost", port))) for _ in range(MANY)]
        for each in connections:
            each.sendall(known(sent, port))
        yield connections
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("sent", [b"", HALF_HEAD, HALF_BODY, HALF_CHUNKS], ids=["nothing", "head", "body", "chunks"])
def test_stalled_connections_delay_nobody(port: int, sent: bytes) -> None:
    with stalled(port, sent):
        for _ in range(4):
            assert seconds_of(port, "/alive") < 2
            assert seconds_of(port, "/accounts/log-in/") < 2
            time.sleep(0.2)


def test_a_stalled_connection_is_ended(port: int) -> None:
    with contextlib.ExitStack() as opened:
        kinds = {HALF_HEAD: b"", HALF_BODY: b"HTTP/1.1 408 ", HALF_CHUNKS: b"HTTP/1.1 408 "}
        connections = {
            sent: opened.enter_context(socket.create_connection(("localhost", port), timeout=60)) for sent in kinds
        }
        for sent, connection in connections.items():
            connection.sendall(known(sent, port))
        for sent, connection in connections.items():
            answered = b"".join(iter(partial(connection.recv, 65536), b""))
            assert answered.startswith(kinds[sent])
            if answered:
                assert "もう一度送ってください".encode() in answered
                assert b"send it again" in answered


def test_a_body_that_drips_is_given_up(port: int) -> None:
    """One byte a second keeps the connection busy, and must not keep it for ever."""
    with socket.create_connection(("localhost", port), timeout=30) as connection:
        connection.sendall(known(HALF_BODY, port))
        connection.settimeout(1)
        started = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                if connection.recv(65536):
                    break
            connection.sendall(b"x")
            assert time.monotonic() - started < 40
        assert time.monotonic() - started > 11  # it was not taken for a pause


@pytest.mark.parametrize("path", ["/accounts/log-in/", "/work-orders/results/", "/api/v1/applications"])
def test_a_large_body_is_refused_before_it_is_read(port: int, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000000\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\nAccept-Language: en\r\n\r\n"
    with socket.create_connection(("localhost", port), timeout=5) as connection:
        connection.sendall(head.encode())  # and not a byte of the body
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        said = answer.read().decode()
    assert answer.status == 413
    if path.startswith("/api/"):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(said)["code"] == "too_large"
    else:
        assert "Send less at once" in said


def test_a_large_body_without_its_size_is_cut_off(port: int) -> None:
    sent, piece = 0, b"%x\r\n" % 100_000 + bytes(100_000) + b"\r\n"
    with socket.create_connection(("localhost", port), timeout=30) as connection:
        connection.sendall(known(HALF_CHUNKS[: HALF_CHUNKS.index(b"5\r\n")], port))
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                connection.sendall(piece)
                sent += len(piece)
    assert sent < 20_000_000


def test_many_large_bodies_are_not_all_held(port: int) -> None:
    """Twenty bodies of ten megabytes each, all but their last byte: what is held is bounded, and forms still come."""
    head = known(HALF_BODY, port).replace(b"Content-Length: 400", b"Content-Length: 10000000")
    refused = []

    def send() -> None:
        connection = socket.create_connection(("localhost", port), timeout=30)
        with connection, contextlib.suppress(ConnectionError):
            connection.sendall(head + bytes(9_000_000))
            refused.append(connection.recv(12)[9:12])

    senders = [threading.Thread(target=send) for _ in range(20)]
    for each in senders:
        each.start()
    assert seconds_of(port, "/alive") < 2
    for each in senders:
        each.join()
    assert b"503" in refused


def test_a_complete_form_of_several_kinds_still_arrives(port: int) -> None:
    """Django sees the whole body, announced or in chunks: without the token of a form it says so, not 4xx of ours."""
    form = b"login=somebody&password=" + b"x" * 30_000
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert status_of(port, "POST", "/accounts/log-in/", form, **kind) == 403
    assert status_of(port, "POST", "/accounts/log-in/", iter([form[:10_000], form[10_000:]]), **kind) == 403
