"""Identities keep their keys to themselves; cards say one thing in one way; neither is taken when it was touched."""

import base64
import json
import pickle
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.protocols.sealing.errors import BadIdentity
from keiki.protocols.sealing.identity import Identity, IdentityCard, Zone

VECTORS = Path(__file__).parents[3] / "vectors"
OFFICE = Identity.generate("office", "honten")
OTHER = Identity.generate("office", "shiten")
CARD = json.loads(Identity.from_pem((VECTORS / "keys" / "TEST-KEY-office.pem").read_bytes()).card.to_json())
LOW_ORDER_POINTS = [
    bytes(32),
    b"\x01" + bytes(31),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
]


def test_an_identity_comes_back_from_its_file():
    again = Identity.from_pem(OFFICE.to_pem())
    assert again.card == OFFICE.card
    assert again.sign(b"x") == OFFICE.sign(b"x")


def test_a_card_comes_back_from_its_json():
    assert IdentityCard.from_json(OFFICE.card.to_json()) == OFFICE.card
    assert IdentityCard.from_json(OFFICE.card.to_json().encode()) == OFFICE.card


def test_nothing_shows_a_private_key():
    for private in (OFFICE._sealing, OFFICE._signing):
        raw = private.private_bytes_raw()
        for shown in (repr(OFFICE), str(OFFICE), OFFICE.card.to_json(), repr(OFFICE.card)):
            assert raw.hex() not in shown
            assert repr(raw)[2:-1] not in shown
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(OFFICE)


def test_the_fingerprint_covers_zone_and_name():
    card = OFFICE.card
    cards = [
        card,
        IdentityCard(Zone.CONTROL, card.name, card.sealing_key, card.signing_key),
        IdentityCard(card.zone, "other", card.sealing_key, card.signing_key),
        OTHER.card,
    ]
    fingerprints = {each.fingerprint for each in cards}
    assert len(fingerprints) == len(cards)
    assert all(re.fullmatch(r"([0-9a-f]{4} ){7}[0-9a-f]{4}", each) for each in fingerprints)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"version": True},
        {"version": "1"},
        {"zone": "relay"},
        {"zone": ["office"]},
        {"name": ""},
        {"name": "a" * 41},
        {"name": "a b"},
        {"name": "本店"},
        {"name": None},
        {"sealing_key": CARD["sealing_key"].upper() + "0"},
        {"sealing_key": CARD["sealing_key"][:-2]},
        {"signing_key": 7},
        {"sealing_key": json.loads(OTHER.card.to_json())["sealing_key"]},
        {"key_id": "0" * 16},
        {"key_id": CARD["key_id"].upper()},
        {"extra": 1},
    ],
)
def test_a_card_that_was_touched_is_refused(change):
    with pytest.raises(BadIdentity):
        IdentityCard.from_json(json.dumps({**CARD, **change}))


@pytest.mark.parametrize("missing", list(CARD))
def test_a_card_that_lacks_a_member_is_refused(missing):
    with pytest.raises(BadIdentity):
        IdentityCard.from_json(json.dumps({name: value for name, value in CARD.items() if name != missing}))


def test_a_card_with_a_member_twice_is_refused():
    text = OFFICE.card.to_json().replace('"version": 1,', '"version": 1, "version": 1,')
    with pytest.raises(BadIdentity):
        IdentityCard.from_json(text)


@pytest.mark.parametrize("point", LOW_ORDER_POINTS)
def test_a_sealing_key_of_low_order_is_refused(point):
    with pytest.raises(BadIdentity, match="low order"):
        IdentityCard(Zone.OFFICE, "x", point, OFFICE.card.signing_key)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100))
def test_any_text_is_a_card_or_a_bad_identity(text):
    with pytest.raises(BadIdentity):
        IdentityCard.from_json(text)


def test_a_deep_or_long_text_is_no_card():
    for text in ("[" * 1000, "[" * 100_000, '{"a": ' * 170, "9" * 1000, OFFICE.card.to_json() + " " * 1024):
        with pytest.raises(BadIdentity):
            IdentityCard.from_json(text)


def test_a_file_put_together_from_two_identities_is_refused():
    blocks = re.findall(rb"-----BEGIN.*?-----END [A-Z ]+-----\n", OFFICE.to_pem(), re.DOTALL)
    others = re.findall(rb"-----BEGIN.*?-----END [A-Z ]+-----\n", OTHER.to_pem(), re.DOTALL)
    assert b"".join(blocks) == OFFICE.to_pem()
    for at in range(3):
        mixed = [*blocks[:at], others[at], *blocks[at + 1 :]]
        with pytest.raises(BadIdentity):
            Identity.from_pem(b"".join(mixed))
    for wrong in (
        [blocks[0], blocks[2], blocks[1]],
        blocks[:2],
        blocks[1:],
        [*blocks, blocks[2]],
        [b"\n", *blocks],
        [],
    ):
        with pytest.raises(BadIdentity):
            Identity.from_pem(b"".join(wrong))


def test_a_file_with_a_key_of_another_kind_is_refused():
    other_kind = generate_ec_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    card, sealing, signing = re.findall(rb"-----BEGIN.*?-----END [A-Z ]+-----\n", OFFICE.to_pem(), re.DOTALL)
    for blocks in ([card, other_kind, signing], [card, sealing, other_kind]):
        with pytest.raises(BadIdentity):
            Identity.from_pem(b"".join(blocks))


def test_a_file_with_one_changed_byte_inside_a_key_has_the_same_keys_or_is_refused():
    """The library has an error of its own for algorithms it does not know."""
    card, sealing, signing = re.findall(rb"-----BEGIN.*?-----END [A-Z ]+-----\n", OFFICE.to_pem(), re.DOTALL)
    der = bytearray(base64.b64decode(b"".join(sealing.splitlines()[1:-1])))
    for at in range(len(der)):
        changed = bytes(der[:at]) + bytes([der[at] ^ 5]) + bytes(der[at + 1 :])
        block = b"-----BEGIN PRIVATE KEY-----\n%b\n-----END PRIVATE KEY-----\n" % base64.b64encode(changed)
        assert_same_or_refused(card + block + signing)


def assert_same_or_refused(data):
    """The keys are the same, or the file is refused. Who changes zone or name in it changes the fingerprint.

    X25519 ignores some bits of a private key, and Base64 some of its last character.
    """
    try:
        card = Identity.from_pem(data).card
    except BadIdentity:
        return
    assert card.key_id == OFFICE.card.key_id
    assert (card.fingerprint == OFFICE.card.fingerprint) == (card == OFFICE.card)


@settings(deadline=None)
@given(st.data())
def test_any_damaged_file_has_the_same_keys_or_is_refused(data):
    good = OFFICE.to_pem()
    at = data.draw(st.integers(0, len(good) - 1))
    assert_same_or_refused(good[:at] + data.draw(st.binary(max_size=3)) + good[at + data.draw(st.integers(0, 2)) :])


@pytest.mark.parametrize(("zone", "name"), [("relay", "x"), ("office", ""), ("office", "a/b"), ("Office", "x")])
def test_an_identity_is_of_a_zone_and_has_a_name(zone, name):
    with pytest.raises(BadIdentity):
        Identity.generate(zone, name)
