"""Relay messages come through unchanged, all of one size, and none is taken for another."""

from dataclasses import replace

import pytest

from keiki.protocols.relay.messages import (
    CommandOutcome,
    CommandResult,
    ReadStatus,
    RewritePassword,
    StatusItems,
    VisitResult,
)
from keiki.protocols.relay.wire import (
    MESSAGE_SIZE,
    message_id_of,
    open_command,
    open_result,
    open_visit_result,
    seal_command,
    seal_result,
    seal_visit_result,
)
from keiki.protocols.sealing.credential import CredentialContext, open_credential, seal_credential
from keiki.protocols.sealing.errors import (
    BadSignature,
    Expired,
    NotForThisRecipient,
    SealingError,
    WrongPurpose,
)
from keiki.protocols.sealing.identity import Identity
from keiki.protocols.sealing.message import SealingPurpose

OFFICE = Identity.generate("office", "honten")
CONTROL = Identity.generate("control", "scs")
HANDHELD = Identity.generate("handheld", "hhd-1")
ID = bytes(range(16))
SUPPLY_POINT = "0612345678901234567890"
LONGEST = "C" * 24


def credential(unit: str = "CU-1", generation: int = 3, recipient: Identity = CONTROL) -> bytes:
    context = CredentialContext(SealingPurpose.RELAY, recipient.card.key_id, SUPPLY_POINT, unit, generation, 2**40 - 1)
    return seal_credential(context, "0123456789ABCDEF" * 2, "Canary7Canar", recipient.card, OFFICE)


COMMANDS = [
    ReadStatus(ID, SUPPLY_POINT, "CU-1", 2),
    ReadStatus(ID, SUPPLY_POINT, LONGEST, 2**40 - 1),
    RewritePassword(ID, SUPPLY_POINT, "CU-1", 3, 2000, credential()),
    RewritePassword(ID, SUPPLY_POINT, LONGEST, 2**32 - 1, 2**40 - 1, credential(LONGEST, 2**32 - 1)),
]
STATUS = StatusItems("clear", "failure", "failure", "abnormality", 2**40 - 1)
EXCHANGE = StatusItems("clear", "clear", "clear", "normal", 2**40 - 1, 2**40 - 1)
RESULTS = [
    CommandResult(ID, CommandOutcome.SUCCEEDED, "", 3, None, 1),
    CommandResult(ID, CommandOutcome.UNREACHABLE, "no-answer", None, None, 1_800_000_000),
    CommandResult(ID, CommandOutcome.REFUSED, "x" * 40, 2**32 - 1, STATUS, 2**40 - 1),
    CommandResult(ID, CommandOutcome.REFUSED, "x" * 40, 2**32 - 1, EXCHANGE, 2**40 - 1),
]
VISITS = [VisitResult(RESULTS[0], "W-1"), VisitResult(RESULTS[3], LONGEST, LONGEST, LONGEST, LONGEST)]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_comes_through(command):
    data = seal_command(command, CONTROL.card, OFFICE)
    assert open_command(data, CONTROL, OFFICE.card, 1) == command
    assert message_id_of(data) == ID
    assert len(data) == MESSAGE_SIZE


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_comes_through(result):
    data = seal_result(result, OFFICE.card, CONTROL)
    assert open_result(data, OFFICE, CONTROL.card) == result
    assert message_id_of(data) == ID
    assert len(data) == MESSAGE_SIZE


@pytest.mark.parametrize("visit", VISITS)
def test_a_visit_result_comes_through(visit):
    data = seal_visit_result(visit, OFFICE.card, HANDHELD)
    assert open_visit_result(data, OFFICE, HANDHELD.card) == visit
    assert message_id_of(data) == ID
    assert len(data) == MESSAGE_SIZE


@pytest.mark.parametrize("lamps", [(a, b, c, d) for a in (0, 1) for b in (0, 1) for c in (0, 1) for d in (0, 1)])
def test_every_pattern_of_the_status_items_comes_through(lamps):
    words = [("clear", "failure")[lamp] for lamp in lamps[:3]]
    status = StatusItems(*words, ("normal", "abnormality")[lamps[3]], 77)
    result = CommandResult(ID, CommandOutcome.SUCCEEDED, "", None, status, 78)
    assert open_result(seal_result(result, OFFICE.card, CONTROL), OFFICE, CONTROL.card).status == status


def test_the_relay_sees_no_supply_point_unit_or_kind():
    rewrite, read = (seal_command(command, CONTROL.card, OFFICE) for command in (COMMANDS[2], COMMANDS[0]))
    for data in (rewrite, read):
        assert b"CU-1" not in data
        assert bytes.fromhex(SUPPLY_POINT) not in data
    assert len(rewrite) == len(read)


def test_the_credential_inside_opens_for_control_only_as_a_relay_credential():
    command = open_command(seal_command(COMMANDS[2], CONTROL.card, OFFICE), CONTROL, OFFICE.card, 1)
    assert isinstance(command, RewritePassword)
    meter = {"communication_unit": command.communication_unit, "supply_point": command.supply_point}
    opened = open_credential(command.credential, CONTROL, OFFICE.card, 1, purpose=SealingPurpose.RELAY, **meter)
    assert opened.context.generation == command.generation
    with pytest.raises(WrongPurpose):
        open_credential(command.credential, CONTROL, OFFICE.card, 1, purpose=SealingPurpose.BARCODE, **meter)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"recipient": Identity.generate("control", "scs")}, NotForThisRecipient),
        ({"signer": Identity.generate("office", "honten").card}, BadSignature),
        ({"now": 2000}, Expired),
    ],
)
def test_a_command_is_refused_by_the_layer_it_offends(change, error):
    data = seal_command(COMMANDS[2], CONTROL.card, OFFICE)
    with pytest.raises(error):
        open_command(data, **{"recipient": CONTROL, "signer": OFFICE.card, "now": 1999, **change})


def test_no_message_is_taken_for_another():
    command = seal_command(COMMANDS[0], CONTROL.card, OFFICE)
    result = seal_result(RESULTS[0], OFFICE.card, CONTROL)
    visit = seal_visit_result(VISITS[0], OFFICE.card, HANDHELD)
    for data in (result, visit, credential()):
        with pytest.raises(WrongPurpose):
            open_command(data, CONTROL, OFFICE.card, 1)
    for data in (command, visit, credential()):
        with pytest.raises(WrongPurpose):
            open_result(data, OFFICE, CONTROL.card)
    for data in (command, result, credential()):
        with pytest.raises(WrongPurpose):
            open_visit_result(data, OFFICE, HANDHELD.card)
    with pytest.raises(WrongPurpose):
        message_id_of(credential())


@pytest.mark.parametrize(
    "change", [{"generation": 4}, {"communication_unit": "CU-2"}, {"supply_point": "0" * 22}, {"credential": b""}]
)
def test_a_command_is_not_sealed_around_another_meters_credential(change):
    with pytest.raises(ValueError, match="not for this command"):
        seal_command(replace(COMMANDS[2], **change), CONTROL.card, OFFICE)


def test_every_changed_byte_is_refused():
    data = seal_command(COMMANDS[0], CONTROL.card, OFFICE)
    for at in range(len(data)):
        with pytest.raises(SealingError):
            open_command(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], CONTROL, OFFICE.card, 1)


def test_messages_show_no_supply_point():
    for command in COMMANDS:
        assert SUPPLY_POINT not in repr(command)
