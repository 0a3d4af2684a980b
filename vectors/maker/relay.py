"""The cases of ``vectors/relay/``: commands, results and visit results (``docs/formats.md`` section 6)."""

import json
from collections.abc import Iterator
from typing import Any

from maker.credential import EXPIRES, RELAY, SUPPLY_POINT, UNIT
from maker.files import Case, expected
from maker.frame import CONTROL, HANDHELD, OFFICE, OTHER_OFFICE, Letter, TestKey, encode

SIZE = 512
ID = bytes.fromhex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")
DAY = 86_400

COMMAND = {1: 1, 2: 3, 3: CONTROL.key_id, 4: EXPIRES, 8: ID}
RESULT = {1: 1, 2: 4, 3: OFFICE.key_id, 8: ID}
VISIT = {1: 1, 2: 5, 3: OFFICE.key_id, 8: ID}
METER = {5: bytes.fromhex(SUPPLY_POINT), 6: UNIT}
REWRITE = {1: 1, **METER, 7: 3, 9: RELAY.to_bytes()}
READ_STATUS = {1: 2, **METER}
SUCCEEDED = {7: 3, 10: 1, 11: "", 13: EXPIRES - DAY}
STATUS = {10: 1, 11: "", 12: [0, 1, 1, 0, EXPIRES - DAY], 13: EXPIRES - DAY}
UNREACHABLE = {10: 3, 11: "no-answer", 13: EXPIRES - DAY}


def padded(header: dict[int, Any], plaintext: bytes, recipient: TestKey, signer: TestKey, size: int = SIZE) -> Letter:
    """Return the message whose plaintext is filled with zero bytes until it has ``size`` bytes."""
    letter = Letter(header, plaintext, recipient, signer)
    return letter.but(plaintext=plaintext + bytes(size - len(letter.to_bytes()) - _head_growth(letter)))


def _head_growth(letter: Letter) -> int:
    """How many bytes longer the head of the sealed part is once it has 256 bytes or more."""
    return 1 if len(letter.sealed_bytes) < 256 else 0


def command(body: Any, tail: bytes = b"\x80") -> Letter:
    """A command with this body."""
    return padded(COMMAND, encode(body) + tail, CONTROL, OFFICE)


def result(body: Any) -> Letter:
    """A result with this body."""
    return padded(RESULT, encode(body) + b"\x80", OFFICE, CONTROL)


def visit(body: Any) -> Letter:
    """A visit result with this body."""
    return padded(VISIT, encode(body) + b"\x80", OFFICE, HANDHELD)


_ENDS = {"open_command": (CONTROL, OFFICE), "open_result": (OFFICE, CONTROL), "open_visit_result": (OFFICE, HANDHELD)}


def case(
    name: str,
    title: str,
    call: str,
    verdict: int | str,
    data: bytes,
    *,
    opened: dict[str, Any] | None = None,
    signer: TestKey | None = None,
    now: int = EXPIRES - 1,
) -> Case:
    """Put a case together; ``verdict`` as in :func:`expected`, ``opened`` what comes out."""
    recipient, sender = _ENDS[call]
    header = {
        "title": title,
        **expected(verdict),
        "call": call,
        "recipient": recipient.name,
        "signer": (signer or sender).name,
        "now": str(now),
    }
    if opened is not None:
        header["opened"] = json.dumps(opened)
    return Case(f"relay/{name}", header, data)


def cases() -> Iterator[Case]:
    """Return every case."""
    yield from _opened_commands()
    yield from _opened_results()
    yield from _refused()
    yield from _malformed_inside()


def _opened_commands() -> Iterator[Case]:
    meter = {"message_id": ID.hex(), "supply_point": SUPPLY_POINT, "communication_unit": UNIT, "expires": EXPIRES}
    yield case(
        "opened-rewrite-password",
        "Write generation 3",
        "open_command",
        "RewritePassword",
        command(REWRITE).to_bytes(),
        opened={**meter, "generation": 3, "credential": RELAY.to_bytes().hex()},
    )
    yield case(
        "opened-read-status",
        "Read the status items",
        "open_command",
        "ReadStatus",
        command(READ_STATUS).to_bytes(),
        opened=meter,
    )


