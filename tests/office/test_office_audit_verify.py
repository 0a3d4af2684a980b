"""Damage done past the guards is found and placed; checkpoints, their file, the export and the auditor's command."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from office_engine import POSTGRESQL
from office_rig import environment

from keiki.domain.audit.event import GENESIS, ChainLink
from keiki.domain.audit.verification import AuditVerdict
from keiki.office.audit import guards
from keiki.office.audit.archive import EVENTS, verify_export
from keiki.office.audit.checkpoints import CheckpointFile, CheckpointRefused, due, make
from keiki.office.audit.export import export
from keiki.office.audit.models import AuditCheckpoint, AuditEvent
from keiki.office.audit.reading import links
from keiki.office.audit.services import Act, record
from keiki.office.audit.trust import trusting
from keiki.office.audit.verifying import verify_audit
from keiki.protocols.sealing.identity import Identity

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
OFFICE, STRANGER = Identity.generate("office", "office"), Identity.generate("office", "office")
pytestmark = pytest.mark.django_db


def write(count: int, by: str = "佐藤") -> None:
    with transaction.atomic():
        for number in range(count):
            record(Act(by, NOW, "desk-7"), "DesignFinished", f"D-{number}", because="=cmd")


@pytest.fixture
def file(tmp_path: Path) -> CheckpointFile:
    """Twelve events; checkpoints over 4, 8 and 12."""
    file = CheckpointFile(tmp_path / "audit" / "checkpoints.jsonl")
    for _ in range(3):
        write(4)
        assert make(OFFICE, file, NOW)
    return file


def past_the_guards(*statements: str) -> None:
    guards.remove_guards(connection)
    with connection.cursor() as cursor:
        for statement in "; ".join(statements).split("; "):
            cursor.execute(statement)
    guards.install_guards(connection)


def found(verdict: AuditVerdict) -> list[tuple[str, int, int]]:
    return [(each.damage.value, each.first, each.last) for each in verdict.findings if not each.is_note]


def verified(file: CheckpointFile, **elsewhere: list[str]) -> AuditVerdict:
    return verify_audit(trusting([OFFICE.card]), file, elsewhere)


def write_anew(first: int, *, without: bool = False) -> None:
    """What an administrator of the database can do: change an event and compute every hash after it."""
    chain = [link for link in links() if isinstance(link, ChainLink)]
    events = [link.event for link in chain]
    if without:
        del events[first - 1]
    previous = chain[first - 2].hash if first > 1 else GENESIS
    statements = [f"DELETE FROM audit_auditevent WHERE position = {len(chain)}"] if without else []
    for position, event in enumerate(events[first - 1 :], first):
        by = "田中" if position == first and not without else event.by
        link = ChainLink.after(previous, type(event)(**{**vars(event), "position": position, "by": by}))
        statements.append(
            f"UPDATE audit_auditevent SET \"by\" = '{by}', subject = '{event.subject}', previous = '{previous}', "
            f"hash = '{link.hash}' WHERE position = {position}"
        )
        previous = link.hash
    past_the_guards(*statements)


SET = "UPDATE audit_auditevent SET"
DAMAGES = {
    f"{SET} \"by\" = '田中' WHERE position = 6": [("edited", 6, 6)],
    f"{SET} origin = '' WHERE position = 6": [("edited", 6, 6)],
    f"{SET} at = '2026-11-23 09:30:00.000001' WHERE position = 6": [("edited", 6, 6)],
    f'{SET} details = \'{{"because":"x"}}\' WHERE position IN (6, 7)': [("edited", 6, 7)],
    f"{SET} hash = '' WHERE position = 6": [("edited", 6, 6)],
    f"{SET} position = 99 WHERE position = 6": [("missing", 6, 6), ("missing", 13, 98), ("edited", 99, 99)],
    "DELETE FROM audit_auditevent WHERE position = 6": [("missing", 6, 6)],
    "DELETE FROM audit_auditevent WHERE position > 10": [("cut_off", 11, 12)],
    "DELETE FROM audit_auditevent": [("cut_off", 1, 12)],
    "DELETE FROM audit_auditcheckpoint WHERE number = 2": [("checkpoint_missing", 2, 2)],
    "UPDATE audit_auditcheckpoint SET line = replace(line, '\"position\":8', '\"position\":7')": [
        ("checkpoint_forged", 2, 2),
        ("checkpoint_missing", 2, 2),
    ],
    "DELETE FROM audit_auditcheckpoint": [("checkpoint_missing", 1, 3)],
}
DAMAGES |= (
    {
        f"{SET} at = 'infinity' WHERE position = 6": [("edited", 6, 6)],
        f"{SET} details = '{{\"n\": 1e400}}' WHERE position = 6": [("edited", 6, 6)],
        f"{SET} details = 'null' WHERE position = 6": [("edited", 6, 6)],
    }
    if POSTGRESQL
    else {
        f"{SET} at = 'never' WHERE position = 6": [("edited", 6, 6)],
        f"PRAGMA ignore_check_constraints = ON; {SET} details = '{{' WHERE position = 6; "
        "PRAGMA ignore_check_constraints = OFF": [("edited", 6, 6)],
    }
)


def test_the_undamaged_audit_is_intact(file: CheckpointFile) -> None:
    write(2)
    verdict = verified(file)
    assert (verdict.intact, verdict.events, verdict.vouched, verdict.findings) == (True, 14, 12, ())


@pytest.mark.parametrize("statement", DAMAGES, ids=lambda text: text[:70])
def test_damage_past_the_guards_is_found_where_it_is(file: CheckpointFile, statement: str) -> None:
    past_the_guards(statement)
    verdict = verified(file)
    assert not verdict.intact
    assert found(verdict) == DAMAGES[statement]


def test_a_history_written_anew_is_found_by_its_checkpoints(file: CheckpointFile) -> None:
    write_anew(6)
    assert found(verified(file)) == [("rewritten", 5, 8)]


def test_an_event_removed_and_all_hashes_made_anew_is_found(file: CheckpointFile) -> None:
    write_anew(6, without=True)
    assert found(verified(file)) == [("rewritten", 5, 8), ("cut_off", 12, 12)]


def test_checkpoints_kept_elsewhere_find_what_was_cut_off_with_its_checkpoints(file: CheckpointFile) -> None:
    kept = list(file.lines())
    past_the_guards(
        "DELETE FROM audit_auditevent WHERE position > 8", "DELETE FROM audit_auditcheckpoint WHERE number > 2"
    )
    file.path.write_text("".join(f"{line}\n" for line in kept[:2]))
    assert verified(file).intact
    assert found(verified(file, earlier=kept)) == [("cut_off", 9, 12), ("checkpoint_missing", 3, 3)]


def test_another_key_vouches_for_nothing(file: CheckpointFile) -> None:
    verdict = verify_audit(trusting([STRANGER.card]), file)
    assert found(verdict) == [("checkpoint_forged", 1, 3)] * 2


def test_the_same_checkpoint_is_not_made_twice_and_a_torn_line_is_cut_off(file: CheckpointFile) -> None:
    assert make(OFFICE, file, NOW) is None
    with file.path.open("a") as out:
        out.write('{"torn')
    assert verified(file).intact
    write(1)
    assert make(OFFICE, file, NOW)
    assert len(list(file.lines())) == 4
    assert verified(file).intact
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_a_checkpoint_that_only_the_file_has_is_taken_in(file: CheckpointFile) -> None:
    past_the_guards("DELETE FROM audit_auditcheckpoint WHERE number = 3")
    assert verified(file).intact
    write(1)
    made = make(OFFICE, file, NOW)
    assert made
    assert (made.number, AuditCheckpoint.objects.count()) == (4, 4)


DISAGREE = (
    "DELETE FROM audit_auditevent WHERE position > 10",
    f"{SET} hash = '{GENESIS}' WHERE position = 12",
    f"{SET} subject = 'X' WHERE position = 13",
    "DELETE FROM audit_auditcheckpoint WHERE number > 1",
)


@pytest.mark.parametrize("statement", DISAGREE)
def test_damage_is_never_signed(file: CheckpointFile, statement: str) -> None:
    write(2)
    past_the_guards(statement)
    before = list(file.lines())
    with pytest.raises(CheckpointRefused):
        make(OFFICE, file, NOW)
    assert list(file.lines()) == before


def test_a_checkpoint_is_due_after_so_many_events_or_minutes(file: CheckpointFile) -> None:
    age = timedelta(minutes=10)
    assert not due(NOW + timedelta(days=1), 3, age)
    write(2)
    assert not due(NOW + timedelta(minutes=9), 3, age)
    assert due(NOW + age, 3, age)
    assert due(NOW - timedelta(days=1), 3, age)  # a clock that went back does not put it off
    write(1)
    assert due(NOW, 3, age)


def auditor(*arguments: object) -> tuple[int, str]:
    code = "import sys, runpy; sys.modules['django'] = None; sys.argv[0] = 'auditor'; "
    code += "runpy.run_module('keiki.office.audit.auditor', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def exported(file: CheckpointFile, tmp_path: Path) -> Path:
    out = tmp_path / "audit.zip"
    done = export(Act("監査", NOW), OFFICE, file, out)
    assert (done.events, done.checkpoints, done.position) == (13, 4, 13)
    return out


@pytest.mark.slow
def test_an_auditor_verifies_with_the_export_and_the_card_alone(exported: Path, tmp_path: Path) -> None:
    for name, identity in (("office", OFFICE), ("stranger", STRANGER)):
        (tmp_path / f"{name}.json").write_text(identity.card.to_json())
    code, said = auditor(exported, "--card", tmp_path / "office.json")
    assert (code, said.splitlines()[-1]) == (0, "intact: 13 events up to 13")
    assert OFFICE.card.fingerprint in said
    code, said = auditor(exported, "--card", tmp_path / "stranger.json")
    assert (code, "checkpoint_forged" in said, "NOT INTACT" in said) == (1, True, True)
    assert auditor(exported, "--card", tmp_path / "absent.json")[0] == 2


def changed(exported: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    other = exported.with_name("changed.zip")
    with zipfile.ZipFile(exported) as before, zipfile.ZipFile(other, "w") as after:
        for info in before.infolist():
            data = before.read(info)
            after.writestr(info.filename, change(data) if info.filename == name else data)
    return other


@pytest.mark.parametrize("name", ["events.jsonl", "events.csv", "checkpoints.jsonl", "manifest.json"])
def test_a_changed_file_of_the_export_is_named(exported: Path, name: str) -> None:
    other = changed(exported, name, lambda data: data.replace(b"-11-23", b"-11-22", 1))
    verdict = verify_export(other, trusting([OFFICE.card]))
    assert not verdict.intact
    assert name in {each.store for each in verdict.findings if each.damage == "export_changed"}


def test_an_event_taken_out_of_the_export_is_placed(exported: Path) -> None:
    other = changed(
        exported, EVENTS, lambda data: b"".join(data.splitlines(keepends=True)[:4] + data.splitlines(True)[5:])
    )
    assert ("missing", 5, 5) in found(verify_export(other, trusting([OFFICE.card])))


def test_the_spreadsheet_runs_no_formula_and_an_export_is_not_overwritten(exported: Path, file: CheckpointFile) -> None:
    with zipfile.ZipFile(exported) as archive:
        text = archive.read("events.csv").decode("utf-8-sig")
    assert ",'=cmd," in text
    with pytest.raises(FileExistsError):
        export(Act("監査", NOW), OFFICE, file, exported)
    assert AuditEvent.objects.count() == 13
