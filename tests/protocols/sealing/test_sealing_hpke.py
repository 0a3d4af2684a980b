"""The second implementation's HPKE against RFC 9180 appendix A.1.1, and the library's against it."""

from importlib import import_module

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
EPHEMERAL = "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"
RECIPIENT = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"
PLAINTEXT = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
ENC = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
CIPHERTEXT = "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"


@pytest.fixture
def hpke(maker):
    return import_module("maker.hpke")


@pytest.fixture
def ephemeral():
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(EPHEMERAL))


@pytest.fixture
def recipient():
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(RECIPIENT))


def test_the_second_implementation_is_rfc_9180s(hpke, ephemeral, recipient):
    public = recipient.public_key().public_bytes_raw()
    key, nonce = hpke.key_and_nonce(ephemeral, public, INFO)
    assert key.hex() == "4531685d41d65f03dc48f6b8302c05b0"
    assert nonce.hex() == "56d890e5accaaf011cff4b7d"
    assert hpke.seal(ephemeral, public, INFO, PLAINTEXT, b"Count-0").hex() == ENC + CIPHERTEXT


def test_the_library_opens_what_the_second_implementation_sealed(hpke, ephemeral, recipient):
    sealed = hpke.seal(ephemeral, recipient.public_key().public_bytes_raw(), INFO, PLAINTEXT)
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    assert suite.decrypt(sealed, recipient, info=INFO) == PLAINTEXT
