"""The customer's secrets: what they accept, and that nothing but ``reveal`` gives them out."""

import copy
import dataclasses
import json
import logging
import pickle
import secrets
import traceback

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from keiki.domain.credentials.password import (
    ALPHABET,
    AuthenticationId,
    Password,
    draw_authentication_id,
    draw_password,
)

PASSWORD, ID = "Zq7XkT0wLm3B", "0123456789ABCDEF0123456789ABCDEF"
SECRETS = [Password(PASSWORD), AuthenticationId(ID)]


@given(st.text(ALPHABET, min_size=12, max_size=12))
def test_a_password_is_12_alphanumeric_characters(text: str) -> None:
    assert Password(text).reveal() == text


@given(st.text())
def test_any_other_text_is_refused_without_being_repeated(text: str) -> None:
    for kind, size in ((Password, 12), (AuthenticationId, 32)):
        if len(text) == size and text.isascii() and text.isalnum() and (kind is Password or text == text.upper()):
            continue
        with pytest.raises(ValueError, match="characters") as wrong:
            kind(text)
        assert str(wrong.value) == kind._says


@pytest.mark.parametrize("text", [PASSWORD + "\n", PASSWORD[:11] + "é", PASSWORD[:11] + "１", PASSWORD[:11]])
def test_near_passwords_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="12 alphanumeric"):
        Password(text)


@pytest.mark.parametrize("text", [ID.lower(), ID + "\n", ID[:31] + "G", ID[:31]])
def test_near_ids_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="0-9 A-F"):
        AuthenticationId(text)


@pytest.mark.parametrize("secret", SECRETS, ids=lambda s: type(s).__name__)
def test_nothing_shows_a_secret(secret: Password | AuthenticationId, capfd: pytest.CaptureFixture[str]) -> None:
    text = secret.reveal()

    @dataclasses.dataclass
    class Holder:
        secret: object

    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", "%s" % secret, repr([secret]), repr(Holder(secret))]  # noqa: UP031
    logging.getLogger("leak").error("secret: %s", secret)
    structlog.get_logger().error("leak", secret=secret)
    try:
        raise RuntimeError(secret)
    except RuntimeError as error:
        shown.append("".join(traceback.format_exception(error)))
    shown += capfd.readouterr()
    assert not [s for s in shown if text in s]
    assert not hasattr(secret, "__dict__")


@pytest.mark.parametrize("secret", SECRETS, ids=lambda s: type(s).__name__)
def test_a_secret_does_not_travel_by_accident(secret: Password | AuthenticationId) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(secret, protocol)
    for way in (copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            way(secret)
    with pytest.raises(TypeError):
        json.dumps({"secret": secret})


def test_equal_secrets_are_equal_and_only_within_their_kind() -> None:
    assert Password(PASSWORD) == Password(PASSWORD)
    assert len({Password(PASSWORD), Password(PASSWORD)}) == 1
    assert Password(PASSWORD) != Password(PASSWORD[::-1])
    assert Password(PASSWORD) != PASSWORD
    assert AuthenticationId(ID) != Password(ID[:12])


def test_the_pairing_id_is_the_last_eight_characters() -> None:
    assert AuthenticationId("0" * 24 + "89ABCDEF").pairing_id == "89ABCDEF"


def test_drawing_uses_the_chooser_for_every_character() -> None:
    asked: list[int] = []

    def choose(choices: object) -> str:
        asked.append(len(choices))  # type: ignore[arg-type]
        return choices[-1]  # type: ignore[index, no-any-return]

    assert draw_password(choose).reveal() == "Z" * 12
    assert draw_authentication_id(choose).reveal() == "F" * 32
    assert asked == [62] * 12 + [16] * 32
    assert draw_password(secrets.choice) != draw_password(secrets.choice)
