"""The cases of ``vectors/credential/``: what ``open_credential`` must open, and what each of its checks must refuse."""

from collections.abc import Iterator

from maker.files import Case, expected
from maker.frame import (
    CONTROL,
    HANDHELD,
    OFFICE,
    OTHER_HANDHELD,
    OTHER_OFFICE,
    Letter,
    TestKey,
    encode,
    raw_map,
)

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493

AUTHENTICATION_ID = "00112233445566778899AABBCCDDEEFF"
PASSWORD = "TestPassw0rd"  # noqa: S105 - a vector's
SECRET = bytes.fromhex(AUTHENTICATION_ID) + PASSWORD.encode()
SUPPLY_POINT = "0612345678901234567890"
UNIT = "TCR0000000042"
EXPIRES = 1_800_000_000

BARCODE = Letter(
    {1: 1, 2: 1, 3: HANDHELD.key_id, 4: EXPIRES, 5: bytes.fromhex(SUPPLY_POINT), 6: UNIT, 7: 3},
    SECRET,
    HANDHELD,
    OFFICE,
)
RELAY = BARCODE.with_header(k2=2, k3=CONTROL.key_id).but(recipient=CONTROL)


def case(
    name: str,
    title: str,
    verdict: int | str,
    data: bytes,
    *,
    recipient: TestKey = HANDHELD,
    signer: TestKey = OFFICE,
    now: int = EXPIRES - 1,
    purpose: str = "BARCODE",
    unit: str = UNIT,
    supply_point: str = SUPPLY_POINT,
) -> Case:
    """Put a case together; ``verdict`` as in :func:`expected`."""
    header = {
        "title": title,
        **expected(verdict),
        "call": "open_credential",
        "recipient": recipient.name,
        "signer": signer.name,
        "now": str(now),
        "purpose": purpose,
        "communication-unit": unit,
        "supply-point": supply_point,
    }
    if isinstance(verdict, str):
        header |= {"authentication-id": AUTHENTICATION_ID, "password": PASSWORD}
    return Case(f"credential/{name}", header, data)


def cases() -> Iterator[Case]:
    """Return every case."""
    yield from _opened()
    yield from _frame()
    yield from _fields()
    yield from _meant_for_others()
    yield from _signatures()
    yield from _seals()
    yield from _order()


def _opened() -> Iterator[Case]:
    good = BARCODE.to_bytes()
    yield case("opened-barcode", "The handheld opens what was sealed for its meter", "opened", good)
    yield case(
        "opened-relay",
        "The control agent opens a relay credential",
        "opened",
        RELAY.to_bytes(),
        recipient=CONTROL,
        purpose="RELAY",
    )
    yield case(
        "opened-unit-only", "A reader that does not know the supply point", "opened", good, supply_point="unknown"
    )
    longest = BARCODE.with_header(k4=2**40 - 1, k6="Z" * 24, k7=2**32 - 1).to_bytes()
    yield case("opened-longest", "Every field as long as it may be", "opened", longest, unit="Z" * 24)


def _frame() -> Iterator[Case]:
    good, (header, sealed, signature) = BARCODE.to_bytes(), BARCODE.parts

    def bad(name: str, title: str, data: bytes) -> Case:
        return case(f"malformed-{name}", title, 1, data)

    yield bad("empty", "No bytes at all", b"")
    yield bad("cut-short", "The last byte is missing", good[:-1])
    yield bad("trailing", "A byte follows the message", good + b"\x00")
    yield bad("too-long", "513 bytes, well formed otherwise", encode([header, bytes(513 - 123), signature]))
    yield bad("four-parts", "The frame has a fourth part", encode([header, sealed, signature, b""]))
    yield bad("map-frame", "The frame is a map", encode({0: header, 1: sealed, 2: signature}))
    yield bad("indefinite", "The frame is an array of indefinite length", b"\x9f" + good[1:] + b"\xff")
    yield bad("long-form", "A length is not in its shortest form", b"\x98\x03" + good[1:])
    yield bad("tagged", "The frame has a tag", b"\xd8\x3d" + good)
    yield bad("text-signature", "The signature is a text", encode([header, sealed, "s" * 64]))
    yield bad("header-no-map", "The header is an array", BARCODE.but(header=encode([1, 1])).to_bytes())
    pairs = list(BARCODE.header.items()) if isinstance(BARCODE.header, dict) else []
    swapped = raw_map(pairs[1], pairs[0], *pairs[2:])
    yield bad("key-order", "Two header keys are not ascending, signed so", BARCODE.but(header=swapped).to_bytes())
    doubled = raw_map(pairs[0], pairs[0], *pairs[1:])
    yield bad("key-twice", "A header key stands twice, signed so", BARCODE.but(header=doubled).to_bytes())
    long_integer = raw_map(*pairs[:-1]) + b"\x07\x18\x03"
    long_integer = b"\xa7" + long_integer[1:]
    yield bad("long-integer", "The generation 3 in two bytes, signed so", BARCODE.but(header=long_integer).to_bytes())
    yield bad("header-trailing", "A byte follows the header's map", BARCODE.but(header=header + b"\x00").to_bytes())
    yield bad("version-text", "The version is a text", BARCODE.with_header(k1="1").to_bytes())
    yield bad("version-true", "The version is the simple value true", BARCODE.with_header(k1=True).to_bytes())
    yield bad("negative", "The generation is negative", BARCODE.with_header(k7=-3).to_bytes())
    yield bad("float", "The expiry is a float", BARCODE.with_header(k4=1.8e9).to_bytes())
    yield bad(
        "bad-utf8", "The unit's text is no UTF-8", BARCODE.but(header=header.replace(b"TCR", b"TC\xff")).to_bytes()
    )
    yield case(
        "wrong-version",
        "Version 2 with a field of its own, signed so",
        2,
        BARCODE.with_header(k1=2, k99="new").to_bytes(),
    )


