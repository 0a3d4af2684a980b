"""An audit of more than 5,000 events is verified while people work, on both engines, and SQLite's log stays short."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from office_engine import database_section
from office_rig import environment, run

from keiki.office.audit import verifications
from keiki.office.audit.checkpoints import CheckpointFile
from keiki.office.audit.models import AuditVerification
from keiki.office.audit.services import Act
from keiki.office.audit.trust import trusting

EVENTS = 12_000
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    folder.mkdir()
    if request.param == "postgresql":
        section = database_section(request.getfixturevalue("postgresql"), folder, "keiki_busy")
        (folder / "settings.toml").write_text(section, encoding="utf-8")
    assert run("office", "--data", folder, "init", "--json")["exit"] == 0
    return folder


def busy(data: Path, what: str, amount: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).with_name("busy_office.py")), str(data), what, str(amount)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_verification_ends_while_others_write(data: Path) -> None:
    with busy(data, "fill", EVENTS) as filler:
        assert filler.wait(200) == 0
    with busy(data, "write", 20) as writer, busy(data, "verify") as verifier:
        said, _ = verifier.communicate(timeout=120)
        assert verifier.returncode == 0
        writer.terminate()
    verdict = json.loads(said)
    assert (verdict["intact"], verdict["findings"]) == (True, [])
    assert verdict["events"] > EVENTS
    log = data / "office.sqlite3-wal"
    assert not log.exists() or log.stat().st_size < 24 * 1024 * 1024


@pytest.mark.django_db
class TestOneThatDied:
    def test_whoever_asks_again_gets_another_one(self, tmp_path: Path) -> None:
        first = verifications.ask(Act("auditor", NOW))
        AuditVerification.objects.update(taken_at=NOW, seen=5000)
        soon, later = NOW + timedelta(minutes=1), NOW + timedelta(minutes=3)
        assert verifications.ask(Act("auditor", soon)) == first
        second = verifications.ask(Act("auditor", later))
        assert second != first
        first.refresh_from_db()
        assert (first.finished_at, first.verdict["given_up"]) == (later, True)
        done = verifications.do_next(trusting([]), CheckpointFile(tmp_path / "checkpoints.jsonl"), later)
        assert done == second

    def test_its_worker_does_not_come_back_with_a_verdict(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verifications.ask(Act("auditor", NOW))
        verify = verifications.verify_audit

        def slowly(*given: object, **named: object) -> object:
            AuditVerification.objects.update(finished_at=NOW, verdict=verifications.GIVEN_UP)
            return verify(*given, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(verifications, "verify_audit", slowly)
        assert verifications.do_next(trusting([]), CheckpointFile(tmp_path / "checkpoints.jsonl"), NOW) is None
        assert AuditVerification.objects.get().verdict == verifications.GIVEN_UP

    def test_a_database_that_is_busy_costs_neither_progress_nor_verdict(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verifications.ask(Act("auditor", NOW))
        monkeypatch.setattr("keiki.office.audit.verifying.EVERY", 1)
        update, calls = AuditVerification.objects.all().__class__.update, []

        def locked_at_first(query: object, **columns: object) -> object:
            if columns.get("seen"):
                calls.append(columns)
                if len(calls) < 4:
                    raise OperationalError("database is locked")
            return update(query, **columns)  # type: ignore[arg-type]

        monkeypatch.setattr(AuditVerification.objects.all().__class__, "update", locked_at_first)
        done = verifications.do_next(trusting([]), CheckpointFile(tmp_path / "checkpoints.jsonl"), NOW)
        assert done
        assert done.verdict["intact"]
