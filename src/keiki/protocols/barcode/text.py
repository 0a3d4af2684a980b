"""The text of a credential barcode: ``KEIKI1:`` and the envelope in Base45 (``docs/formats.md`` section 5).

Drawing and reading the symbol itself is for the zones that have paper and a camera.
"""

from __future__ import annotations

import re

from keiki.protocols.barcode import base45
from keiki.protocols.sealing.errors import ForeignBarcode, Malformed, WrongVersion
from keiki.protocols.sealing.message import MAX_SIZE

PREFIX = "KEIKI1:"
_ANY_VERSION = re.compile(r"KEIKI[0-9]{1,4}:")
_SCANNER_ENDS = " \t\r\n"


def envelope_to_text(envelope: bytes) -> str:
    """Return the text that the symbol carries; every character is in QR's alphanumeric mode."""
    if not 0 < len(envelope) <= MAX_SIZE:
        raise ValueError(f"an envelope has 1 to {MAX_SIZE} bytes")
    return PREFIX + base45.encode(envelope)


def text_to_envelope(text: str) -> bytes:
    """Return the envelope in a text as a camera or a keyboard-wedge scanner gave it; nothing in it is verified yet.

    Raises:
        ForeignBarcode: it is not one of Keiki's barcodes.
        WrongVersion: it is of a later format.
        Malformed: it is damaged, empty or too long.
    """
    text = text.strip(_SCANNER_ENDS)
    prefix = _ANY_VERSION.match(text)
    if not prefix:
        raise ForeignBarcode
    if prefix[0] != PREFIX:
        raise WrongVersion
    if len(text) > len(PREFIX) + MAX_SIZE * 3 // 2:
        raise Malformed
    envelope = base45.decode(text[len(PREFIX) :])
    if not envelope:
        raise Malformed
    return envelope
