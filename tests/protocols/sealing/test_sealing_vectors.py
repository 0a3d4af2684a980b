"""Every vector file is accepted or refused by the layer that it names, with the error that it names.

The files were made by a second implementation of ``docs/formats.md`` (``vectors/maker``), so they show that the page,
and not only this code, says what the bytes are.
"""

import dataclasses
import json
import re
from enum import Enum
from importlib import import_module
from pathlib import Path

import pytest

from keiki.protocols.barcode.text import envelope_to_text, text_to_envelope
from keiki.protocols.relay import messages, wire
from keiki.protocols.sealing import errors
from keiki.protocols.sealing.credential import open_credential, read_context
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.protocols.sealing.message import SealingPurpose

ROOT = Path(__file__).parents[3]
VECTORS = ROOT / "vectors"
OPENED = {
    "RewritePassword": messages.RewritePassword,
    "ReadStatus": messages.ReadStatus,
    "Result": messages.CommandResult,
    "VisitResult": messages.VisitResult,
}
"""What comes out, by the name in the vectors: it stays when a class is renamed."""
CHECKS = (ROOT / "docs" / "formats.md").read_text("utf-8").partition("### The order of checks")[2]


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (VECTORS / folder).glob("*.txt"))


def read(path: Path) -> tuple[dict[str, str], bytes]:
    head, _, body = path.read_text("utf-8").partition("\n\n")
    return dict(line.split(": ", 1) for line in head.splitlines()), bytes.fromhex(body)


def identity(name: str) -> Identity:
    return Identity.from_pem((VECTORS / "keys" / f"{name}.pem").read_bytes())


def call(case: dict[str, str], data: bytes) -> object:
    recipient, signer, now = identity(case["recipient"]), identity(case["signer"]).card, int(case["now"])
    if case["call"] == "open_credential":
        supply_point = None if case["supply-point"] == "unknown" else case["supply-point"]
        unit, purpose = case["communication-unit"], SealingPurpose[case["purpose"]]
        return open_credential(
            data, recipient, signer, now, purpose=purpose, communication_unit=unit, supply_point=supply_point
        )
    if case["call"] == "open_command":
        return wire.open_command(data, recipient, signer, now)
    return {"open_result": wire.open_result, "open_visit_result": wire.open_visit_result}[case["call"]](
        data, recipient, signer
    )


def plain(value: object) -> object:
    """A message as JSON has it; an optional field of later versions is left out where it is absent."""
    if dataclasses.is_dataclass(value):
        parts = {part.name: plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
        return {name: part for name, part in parts.items() if (name, part) != ("last_exchange", None)}
    if isinstance(value, bytes):
        return value.hex()
    return value.value if isinstance(value, Enum) else value


@pytest.mark.parametrize("path", files("credential", "relay"), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_vector_is_judged_by_the_layer_it_names(path):
    case, data = read(path)
    if case["check"] != "none":
        assert f"| {case['expect']} |" in re.search(rf"^\| {case['check']} \|.*$", CHECKS, re.MULTILINE)[0]
        with pytest.raises(errors.SealingError) as refused:
            call(case, data)
        assert type(refused.value).__name__ == case["expect"]
        return
    opened = call(case, data)
    if case["call"] == "open_credential":
        assert opened.authentication_id == case["authentication-id"]
        assert opened.password == case["password"]
        assert opened.context == read_context(data)
    else:
        assert isinstance(opened, OPENED[case["expect"]])
        assert plain(opened) == json.loads(case["opened"])
        assert wire.message_id_of(data).hex() in case["opened"]


@pytest.mark.parametrize("path", files("barcode"), ids=lambda path: path.stem)
def test_each_barcode_text_is_read_or_refused(path):
    case, data = read(path)
    if case["expect"] != "read":
        with pytest.raises(getattr(errors, case["expect"])):
            text_to_envelope(data.decode())
        return
    envelope = text_to_envelope(data.decode())
    assert envelope.hex() == case["envelope"]
    assert envelope_to_text(envelope) == data.decode().strip()


@pytest.mark.parametrize("path", files("identity"), ids=lambda path: path.stem)
def test_each_card_is_read_or_refused(path):
    case, data = read(path)
    if case["expect"] == "read":
        assert IdentityCard.from_json(data).zone == case["zone"]
        return
    with pytest.raises(errors.BadIdentity, match="do not enrol or use this card"):
        IdentityCard.from_json(data)


def test_every_check_of_every_kind_has_a_vector():
    """Credentials have all ten checks; relay messages have all but the meter's."""
    for folder, checks in (("credential", set(range(1, 11))), ("relay", set(range(1, 11)) - {8})):
        found = {read(path)[0]["check"] for path in files(folder)}
        assert found == {"none", *map(str, checks)}


def test_the_files_are_what_the_second_implementation_makes(maker):
    assert import_module("make").differing() == []


def test_the_keys_of_the_vectors_say_that_they_are_for_tests():
    for path in (VECTORS / "keys").iterdir():
        assert identity(path.stem).card.name.startswith("TEST-KEY-")