def _fields() -> Iterator[Case]:
    def bad(name: str, title: str, letter: Letter) -> Case:
        return case(f"malformed-{name}", title, 3, letter.to_bytes())

    yield bad("purpose-unknown", "Purpose 6 has no meaning", BARCODE.with_header(k2=6))
    yield bad("field-missing", "The expiry is missing, signed so", BARCODE.with_header(k4=None))
    yield bad("field-unknown", "A field 8 that credentials do not have", BARCODE.with_header(k8=bytes(16)))
    yield bad("recipient-short", "The recipient's key id has 7 bytes", BARCODE.with_header(k3=bytes(7)))
    yield bad("expires-zero", "The expiry is 0", BARCODE.with_header(k4=0))
    yield bad("expires-beyond", "The expiry is 2^40", BARCODE.with_header(k4=2**40))
    yield bad("supply-point-letter", "The supply point has a digit A", BARCODE.with_header(k5=bytes([0xA6] + [0] * 10)))
    yield bad("supply-point-text", "The supply point is a text", BARCODE.with_header(k5=SUPPLY_POINT))
    yield bad("unit-empty", "The unit is an empty text", BARCODE.with_header(k6=""))
    yield bad("unit-lower-case", "The unit is in lower case", BARCODE.with_header(k6=UNIT.lower()))
    yield bad("unit-line-end", "The unit ends with a line feed", BARCODE.with_header(k6=UNIT + "\n"))
    yield bad("unit-too-long", "The unit has 25 characters", BARCODE.with_header(k6="Z" * 25))
    yield bad("generation-zero", "The generation is 0", BARCODE.with_header(k7=0))
    yield bad("generation-beyond", "The generation is 2^32", BARCODE.with_header(k7=2**32))
    yield bad("sealed-short", "The sealed part has 47 bytes, signed so", BARCODE.but(sealed=bytes(47)))
    yield bad("signature-short", "The signature has 63 bytes", BARCODE.but(signature=bytes(63)))


def _meant_for_others() -> Iterator[Case]:
    good = BARCODE.to_bytes()
    to_control = BARCODE.with_header(k2=2).to_bytes()
    yield case("wrong-purpose-relay", "A relay credential on paper", 4, to_control)
    as_relay = {"recipient": HANDHELD, "purpose": "RELAY"}
    yield case("wrong-purpose-barcode", "A barcode put on the relay", 4, good, **as_relay)  # type: ignore[arg-type]
    command = Letter({1: 1, 2: 3, 3: HANDHELD.key_id, 4: EXPIRES, 8: bytes(16)}, SECRET, HANDHELD, OFFICE)
    yield case("wrong-purpose-command", "A relay command as a credential", 4, command.to_bytes())
    yield case("wrong-recipient", "A colleague's device", 5, good, recipient=OTHER_HANDHELD)
    yield case("expired", "The second at which it expires", 7, good, now=EXPIRES)
    yield case("expired-long-ago", "A hundred years later", 7, good, now=EXPIRES + 3_155_760_000)
    yield case("other-unit", "Another communication unit", 8, good, unit="TCR0000000043")
    yield case(
        "other-supply-point",
        "The unit was moved to another supply point",
        8,
        good,
        supply_point="0612345678901234567891",
    )


