"""EAP-PSK at its boundary: two right sides agree, any other pair is refused, any bytes are refused by type."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from keiki.protocols.eap_psk import (
    AuthenticationFailed,
    EapPskError,
    EapPskPeer,
    EapPskServer,
    MalformedMessage,
    PeerState,
    ServerState,
    UnexpectedMessage,
    eax,
    hems_identity,
    messages,
    meter_identity,
    route_b_psk,
)
from keiki.protocols.eap_psk.keys import long_term_keys, session_keys

ID = "00112233445566778899AABBCCDDEEFF"
PSK = route_b_psk(ID, "Abcdef123456")
VECTORS = Path(__file__).parents[3] / "vectors/eap-psk"
EAX_VECTORS = json.loads((VECTORS / "eax.json").read_text())["cases"]


def sides(server_psk: bytes = PSK, peer_psk: bytes = PSK) -> tuple[EapPskServer, EapPskPeer]:
    server = EapPskServer(server_psk, meter_identity(ID), hems_identity(ID), bytes(range(16)))
    return server, EapPskPeer(peer_psk, hems_identity(ID), meter_identity(ID), bytes(range(16, 32)))


@pytest.mark.parametrize("case", EAX_VECTORS, ids=lambda c: c["message"] or "empty")
def test_eax_vectors(case: dict[str, str]) -> None:
    key, nonce, header, message, cipher = (
        bytes.fromhex(case[name]) for name in ("key", "nonce", "header", "message", "cipher")
    )
    ciphertext, tag = eax.encrypt(key, nonce, header, message)
    assert ciphertext + tag == cipher
    assert eax.decrypt(key, nonce, header, ciphertext, tag) == message
    with pytest.raises(InvalidTag):
        eax.decrypt(key, nonce, header + b"x", ciphertext, tag)


def test_route_b_key_takes_the_id_in_capitals_and_the_password_as_it_is() -> None:
    assert route_b_psk(ID.lower(), "Abcdef123456") == PSK
    assert route_b_psk(ID, "abcdef123456") != PSK
    # Computed apart from this code: printf '%s' "$ID$PASSWORD" | sha256sum | cut -c 33-64
    assert PSK.hex() == "a2c17584442504b17061cca21b13825e"


def test_two_right_sides_agree_on_every_key() -> None:
    server, peer = sides()
    assert server.receive(peer.receive(server.receive(peer.receive(server.begin())))) == b"\x03\x02\x00\x04"
    assert server.state is ServerState.SUCCEEDED
    assert peer.state is PeerState.PROVED
    assert server.session_keys() == peer.session_keys()
    assert len(server.session_keys().msk) == len(server.session_keys().emsk) == 64


def test_a_server_refuses_a_peer_with_another_key() -> None:
    server, peer = sides(peer_psk=route_b_psk(ID, "Abcdef123457"))
    with pytest.raises(AuthenticationFailed):
        server.receive(peer.receive(server.begin()))
    assert server.state is ServerState.FAILED
    with pytest.raises(UnexpectedMessage):
        server.session_keys()


def test_a_server_that_lets_everyone_in_cannot_show_the_key() -> None:
    server, peer = sides()
    peer.receive(server.begin())
    impostor = long_term_keys(bytes(16))
    mac_s = eax.cmac(impostor.ak, meter_identity(ID) + bytes(range(16, 32)))
    third = messages.third(session_keys(impostor.kdk, bytes(range(16, 32))).tek, 2, bytes(range(16)), mac_s)
    with pytest.raises(AuthenticationFailed):
        peer.receive(third)
    assert peer.state is PeerState.FAILED


@pytest.mark.parametrize(
    ("counter", "verdict", "sound"), [(0, 2, True), (1, 2, False), (0, 3, False), (0, 1, False), (0, 0, False)]
)
def test_a_third_message_proves_only_with_the_right_count_and_the_verdict_success(
    counter: int, verdict: int, sound: bool
) -> None:
    """RFC 4764, section 5.3: the nonce of the third message is 0; R is 2 for success, 3 for failure."""
    server, peer = sides()
    peer.receive(server.begin())
    rand_s, rand_p, keys = bytes(range(16)), bytes(range(16, 32)), long_term_keys(PSK)
    header = bytes([1, 2, 0, 59, 47, 0x80]) + rand_s
    nonce = bytes([0, 0, 0, counter])
    ciphertext, tag = eax.encrypt(session_keys(keys.kdk, rand_p).tek, bytes(12) + nonce, header, bytes([verdict << 6]))
    third = header + eax.cmac(keys.ak, meter_identity(ID) + rand_p) + nonce + tag + ciphertext
    if sound:
        peer.receive(third)
    else:
        with pytest.raises(AuthenticationFailed):
            peer.receive(third)
    assert peer.state is (PeerState.PROVED if sound else PeerState.FAILED)


def test_a_peer_refuses_another_server_than_the_one_meant() -> None:
    _, peer = sides()
    elsewhere = EapPskServer(PSK, b"SM" + b"0" * 32, hems_identity(ID), bytes(16))
    with pytest.raises(AuthenticationFailed):
        peer.receive(elsewhere.begin())


def test_a_server_refuses_the_same_key_under_another_name() -> None:
    server, _ = sides()
    peer = EapPskPeer(PSK, b"PORT", meter_identity(ID), bytes(16))
    with pytest.raises(AuthenticationFailed):
        server.receive(peer.receive(server.begin()))


def test_a_replayed_second_message_is_no_use_for_another_challenge() -> None:
    server, peer = sides()
    second = peer.receive(server.begin())
    later = EapPskServer(PSK, meter_identity(ID), hems_identity(ID), bytes(16))
    later.begin()
    with pytest.raises(UnexpectedMessage):
        later.receive(second)
    assert later.state is ServerState.CHALLENGED


@given(st.integers(0, 20 + 36 + 45), st.integers(1, 255))
def test_a_second_message_changed_anywhere_is_refused(at: int, change: int) -> None:
    server, peer = sides()
    second = bytearray(peer.receive(server.begin()))
    second[at % len(second)] ^= change
    with pytest.raises(EapPskError):
        server.receive(bytes(second))


@given(st.integers(0, 58), st.integers(1, 255))
def test_a_third_message_changed_anywhere_proves_nothing(at: int, change: int) -> None:
    server, peer = sides()
    third = bytearray(server.receive(peer.receive(server.begin())))
    third[at] ^= change
    with pytest.raises(EapPskError):
        peer.receive(bytes(third))
    assert peer.state is not PeerState.PROVED


@given(st.binary(max_size=120))
def test_any_bytes_are_refused_by_type_and_change_nothing(data: bytes) -> None:
    server, peer = sides()
    server.begin()
    for side, state in ((server, ServerState.CHALLENGED), (peer, PeerState.FRESH)):
        with pytest.raises(EapPskError):
            side.receive(data)
        assert side.state is state


def test_messages_out_of_turn_change_nothing() -> None:
    server, peer = sides()
    first = server.begin()
    with pytest.raises(UnexpectedMessage):
        server.begin()
    second = peer.receive(first)
    with pytest.raises(UnexpectedMessage):
        peer.receive(first)
    third = server.receive(second)
    with pytest.raises(EapPskError):
        server.receive(second)
    assert peer.receive(third)
    with pytest.raises(MalformedMessage):
        server.receive(third[:-1])


def test_keys_do_not_show() -> None:
    server, peer = sides()
    server.receive(peer.receive(server.receive(peer.receive(server.begin()))))
    assert repr(server.session_keys()) == "SessionKeys()"
    assert repr(server._keys) == "LongTermKeys()"


def test_a_second_implementation_makes_the_same_exchange() -> None:
    made = json.loads((VECTORS / "exchange.json").read_text())
    octets = {name: bytes.fromhex(text) for name, text in made.items() if name not in ("about", "password")}
    code, psk = made["authentication_id"], route_b_psk(made["authentication_id"], made["password"])
    assert psk == octets["psk"]
    server = EapPskServer(psk, meter_identity(code), hems_identity(code), octets["rand_s"])
    peer = EapPskPeer(psk, hems_identity(code), meter_identity(code), octets["rand_p"])
    assert server.begin() == octets["first"]
    assert peer.receive(octets["first"]) == octets["second"]
    assert server.receive(octets["second"]) == octets["third"]
    assert peer.receive(octets["third"]) == octets["fourth"]
    assert server.receive(octets["fourth"]) == octets["success"]
    keys = server.session_keys()
    assert (keys.tek, keys.msk, keys.emsk) == (octets["tek"], octets["msk"], octets["emsk"])
