"""JSON over HTTP: TLS verified, limits held, nothing followed, nothing kept that was not named."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from integrators_log import detail

from keiki.bench.servers.servers import sources_text
from keiki.domain.linkage.record import SourceAnswer, Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import ConfigurationError, Sources
from keiki.office.sources.health import check_sources

POINT = SupplyPoint("0600121789396435141107")
ROW = {"sp_no": POINT.number, "comm_sn": "TCR1", "comm_st": "RUN", "reach": True, "last_read_ms": None, "name": "髙橋"}
TOWN = sources_text(Path("town"))


class Owner(ThreadingHTTPServer):
    """Supervisory control behind HTTP."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str | None]] = []
        self.connections = 0
        self.say: Callable[[str], tuple[int, Any]] = lambda _: (200, {"found": {"rows": [ROW]}})
        self.pause = 0.0
        self.drip = 0.0
        self.dripping = 0

    @property
    def all(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/points"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Owner

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.server.asked.append((unquote(self.path), self.headers.get("X-Key")))
        time.sleep(self.server.pause)
        status, answer = self.server.say(self.path)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not self.server.drip:
            self.wfile.write(body)
            return
        self.server.dripping += 1
        try:
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(self.server.drip)
        except OSError:
            self.close_connection = True
        finally:
            self.server.dripping -= 1

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def owner() -> Iterator[Owner]:
    server = Owner()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def configured(owner: Owner, scheme: str = "http", more: str = "", timeout: str = "2s") -> str:
    head, _, rest = TOWN.partition('id = "supervisory"')
    source, _, tail = rest.partition("fact = [")
    lines = [
        line for line in source.splitlines() if not line.startswith(("url", "query", "survey", "as_of", "timeout"))
    ]
    place = f"{scheme}://127.0.0.1:{owner.server_port}/points"
    lines += [
        f'http = {{ address = "{place}/{{key}}", changes = "{place}?after={{cursor}}", rows = "found.rows"{more} }}',
        'as_of = { column = "polled", format = "iso" }',
        f'timeout = "{timeout}"',
        "fact = [",
    ]
    return (
        head
        + 'id = "supervisory"'
        + "\n".join(lines)
        + tail.replace(
            'codes = { "1" = true, "0" = false } },\n    { name = "last_reading"',
            'codes = { "true" = true, "false" = false } },\n    { name = "last_reading"',
        )
    )


def fresh(**changes: object) -> Callable[[str], tuple[int, Any]]:
    polled = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    return lambda _: (200, {"found": {"rows": [{**ROW, "polled": polled, **changes}]}})


def asked(sources: Sources) -> SourceAnswer:
    return sources.link(POINT, datetime.now(UTC)).answer("supervisory")


def test_rows_are_read_and_the_connection_is_kept(owner: Owner, tmp_path: Path) -> None:
    owner.say = fresh()
    headers = tmp_path / "headers"
    headers.write_text("X-Key: s3cret-value\n")
    headers.chmod(0o600)
    sources = Sources.from_toml(configured(owner, more=f', headers_file = "{headers}"'))
    for _ in range(5):
        (row,) = asked(sources).rows
    assert {name: row.value(name) for name in ("seen_communication_serial", "reachable", "last_reading")} == {
        "seen_communication_serial": "TCR1",
        "reachable": True,
        "last_reading": None,
    }
    assert owner.asked == [(f"/points/{POINT.number}", "s3cret-value")] * 5
    assert owner.connections <= 2
    assert "s3cret" not in repr(sources.configuration)
    sources.close()


@pytest.mark.parametrize(
    ("status", "answer", "says"),
    [
        (500, {}, "HTTP 500"),
        (302, {}, "HTTP 302"),
        (404, {}, "HTTP 404"),
        (200, b"<html>", "not the JSON"),
        (200, {"rows": []}, "not the JSON"),
        (200, {"found": {"rows": [1]}}, "no list of rows"),
        (200, b'{"found": {"rows": [{"comm_sn": "TCR1", "comm_sn": "TCR2"}]}}', "names something twice"),
    ],
)
def test_any_other_answer_is_unavailable_with_its_reason(owner: Owner, status: int, answer: Any, says: str) -> None:
    owner.say = lambda _: (status, answer)
    sources = Sources.from_toml(configured(owner))
    assert says in detail(sources, POINT, datetime.now(UTC), "supervisory")
    assert len(owner.asked) == 1, "nothing is followed and nothing asked twice"
    sources.close()


def test_an_owner_may_say_with_a_status_that_it_knows_no_such_point(owner: Owner) -> None:
    owner.say = lambda _: (404, {})
    sources = Sources.from_toml(configured(owner, more=", unknown_status = 404"))
    assert asked(sources).rows == ()
    assert not isinstance(asked(sources).outcome, Unavailable)
    sources.close()


def test_a_slow_owner_is_given_up_at_its_limit(owner: Owner) -> None:
    owner.pause = 1.5
    sources = Sources.from_toml(configured(owner, timeout="200ms"))
    started = time.monotonic()
    outcome = asked(sources).outcome
    assert time.monotonic() - started < 1.0
    assert isinstance(outcome, Unavailable)
    assert "within 0.2 s" in outcome.reason[1]
    sources.close()


def test_an_answer_that_drips_is_given_up_and_so_is_its_connection(owner: Owner) -> None:
    """Every byte comes in time, the answer never: neither a look-up nor a check waits for its end."""
    owner.drip = 0.05
    owner.say = fresh()
    sources = Sources.from_toml(configured(owner, timeout="300ms", more=', survey = "@"'.replace("@", owner.all)))
    started = time.monotonic()
    assert isinstance(asked(sources).outcome, Unavailable)
    found = {each.source: each for each in check_sources(sources.configuration, datetime.now(UTC), 0.4)}
    assert not found["supervisory"].reachable
    assert time.monotonic() - started < 2.0
    deadline = time.monotonic() + 3
    while owner.dripping and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not owner.dripping, "nobody listens any more"
    sources.close()


def test_a_long_answer_is_read_whole_and_the_connection_is_kept(owner: Owner) -> None:
    polled = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    rows = [{**ROW, "polled": polled, "more": "x" * 1000}] * 300
    owner.say = lambda _: (200, {"found": {"rows": rows}})
    sources = Sources.from_toml(configured(owner))
    for _ in range(3):
        assert len(asked(sources).rows) == 300
    assert owner.connections <= 2
    sources.close()


def test_a_structure_in_a_cell_is_rejected_not_printed(owner: Owner) -> None:
    owner.say = fresh(comm_sn={"name": "髙橋"})
    sources = Sources.from_toml(configured(owner))
    answer = asked(sources)
    assert [reject.terms for reject in answer.rejects] == [("seen_communication_serial",)]
    assert "髙橋" not in repr(answer)
    sources.close()


def test_the_change_feed_gives_points_and_a_cursor(owner: Owner) -> None:
    owner.say = lambda _: (200, {"found": {"rows": [{"sp_no": POINT.number, "cursor": "a/7"}]}})
    sources = Sources.from_toml(configured(owner))
    found = sources.changes("supervisory", "a/6")
    assert (found.cursor, found.points) == ("a/7", {POINT})
    assert owner.asked == [("/points?after=a/6", None)]
    sources.close()


def test_a_check_reaches_an_owner_without_naming_anybody(owner: Owner) -> None:
    owner.say = lambda _: (404, {})
    text = configured(owner, more=", unknown_status = 404")
    (found,) = (
        h for h in check_sources(Sources.from_toml(text).configuration, datetime.now(UTC)) if h.source == "supervisory"
    )
    assert found.reachable
    assert owner.asked == [("/points/" + "0" * 22, None)]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "owner")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "owner.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_tls_is_verified(owner: Owner, certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    owner.socket = context.wrap_socket(owner.socket, server_side=True)
    owner.say = fresh()
    stranger = Sources.from_toml(configured(owner, "https"))
    assert "SSLCertVerificationError" in detail(stranger, POINT, datetime.now(UTC), "supervisory")
    assert owner.asked == []
    known = Sources.from_toml(configured(owner, "https", more=f', ca_file = "{certificate}"'))
    assert len(asked(known).rows) == 1
    for each in (stranger, known):
        each.close()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://owner.example/{key}", "must begin with https"),
        ("https://keiki:hunter22@owner.example/{key}", "nobody's password"),
        ("https://owner.example/all", "does not use {key}"),
        ("file:///etc/passwd?{key}", "must begin with https"),
        ("https://[", "is not an address"),
        ("https://owner.example/地点/{key}", "characters that no address may have"),
        ("https://owner.example/a b/{key}", "characters that no address may have"),
    ],
)
def test_an_unsafe_address_is_refused(owner: Owner, address: str, says: str) -> None:
    text = configured(owner).replace(f"http://127.0.0.1:{owner.server_port}/points/{{key}}", address)
    with pytest.raises(ConfigurationError, match=says):
        Sources.from_toml(text)


