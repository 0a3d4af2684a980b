"""A credential envelope opens for the one it was made for, and each layer refuses with its own error."""

import pickle
from dataclasses import replace

import pytest

from keiki.protocols.sealing import fields, message
from keiki.protocols.sealing.credential import (
    CredentialContext,
    OpenedCredential,
    open_credential,
    read_context,
    seal_credential,
    verify_credential,
)
from keiki.protocols.sealing.errors import (
    BadSignature,
    Expired,
    NotForThisMeter,
    NotForThisRecipient,
    SealingError,
    WrongPurpose,
)
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose

OFFICE = Identity.generate("office", "honten")
HANDHELD = Identity.generate("handheld", "hhd-1")
OTHER_HANDHELD = Identity.generate("handheld", "hhd-2")
CONTROL = Identity.generate("control", "scs")

AUTHENTICATION_ID = "0123456789ABCDEF0123456789ABCDEF"
PASSWORD = "Canary7Canar"
CONTEXT = CredentialContext(
    SealingPurpose.BARCODE, HANDHELD.card.key_id, "0612345678901234567890", "CU-0000000042", 3, 2000
)
AT_HAND = {
    "purpose": SealingPurpose.BARCODE,
    "communication_unit": "CU-0000000042",
    "supply_point": "0612345678901234567890",
}


def sealed(context: CredentialContext = CONTEXT) -> bytes:
    return seal_credential(context, AUTHENTICATION_ID, PASSWORD, HANDHELD.card, OFFICE)


def test_the_recipient_opens_what_was_sealed_for_its_meter():
    opened = open_credential(sealed(), HANDHELD, OFFICE.card, 1999, **AT_HAND)
    assert opened.authentication_id == AUTHENTICATION_ID
    assert opened.password == PASSWORD
    assert opened.context == CONTEXT


def test_a_reader_that_does_not_know_the_supply_point_goes_by_the_unit():
    opened = open_credential(sealed(), HANDHELD, OFFICE.card, 1999, **{**AT_HAND, "supply_point": None})
    assert opened.password == PASSWORD


def test_the_context_is_readable_without_any_key():
    assert read_context(sealed()) == CONTEXT


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"recipient": OTHER_HANDHELD}, NotForThisRecipient),
        ({"signer": Identity.generate("office", "honten").card}, BadSignature),
        ({"signer": replace(OFFICE.card, zone=HANDHELD.card.zone)}, BadSignature),
        ({"now": 2000}, Expired),
        ({"now": 2**60}, Expired),
        ({"purpose": SealingPurpose.RELAY}, WrongPurpose),
        ({"purpose": SealingPurpose.COMMAND}, WrongPurpose),
        ({"communication_unit": "CU-0000000043"}, NotForThisMeter),
        ({"communication_unit": ""}, NotForThisMeter),
        ({"supply_point": "0612345678901234567891"}, NotForThisMeter),
    ],
)
def test_each_thing_it_is_not_meant_for_is_refused_by_its_own_error(change, error):
    given = {"recipient": HANDHELD, "signer": OFFICE.card, "now": 1999, **AT_HAND, **change}
    with pytest.raises(error):
        open_credential(sealed(), **given)


def test_every_changed_byte_is_refused():
    envelope = sealed()
    for at in range(len(envelope)):
        changed = envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :]
        with pytest.raises(SealingError):
            open_credential(changed, HANDHELD, OFFICE.card, 1999, **AT_HAND)


def test_nothing_that_is_shown_holds_a_secret():
    opened = open_credential(sealed(), HANDHELD, OFFICE.card, 1999, **AT_HAND)
    assert isinstance(opened, OpenedCredential)
    for shown in (repr(opened), str(opened), f"{opened}", repr(HANDHELD), repr(CONTEXT)):
        assert PASSWORD not in shown
        assert AUTHENTICATION_ID not in shown
        assert CONTEXT.supply_point not in shown
    with pytest.raises(TypeError):
        pickle.dumps(opened)
    with pytest.raises(TypeError):
        pickle.dumps(HANDHELD)


