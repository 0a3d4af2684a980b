"""A real envelope's symbol has the size that ``docs/formats.md`` section 5 says, and a camera reads it back."""

import numpy as np
import pytest
import zxingcpp

from keiki.protocols.barcode.text import envelope_to_text, text_to_envelope
from keiki.protocols.sealing.credential import CredentialContext, seal_credential
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose

OFFICE = Identity.generate("office", "honten")
HANDHELD = Identity.generate("handheld", "hhd-1")


@pytest.mark.parametrize(
    ("serial", "generation", "expires", "modules"),
    [
        ("TCR0000000042", 1, 1_800_000_000, 57),
        ("Z" * 13, 65_535, 4_000_000_000, 57),
        ("Z" * 24, 65_535, 4_000_000_000, 61),
        ("Z" * 24, 2**32 - 1, 2**40 - 1, 61),
    ],
)
def test_a_real_envelope_fits(serial, generation, expires, modules):
    context = CredentialContext(
        SealingPurpose.BARCODE, HANDHELD.card.key_id, "0612345678901234567890", serial, generation, expires
    )
    envelope = seal_credential(context, "0123456789ABCDEF" * 2, "Canary7Canar", HANDHELD.card, OFFICE)
    symbol = zxingcpp.create_barcode(envelope_to_text(envelope), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture = np.array(symbol.to_image(scale=1, add_quiet_zones=False))
    assert picture.shape == (modules, modules)
    photograph = np.kron(np.pad(picture, 4, constant_values=255), np.ones((4, 4), dtype=np.uint8))
    (read,) = zxingcpp.read_barcodes(photograph)
    assert text_to_envelope(read.text) == envelope