def _opened_results() -> Iterator[Case]:
    at = EXPIRES - DAY
    plain: dict[str, Any] = {
        "message_id": ID.hex(),
        "reason": "",
        "generation": None,
        "status": None,
        "executed_at": at,
    }
    read = {
        "startup": "clear",
        "authentication": "failure",
        "connection": "failure",
        "condition": "normal",
        "read_at": at,
    }
    succeeded = {**plain, "outcome": "succeeded", "generation": 3}
    unreachable = {**plain, "outcome": "unreachable", "reason": "no-answer"}

    def opened(name: str, title: str, body: Any, out: dict[str, Any], now: int = EXPIRES - 1) -> Case:
        data = result(body).to_bytes()
        return case(f"opened-{name}", title, "open_result", "Result", data, opened=out, now=now)

    yield opened("result-succeeded", "Generation 3 is in the meter", SUCCEEDED, succeeded)
    yield opened("result-late", "Ten years later it is still true", SUCCEEDED, succeeded, EXPIRES + 3650 * DAY)
    yield opened("result-unreachable", "The meter did not answer", UNREACHABLE, unreachable)
    yield opened(
        "result-status", "The HEMS holds a wrong password", STATUS, {**plain, "outcome": "succeeded", "status": read}
    )
    active = {**read, "authentication": "clear", "connection": "clear", "last_exchange": at - 105}
    yield opened(
        "result-status-exchange",
        "A session is open, and the unit answered its HEMS 105 seconds before",
        {**STATUS, 12: [0, 0, 0, 0, at, at - 105]},
        {**plain, "outcome": "succeeded", "status": active},
    )
    yield opened(
        "result-status-exchange-now",
        "The unit answered its HEMS in the second of the reading",
        {**STATUS, 12: [0, 0, 0, 0, at, at]},
        {**plain, "outcome": "succeeded", "status": {**active, "last_exchange": at}},
    )
    yield opened(
        "result-never-written",
        "A meter that holds none: generation 0",
        {**SUCCEEDED, 7: 0},
        {**succeeded, "generation": 0},
    )
    serials = {14: "W-2026-000123", 15: UNIT, 16: "TMT0000000007"}
    yield case(
        "opened-visit-result",
        "Work order done; no optional unit there",
        "open_visit_result",
        "VisitResult",
        visit({**SUCCEEDED, **serials}).to_bytes(),
        opened={
            "result": succeeded,
            "work_order": "W-2026-000123",
            "communication_unit": UNIT,
            "metering_unit": "TMT0000000007",
            "optional_unit": None,
        },
    )


def _refused() -> Iterator[Case]:
    good = command(READ_STATUS)
    bytes_ = good.to_bytes()
    yield case("malformed-trailing", "A byte follows", "open_command", 1, bytes_ + b"\x00")
    yield case("wrong-version", "Version 2", "open_command", 2, good.with_header(k1=2).to_bytes()[:512])
    missing = padded({k: v for k, v in COMMAND.items() if k != 4}, encode(READ_STATUS) + b"\x80", CONTROL, OFFICE)
    yield case("malformed-no-expiry", "A command without expiry", "open_command", 3, missing.to_bytes())
    short_id = padded({**COMMAND, 8: ID[:-1]}, encode(READ_STATUS) + b"\x80", CONTROL, OFFICE)
    yield case("malformed-id", "A message id of 15 bytes", "open_command", 3, short_id.to_bytes())
    with_expiry = padded({**RESULT, 4: EXPIRES}, encode(SUCCEEDED) + b"\x80", OFFICE, CONTROL)
    yield case("malformed-expiry", "A result with an expiry", "open_result", 3, with_expiry.to_bytes())

    reflected = result(SUCCEEDED).to_bytes()
    yield case("wrong-purpose-result", "A result put where commands go", "open_command", 4, reflected)
    yield case("wrong-purpose-command", "A command put where results go", "open_result", 4, bytes_)
    yield case("wrong-purpose-visit", "A relay result as a visit's", "open_visit_result", 4, reflected)
    bare = RELAY.to_bytes()
    yield case("wrong-purpose-credential", "A bare credential", "open_command", 4, bare)
    elsewhere = good.with_header(k3=HANDHELD.key_id).to_bytes()
    yield case("wrong-recipient", "For somebody else", "open_command", 5, elsewhere)
    forged = good.but(signer=OTHER_OFFICE).to_bytes()
    yield case("bad-signature", "Signed by an office not enrolled", "open_command", 6, forged)
    own = good.but(signer=CONTROL).to_bytes()
    yield case("bad-signature-zone", "A command signed by control", "open_command", 6, own, signer=CONTROL)
    relabelled = result(SUCCEEDED).with_header(k2=5)
    signed = encode(["keiki v1 sign", 4, relabelled.header_bytes, relabelled.sealed_bytes])
    yield case(
        "bad-signature-direction",
        "A result relabelled as a visit's, under its old signature",
        "open_visit_result",
        6,
        relabelled.but(signed=signed, signer=HANDHELD).to_bytes(),
    )
    yield case("expired", "The second at which it expires", "open_command", 7, bytes_, now=EXPIRES)
    other_id = good.but(header={**COMMAND, 8: bytes(16)}).sealed_bytes
    swapped = good.but(sealed=other_id).to_bytes()
    yield case("cannot-open-other-id", "The seal of another message id", "open_command", 9, swapped)