@pytest.mark.parametrize(
    ("authentication_id", "password"),
    [(AUTHENTICATION_ID.lower(), PASSWORD), (AUTHENTICATION_ID[:-1], PASSWORD), (AUTHENTICATION_ID, "Canary7Cana!")],
)
def test_a_credential_out_of_its_form_is_not_sealed_and_not_told(authentication_id, password):
    with pytest.raises(ValueError, match="has") as refused:
        seal_credential(CONTEXT, authentication_id, password, HANDHELD.card, OFFICE)
    assert authentication_id not in str(refused.value)
    assert password not in str(refused.value)


def test_it_is_not_sealed_to_another_zone_or_by_another():
    with pytest.raises(ValueError, match="goes from office to handheld"):
        seal_credential(CONTEXT, AUTHENTICATION_ID, PASSWORD, HANDHELD.card, CONTROL)
    to_control = replace(CONTEXT, recipient=CONTROL.card.key_id)
    with pytest.raises(ValueError, match="goes from office to handheld"):
        seal_credential(to_control, AUTHENTICATION_ID, PASSWORD, CONTROL.card, OFFICE)
    with pytest.raises(ValueError, match="key_id"):
        seal_credential(CONTEXT, AUTHENTICATION_ID, PASSWORD, OTHER_HANDHELD.card, OFFICE)


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": SealingPurpose.COMMAND},
        {"purpose": SealingPurpose.RESULT},
        {"purpose": SealingPurpose.VISIT_RESULT},
        {"recipient": bytes(7)},
        {"recipient": bytes(9)},
        {"supply_point": "061234567890123456789"},
        {"supply_point": "06-1234-5678-9012-3456-7890"},
        {"communication_unit": ""},
        {"communication_unit": "-CU"},
        {"generation": 0},
        {"generation": -1},
        {"generation": 2**32},
        {"generation": True},
        {"expires": 0},
        {"expires": 2**40},
    ],
)
def test_a_context_out_of_its_form_is_not_made(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"purpose|key id|supply point|serial|generation|time|seconds"):
        replace(CONTEXT, **change)


def test_the_limits_of_a_context_belong_to_it() -> None:
    for change in ({"generation": 1}, {"generation": 2**32 - 1}, {"expires": 1}, {"expires": 2**40 - 1}):
        assert replace(CONTEXT, **change)


def test_what_needs_no_key_is_verified_without_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "unseal", lambda *_: pytest.fail("nothing is opened"))
    assert verify_credential(sealed(), HANDHELD, OFFICE.card, 1999, purpose=SealingPurpose.BARCODE) == CONTEXT
    refused = {
        WrongPurpose: {"purpose": SealingPurpose.RELAY},
        NotForThisRecipient: {"recipient": OTHER_HANDHELD},
        BadSignature: {"signer": Identity.generate("office", "another").card},
        Expired: {"now": 2000},
    }
    for error, change in refused.items():
        given = {"recipient": HANDHELD, "signer": OFFICE.card, "now": 1999, "purpose": SealingPurpose.BARCODE, **change}
        with pytest.raises(error):
            verify_credential(sealed(), **given)
    with pytest.raises(WrongPurpose):
        verify_credential(sealed(), HANDHELD, OFFICE.card, 1999, purpose=SealingPurpose.COMMAND)


@pytest.mark.parametrize("generation", [-1, 2**32, True, 1.0])
def test_a_generation_that_a_meter_cannot_hold_is_refused(generation: object) -> None:
    with pytest.raises(ValueError, match="the generation that a meter holds"):
        fields.check_held_generation(generation)  # type: ignore[arg-type]


def test_a_meter_may_hold_none_and_the_last_generation() -> None:
    fields.check_held_generation(0)
    fields.check_held_generation(2**32 - 1)
