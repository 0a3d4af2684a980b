"""Base45 by the examples of RFC 9285, and strictly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.protocols.barcode import base45
from keiki.protocols.sealing.errors import Malformed


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),  # RFC 9285, 4.3
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),  # 4.4
        (b"", ""),
        (b"\xff\xff", "FGW"),
        (b"\x00", "00"),
    ],
)
def test_the_examples_of_the_rfc(data, text):
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize(
    "text",
    [
        "GGW",  # 65536, RFC 9285 section 4.4
        ":::",
        "V5",  # 256 in a single byte
        "::",
        "B",
        "BB8B",
        "bb8",
        "BB\n",
        "BBÄ",
        "１BB",
    ],
)
def test_what_is_not_base45_is_malformed(text):
    with pytest.raises(Malformed):
        base45.decode(text)


@settings(deadline=None)
@given(st.binary(max_size=64))
def test_bytes_come_through(data):
    assert base45.decode(base45.encode(data)) == data


@settings(deadline=None)
@given(st.text(alphabet=base45.ALPHABET, max_size=24))
def test_one_text_for_one_sequence_of_bytes(text):
    try:
        data = base45.decode(text)
    except Malformed:
        return
    assert base45.encode(data) == text
