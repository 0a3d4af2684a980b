"""Deterministic CBOR: one encoding for one value, and nothing but the five kinds."""

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.protocols.sealing import cbor
from keiki.protocols.sealing.errors import Malformed

LEAVES = st.integers(0, 2**64 - 1) | st.binary(max_size=300) | st.text(max_size=80)
ITEMS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.integers(0, 2**64 - 1), inner, max_size=30),
    max_leaves=40,
).filter(lambda item: depth(item) <= cbor.MAX_DEPTH)


def depth(item: object) -> int:
    inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return 1 + max(map(depth, inner), default=0)


@settings(deadline=None)
@given(ITEMS)
def test_an_item_comes_through(item):
    assert cbor.decode(cbor.encode(item)) == item


@settings(deadline=None)
@given(st.binary(max_size=48))
def test_any_bytes_are_refused_or_are_the_one_encoding_of_their_value(data):
    """The decoder against cbor2: what it reads, cbor2 reads alike and writes back as the same bytes."""
    try:
        item = cbor.decode(data)
    except Malformed:
        return
    assert cbor2.loads(data) == item
    assert cbor2.dumps(item, canonical=True) == data


@settings(deadline=None)
@given(ITEMS, st.data())
def test_a_damaged_item_is_refused_or_is_another(item, data):
    good = cbor.encode(item)
    at = data.draw(st.integers(0, len(good) - 1))
    damaged = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]
    try:
        assert cbor.encode(cbor.decode(damaged)) == damaged
    except Malformed:
        return


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("nothing", ""),
        ("an integer in more bytes than it needs", "1817"),
        ("a length in more bytes than it needs", "580100"),
        ("the same in two, four and eight", "1900ff"),
        ("", "1a0000ffff"),
        ("", "1b00000000ffffffff"),
        ("a negative integer", "20"),
        ("a byte string of indefinite length", "5f4100ff"),
        ("an array of indefinite length", "9fff"),
        ("a map of indefinite length", "bfff"),
        ("text that is no UTF-8", "61ff"),
        ("a surrogate in text", "63eda080"),
        ("a map with a text for a key", "a1616100"),
        ("a map with descending keys", "a202000100"),
        ("a map with a key twice", "a201000100"),
        ("a tag", "c11a514b67b0"),
        ("a bignum tag", "c24101"),
        ("false", "f4"),
        ("null", "f6"),
        ("a float", "f90000"),
        ("a simple value", "f8ff"),
        ("reserved lengths", "1c"),
        ("", "9f"),
        ("cut short", "4200"),
        ("more members than bytes", "9bffffffffffffffff"),
        ("", "bbffffffffffffffff"),
        ("", "5bffffffffffffffff"),
        ("something after", "0000"),
        ("five levels", "8181818100"),
    ],
)
def test_everything_else_is_malformed(what, data):
    with pytest.raises(Malformed):
        cbor.decode(bytes.fromhex(data))


def test_four_levels_are_read():
    assert cbor.decode(bytes.fromhex("81818100")) == [[[0]]]
