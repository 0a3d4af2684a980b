"""The cases of ``vectors/barcode/``: texts as a scanner gives them (``docs/formats.md`` section 5)."""

from collections.abc import Iterator

from maker.credential import BARCODE
from maker.files import Case

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(data: bytes) -> str:
    """Encode by RFC 9285, section 4."""
    text = ""
    while data:
        group, data = data[:2], data[2:]
        number = int.from_bytes(group, "big")
        for _ in range(len(group) + 1):
            number, digit = divmod(number, 45)
            text += ALPHABET[digit]
    return text


def case(name: str, title: str, expect: str, text: str, envelope: bytes = b"") -> Case:
    """Put a case together: the bytes are the text's, in UTF-8."""
    header = {"title": title, "expect": expect, "call": "text_to_envelope"}
    if envelope:
        header["envelope"] = envelope.hex()
    return Case(f"barcode/{name}", header, text.encode())


def cases() -> Iterator[Case]:
    """Return every case."""
    envelope = BARCODE.to_bytes()
    text = "KEIKI1:" + base45(envelope)
    yield case("read-camera", "As a camera reads it", "read", text, envelope)
    yield case("read-wedge", "As a keyboard-wedge scanner types it, with a line end", "read", text + "\r\n", envelope)
    yield case("read-single", "The shortest: one byte", "read", "KEIKI1:U5", b"\xff")
    yield case("foreign-empty", "Nothing", "ForeignBarcode", "")
    yield case("foreign-serial", "A meter's serial number", "ForeignBarcode", "TCR0000000042")
    yield case("foreign-address", "An address of a web page", "ForeignBarcode", "HTTPS://EXAMPLE.JP/KEIKI1:")
    yield case("foreign-lower-case", "Typed with the caps lock on", "ForeignBarcode", text.swapcase())
    yield case("wrong-version", "A later format", "WrongVersion", "KEIKI2:" + base45(envelope))
    yield case("malformed-empty", "Prefix only", "Malformed", "KEIKI1:")
    yield case("malformed-cut-short", "The last character is missing: 3n+1", "Malformed", "KEIKI1:BB8B")
    yield case("malformed-character", "A character outside the alphabet", "Malformed", "KEIKI1:BB_")
    yield case("malformed-full-width", "A full-width digit", "Malformed", "KEIKI1:BB８")
    yield case("malformed-inner-line", "A line end within", "Malformed", text[:100] + "\r\n" + text[100:])
    yield case("malformed-three", "A group above FFFF", "Malformed", "KEIKI1:GGW")
    yield case("malformed-two", "A last pair above FF", "Malformed", "KEIKI1:V5")
    yield case("malformed-too-long", "514 bytes", "Malformed", "KEIKI1:" + base45(bytes(514)))
