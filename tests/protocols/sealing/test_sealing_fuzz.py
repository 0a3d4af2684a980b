"""Whatever the bytes, a reader opens them or raises a SealingError: nothing else, and no secret in its text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.protocols.barcode.text import PREFIX, envelope_to_text, text_to_envelope
from keiki.protocols.relay import wire
from keiki.protocols.sealing import cbor, message
from keiki.protocols.sealing.credential import open_credential, read_context
from keiki.protocols.sealing.errors import Malformed, SealingError
from keiki.protocols.sealing.identity import Identity, Zone
from keiki.protocols.sealing.message import MAX_SIZE, ROUTES, SealingPurpose

VECTORS = Path(__file__).parents[3] / "vectors"
MESSAGES = [
    bytes.fromhex(path.read_text("utf-8").partition("\n\n")[2])
    for folder in ("credential", "relay")
    for path in sorted((VECTORS / folder).glob("*.txt"))
]
PEOPLE = {zone: Identity.from_pem((VECTORS / "keys" / f"TEST-KEY-{zone.value}.pem").read_bytes()) for zone in Zone}
OFFICE, CONTROL, HANDHELD = PEOPLE[Zone.OFFICE], PEOPLE[Zone.CONTROL], PEOPLE[Zone.HANDHELD]

READERS = {
    "open_credential": lambda data: open_credential(
        data,
        HANDHELD,
        OFFICE.card,
        1,
        purpose=SealingPurpose.BARCODE,
        communication_unit="TCR0000000042",
        supply_point=None,
    ),
    "read_context": read_context,
    "open_command": lambda data: wire.open_command(data, CONTROL, OFFICE.card, 1),
    "open_result": lambda data: wire.open_result(data, OFFICE, CONTROL.card),
    "open_visit_result": lambda data: wire.open_visit_result(data, OFFICE, HANDHELD.card),
    "message_id_of": wire.message_id_of,
}


@st.composite
def damaged(draw):
    """A vector with some bytes changed, cut out or put in."""
    data = bytearray(draw(st.sampled_from(MESSAGES)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(data)


ITEMS = st.recursive(
    st.integers(0, 2**41)
    | st.binary(max_size=20)
    | st.sampled_from([b"\x00" * 8, b"\x00" * 64])
    | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 20), inner, max_size=8),
    max_leaves=12,
)


def refusal(reader, data):
    """The SealingError of a reader, or ``None`` where it reads; anything else fails the test."""
    try:
        reader(data)
    except SealingError as refused:
        return refused
    return None


@pytest.mark.parametrize("reader", READERS)
@settings(deadline=None)
@given(st.binary(max_size=MAX_SIZE + 8) | damaged())
def test_any_bytes_open_or_raise_a_sealing_error(reader, data):
    refused = refusal(READERS[reader], data)
    assert refused is None or str(refused) == type(refused).says


FIELDS = {4: 2**40 - 1, 5: bytes(11), 6: "TCR0000000042", 7: 3, 8: bytes(16)}


@pytest.mark.parametrize("purpose", list(SealingPurpose))
@settings(deadline=None)
@given(
    change=st.dictionaries(st.integers(0, 9), ITEMS, max_size=2),
    gone=st.sets(st.integers(1, 8), max_size=1),
    sealed=st.binary(min_size=40, max_size=60),
)
def test_any_header_under_a_true_signature_is_refused(purpose, change, gone, sealed):
    """An enrolled sender that has gone wrong signs anything; nothing of it opens, and the reader stays on its feet."""
    route = ROUTES[purpose]
    signer, recipient = PEOPLE[route.sender], PEOPLE[route.recipient]
    right = {1: 1, 2: int(purpose), 3: recipient.card.key_id} | {key: FIELDS[key] for key in route.fields}
    header = {key: value for key, value in {**right, **change}.items() if key not in gone}
    header_bytes = cbor.encode(header)
    signature = signer.sign(cbor.encode(["keiki v1 sign", int(purpose), header_bytes, sealed]))
    data = cbor.encode([header_bytes, sealed, signature])
    for name, reader in READERS.items():
        assert refusal(reader, data) or name in ("read_context", "message_id_of")


BODIES = {
    SealingPurpose.COMMAND: (wire.open_command, {4: 2**40 - 1, 8: bytes(16)}),
    SealingPurpose.RESULT: (wire.open_result, {8: bytes(16)}),
    SealingPurpose.VISIT_RESULT: (wire.open_visit_result, {8: bytes(16)}),
}


@pytest.mark.parametrize("purpose", list(BODIES))
@settings(deadline=None)
@given(
    body=st.dictionaries(st.integers(1, 18), ITEMS, max_size=8) | ITEMS, tail=st.sampled_from([b"\x80", b"", b"\x01"])
)
def test_any_body_under_a_true_seal_is_read_or_malformed(purpose, body, tail):
    reader, fields = BODIES[purpose]
    route = ROUTES[purpose]
    recipient, signer = PEOPLE[route.recipient], PEOPLE[route.sender]
    plaintext = cbor.encode(body) + tail
    room = MAX_SIZE - 8 - len(message.encode_header(purpose, fields, recipient.card)) - 48 - 64
    if len(plaintext) > room:
        return
    data = message.seal(purpose, fields, plaintext.ljust(room, b"\x00"), recipient.card, signer)
    now = (1,) if purpose is SealingPurpose.COMMAND else ()
    try:
        reader(data, recipient, signer.card, *now)
    except Malformed:
        return


@settings(deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=60))
def test_any_text_is_an_envelope_or_a_sealing_error(text):
    for given_text in (text, PREFIX + text):
        try:
            envelope = text_to_envelope(given_text)
        except SealingError:
            continue
        assert envelope_to_text(envelope) == given_text.strip(" \t\r\n")


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=MAX_SIZE))
def test_a_barcodes_text_survives_the_stripping_of_its_ends(envelope):
    text = envelope_to_text(envelope)
    assert text == text.strip()
    assert text_to_envelope(text + "\r\n") == envelope