def _malformed_inside() -> Iterator[Case]:
    def bad(name: str, title: str, letter: Letter, call: str = "open_command") -> Case:
        return case(f"malformed-inside-{name}", title, call, 10, letter.to_bytes())

    body = encode(READ_STATUS)
    yield bad("size", "511 bytes: the padding is one short", padded(COMMAND, body + b"\x80", CONTROL, OFFICE, 511))
    yield bad("no-padding", "The padding's first byte is missing", command(READ_STATUS, b""))
    yield bad("marker", "The padding begins with 01 for 80", command(READ_STATUS, b"\x01"))
    yield bad("padding", "The padding has a byte that is not zero", command(READ_STATUS, b"\x80\x00\x01"))
    yield bad("kind", "A kind of command that is not known", command({**READ_STATUS, 1: 3}))
    yield bad("field", "A field that ReadStatus does not have", command({**READ_STATUS, 7: 3}))
    yield bad(
        "missing", "RewritePassword without its credential", command({k: v for k, v in REWRITE.items() if k != 9})
    )
    yield bad("list", "A list for a body", command([1, 2]))
    other_unit = RELAY.with_header(k6="TCR0000000043").to_bytes()
    yield bad("other-unit", "The credential is another unit's", command({**REWRITE, 9: other_unit}))
    old = RELAY.with_header(k7=2).to_bytes()
    yield bad("other-generation", "The credential is an older generation", command({**REWRITE, 9: old}))
    paper = RELAY.with_header(k2=1).to_bytes()
    yield bad("barcode", "The credential is a barcode's", command({**REWRITE, 9: paper}))
    elsewhere = RELAY.with_header(k3=HANDHELD.key_id).to_bytes()
    yield bad("recipient", "The credential is sealed to somebody else", command({**REWRITE, 9: elsewhere}))
    yield bad("no-credential", "The credential is not one", command({**REWRITE, 9: b"\x83"}))
    yield bad("outcome", "Outcome 4 has no meaning", result({**SUCCEEDED, 10: 4}), "open_result")
    yield bad("reason", "The reason is a sentence", result({**SUCCEEDED, 11: "It failed."}), "open_result")
    yield bad("lamp", "A lamp is 2", result({**STATUS, 12: [0, 2, 0, 0, 1]}), "open_result")
    yield bad("lamps", "A lamp is missing", result({**STATUS, 12: [0, 0, 0, 1]}), "open_result")
    at = EXPIRES - DAY
    later = {**STATUS, 12: [0, 0, 0, 0, at, at + 1]}
    yield bad("exchange-later", "The last exchange is after the reading", result(later), "open_result")
    text = {**STATUS, 12: [0, 0, 0, 0, at, "14:03"]}
    yield bad("exchange-text", "The last exchange is a text", result(text), "open_result")
    seven = {**STATUS, 12: [0, 0, 0, 0, at, at, at]}
    yield bad("exchange-twice", "A status of seven items", result(seven), "open_result")
    no_order = visit(SUCCEEDED)
    yield bad("work-order", "A visit without a work order", no_order, "open_visit_result")
