"""A session: one line, one act; a wrong line is answered and the next one is done."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from keiki.office.commands.session import converse
from keiki.office.config.folder import DataFolder
from keiki.office.config.wiring import OfficeServices
from keiki.protocols.sealing.identity import Identity, Zone

pytestmark = pytest.mark.django_db(transaction=True)  # a session opens its own connections


def say(tmp_path: Path, *lines: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    converse(OfficeServices(DataFolder(tmp_path)), "sato", io.StringIO("".join(f"{line}\n" for line in lines)), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def command(*words: str, typed: str = "") -> str:
    return json.dumps({"command": words, "typed": typed})


@pytest.mark.parametrize(
    "line", ["", "not json", "[]", "{}", '{"command": 7}', '{"command": ["no-such"]}', '{"command": ["link"]}']
)
def test_a_wrong_line_is_answered_and_the_next_one_is_done(tmp_path: Path, line: str) -> None:
    wrong, right = say(tmp_path, line, command("devices"))
    assert wrong["code"] == 2
    assert wrong["answer"]["error"]
    assert right == {"code": 0, "answer": {"devices": []}}


def test_a_session_starts_no_worker_and_no_session(tmp_path: Path) -> None:
    answers = say(tmp_path, command("worker"), command("session"), command("web"))
    assert [answer["code"] for answer in answers] == [1, 1, 1]


def test_a_refusal_is_an_answer(tmp_path: Path) -> None:
    (refused,) = say(tmp_path, command("contract", "show", "--supply-point", "123"))
    assert refused["code"] == 1
    assert "22 digits" in refused["answer"]["error"]


def test_the_operator_of_the_session_is_in_the_audit(tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    card.write_text(Identity.generate(Zone.HANDHELD, "HHD-07").card.to_json())
    enrol = command("enrol", "--card", str(card), "--role", "handheld")
    enrolled, listed = say(tmp_path, enrol, command("audit", "list"))
    assert enrolled["code"] == 0
    assert [event["by"] for event in listed["answer"]["events"]] == ["sato"]
