"""The frame itself: its size to the byte, and that its three parts are byte strings."""

from __future__ import annotations

import pytest

from keiki.protocols.sealing import cbor, message
from keiki.protocols.sealing.errors import Malformed
from keiki.protocols.sealing.fields import EXPIRES, MESSAGE_ID
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose, parse, seal, unseal, verify

OFFICE = Identity.generate("office", "honten")
CONTROL = Identity.generate("control", "scs")
HEADER: dict[int, cbor.Item] = {EXPIRES: 2000, MESSAGE_ID: bytes(16)}


def sealed(size: int) -> bytes:
    return seal(SealingPurpose.COMMAND, HEADER, bytes(size), CONTROL.card, OFFICE)


def largest() -> int:
    """The plaintext that fills a message to its last byte."""
    return next(size for size in range(512, 0, -1) if len(_framed(size)) == 512)


def _framed(size: int) -> bytes:
    header = message.encode_header(SealingPurpose.COMMAND, HEADER, CONTROL.card)
    return cbor.encode([header, bytes(size + 48), bytes(64)])


def test_a_message_has_512_bytes_at_most_and_the_last_one_may_be_used() -> None:
    data = sealed(largest())
    assert len(data) == 512
    parsed = parse(data)
    verify(parsed, SealingPurpose.COMMAND, CONTROL, OFFICE.card, 1999)
    assert unseal(parsed, CONTROL, OFFICE.card) == bytes(largest())
    with pytest.raises(ValueError, match="at most 512 bytes, this has 513"):
        sealed(largest() + 1)


def test_what_is_longer_is_not_read() -> None:
    with pytest.raises(Malformed):
        parse(_framed(largest() + 1))


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    "item", [5, "text of more than forty-eight characters, as long as a seal's overhead is", [b"x" * 64], {1: b"x"}]
)
def test_each_part_of_the_frame_is_a_byte_string(place: int, item: cbor.Item) -> None:
    parts = cbor.decode(sealed(32))
    assert isinstance(parts, list)
    parts[place] = item
    with pytest.raises(Malformed):
        parse(cbor.encode(parts))


@pytest.mark.parametrize("count", [2, 4])
def test_the_frame_has_three_parts(count: int) -> None:
    parts = cbor.decode(sealed(32))
    assert isinstance(parts, list)
    with pytest.raises(Malformed):
        parse(cbor.encode([*parts, b""][:count]))


@pytest.mark.parametrize(("sealed_size", "signature_size"), [(47, 64), (48, 63), (48, 65)])
def test_a_seal_and_a_signature_have_their_size(sealed_size: int, signature_size: int) -> None:
    header = message.encode_header(SealingPurpose.COMMAND, HEADER, CONTROL.card)
    assert parse(cbor.encode([header, bytes(48), bytes(64)]))
    with pytest.raises(Malformed):
        parse(cbor.encode([header, bytes(sealed_size), bytes(signature_size)]))