@pytest.mark.parametrize("status", [200, 302, 401, 500, 503])
def test_an_owner_that_fails_never_looks_as_if_it_knew_nobody(owner: Owner, status: int) -> None:
    with pytest.raises(ConfigurationError, match=r"http\.unknown_status: is one of"):
        Sources.from_toml(configured(owner, more=f", unknown_status = {status}"))


def test_a_file_of_headers_that_is_no_text_is_refused(owner: Owner, tmp_path: Path) -> None:
    headers = tmp_path / "headers"
    headers.write_bytes("X-Key: 鍵\n".encode("cp932"))
    headers.chmod(0o600)
    with pytest.raises(ConfigurationError, match="write it in ASCII"):
        Sources.from_toml(configured(owner, more=f', headers_file = "{headers}"'))


def test_a_file_of_headers_that_others_may_read_is_refused(owner: Owner, tmp_path: Path) -> None:
    headers = tmp_path / "headers"
    headers.write_text("X-Key: s3cret\n")
    headers.chmod(0o644)
    with pytest.raises(ConfigurationError, match="may be read by others"):
        Sources.from_toml(configured(owner, more=f', headers_file = "{headers}"'))


@pytest.mark.parametrize(
    "cell",
    [b"9" * 5000, b'"TCR1\xff"', b'["TCR1"]', b'{"a": 1}', b"1e999", b"NaN", b'"\\ud800"'],
    ids=["a number of 5000 digits", "no UTF-8", "a list", "an object", "beyond a float", "NaN", "half a character"],
)
def test_one_cell_costs_its_fact_and_never_the_answer(owner: Owner, cell: bytes) -> None:
    polled = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    row = json.dumps({**ROW, "comm_sn": "@", "polled": polled}, ensure_ascii=False).encode()
    body = b'{"found": {"rows": [' + row.replace(b'"@"', cell) + b"]}}"
    owner.say = lambda _: (200, body)
    sources = Sources.from_toml(configured(owner))
    answer = asked(sources)
    assert [row.value("reachable") for row in answer.rows] == [True]
    if cell != b"9" * 5000:
        assert [reject.column for reject in answer.rejects] == ["comm_sn"]
    else:
        assert answer.rejects[0].reason[1].endswith("check the column")
    sources.close()