def _signatures() -> Iterator[Case]:
    def bad(name: str, title: str, data: bytes, signer: TestKey = OFFICE) -> Case:
        return case(f"bad-signature-{name}", title, 6, data, signer=signer)

    good, (header, sealed, signature) = BARCODE.to_bytes(), BARCODE.parts
    yield bad("other-office", "Signed by an office that is not enrolled", BARCODE.but(signer=OTHER_OFFICE).to_bytes())
    yield bad("self", "Signed by the recipient itself", BARCODE.but(signer=HANDHELD).to_bytes())
    yield bad("not-an-office", "Signed by an enrolled handheld", BARCODE.but(signer=HANDHELD).to_bytes(), HANDHELD)
    yield bad("changed-seal", "A bit of the sealed part changed", encode([header, sealed[:-1] + b"\x00", signature]))
    later = BARCODE.with_header(k4=EXPIRES + 1).header_bytes
    yield bad("changed-expiry", "The expiry was put off", encode([later, sealed, signature]))
    other = BARCODE.with_header(k6="TCR0000000043").header_bytes
    yield bad("changed-unit", "The unit was changed", encode([other, sealed, signature]))
    other_purpose = encode(["keiki v1 sign", 2, header, sealed])
    yield bad("other-purpose", "Signed as if for another purpose", BARCODE.but(signed=other_purpose).to_bytes())
    yield bad("bare", "Signed over header and seal without the label", BARCODE.but(signed=header + sealed).to_bytes())
    scalar = int.from_bytes(signature[32:], "little") + ED25519_ORDER
    malleable = signature[:32] + scalar.to_bytes(32, "little")
    yield bad("malleable", "The second form of the same signature (S + L)", good[:-64] + malleable)
    yield bad("zero", "A signature of zeros", good[:-64] + bytes(64))


def _seals() -> Iterator[Case]:
    def bad(name: str, title: str, letter: Letter, signer: TestKey = OFFICE) -> Case:
        return case(f"cannot-open-{name}", title, 9, letter.to_bytes(), signer=signer)

    yield bad("other-key", "Sealed to another key under this key's id", BARCODE.but(recipient=OTHER_HANDHELD))
    stolen = BARCODE.but(signer=OTHER_OFFICE, sender_in_info=OFFICE)
    yield bad("resigned", "Signature stripped; signed by another office as its own", stolen, OTHER_OFFICE)
    moved = BARCODE.with_header(k6="TCR0000000043")
    yield bad("other-meter", "The sealed part of another meter's envelope", BARCODE.but(sealed=moved.sealed_bytes))
    old = BARCODE.with_header(k7=2)
    yield bad("other-generation", "The sealed part of an older generation", BARCODE.but(sealed=old.sealed_bytes))
    yield bad("no-info", "Sealed with an empty info", BARCODE.but(info=b""))
    swapped = encode(["keiki v1 seal", 2, OFFICE.signing_public, BARCODE.header_bytes])
    yield bad("purpose-in-info", "Sealed with the other purpose in info", BARCODE.but(info=swapped))
    low_order = bytes(32) + BARCODE.sealed_bytes[32:]
    yield bad("low-order", "The encapsulated key is of low order", BARCODE.but(sealed=low_order))

    def inside(name: str, title: str, plaintext: bytes) -> Case:
        return case(f"malformed-inside-{name}", title, 10, BARCODE.but(plaintext=plaintext).to_bytes())

    yield inside("short", "27 bytes were sealed", SECRET[:-1])
    yield inside("long", "29 bytes were sealed", SECRET + b"0")
    yield inside("empty", "Nothing was sealed", b"")
    yield inside("sign", "The password has an exclamation mark", SECRET[:-1] + b"!")
    yield inside("line-end", "The password ends with a line feed", SECRET[:-1] + b"\n")
    yield inside("high", "The password has a byte above 127", SECRET[:-1] + b"\xb5")


def _order() -> Iterator[Case]:
    """Each has two faults or more; the earlier check speaks."""
    unsigned = BARCODE.but(signature=bytes(64))
    yield case(
        "order-purpose-before-recipient",
        "A relay credential for another recipient",
        4,
        RELAY.to_bytes(),
    )
    yield case(
        "order-recipient-before-signature",
        "For a colleague, and not signed",
        5,
        unsigned.to_bytes(),
        recipient=OTHER_HANDHELD,
    )
    yield case("order-signature-before-expiry", "Not signed, and expired", 6, unsigned.to_bytes(), now=EXPIRES)
    yield case(
        "order-expiry-before-meter",
        "Expired, and at another meter",
        7,
        BARCODE.to_bytes(),
        now=EXPIRES,
        unit="TCR0000000043",
    )
    yield case(
        "order-meter-before-seal",
        "At another meter, and sealed to another key",
        8,
        BARCODE.but(recipient=OTHER_HANDHELD).to_bytes(),
        unit="TCR0000000043",
    )
