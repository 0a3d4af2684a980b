"""The audit's screens: an auditor finds what happened, verifies it, and takes it away."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from pytest_django import DjangoAssertNumQueries
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.audit import guards
from keiki.office.audit.checkpoints import CheckpointFile
from keiki.office.audit.models import AuditEvent, AuditVerification
from keiki.office.audit.services import record
from keiki.office.audit.trust import trusting
from keiki.office.audit.verifications import do_next

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LIST = reverse("audit:list")


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def auditor(world: World) -> Client:
    return world.as_(Role.AUDITOR)


def shown(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def write(world: World, count: int, by: str = "sato") -> None:
    with transaction.atomic():
        for number in range(count):
            record(world.cast.act(by), "DesignFinished", f"D-{number}", because="=1+1")


def test_an_auditor_finds_who_did_what_by_its_words(world: World, auditor: Client) -> None:
    design = world.cast.finished_design()
    found = shown(auditor, LIST, happened="DesignFinished", about=design.reference)
    assert "設計を完了" in found
    assert "1–1" in found
    assert "1–1" not in shown(auditor, LIST, happened="DesignFinished", by="nobody")
    point = design.supply_point
    written = f"{point[:2]}-{point[2:6]}-{point[6:10]}-{point[10:14]}-{point[14:18]}-{point[18:]}"
    full_width = written.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert "設計を完了" in shown(auditor, LIST, happened="DesignFinished", about=full_width)


def test_days_are_those_of_the_office_not_of_greenwich(world: World, auditor: Client) -> None:
    with transaction.atomic():
        act = world.cast.act()
        record(type(act)("sato", datetime(2026, 3, 1, 23, 30, tzinfo=UTC)), "DesignFinished", "D-9")
    assert "D-9" in shown(auditor, LIST, first="2026-03-02", last="2026-03-02")
    assert "D-9" not in shown(auditor, LIST, first="2026-03-01", last="2026-03-01")


def test_an_event_shows_everything_that_is_kept_of_it(world: World, auditor: Client) -> None:
    write(world, 3)
    event = AuditEvent.objects.order_by("-position")[1]
    page = shown(auditor, reverse("audit:event", args=[event.position]))
    assert all(text in page for text in (event.hash, event.previous, event.subject, "=1+1"))
    assert reverse("audit:event", args=[event.position + 1]) in page


def test_queries_do_not_grow_with_rows(
    world: World, auditor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    write(world, 60)
    with django_assert_max_num_queries(12):
        shown(auditor, LIST)


def test_the_list_as_csv_runs_no_formula_and_is_itself_recorded(world: World, auditor: Client) -> None:
    write(world, 2)
    answer = auditor.get(LIST, {"happened": "DesignFinished", "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.count("\n") == 3
    assert ",'=1+1" in text
    kept = AuditEvent.objects.get(happened="ListExported")
    assert kept.details == {"rows": 2, "query": ["happened"]}


def test_a_verification_is_done_by_the_worker_and_its_page_says_how_far(
    world: World, auditor: Client, tmp_path: Path
) -> None:
    write(world, 5)
    asked = auditor.post(reverse("audit:verify"))
    page = asked.headers["Location"]
    assert "待っています" in shown(auditor, page)
    done = do_next(trusting([world.cast.office.card]), CheckpointFile(tmp_path / "checkpoints.jsonl"), NOW)
    assert done
    assert "健全です" in shown(auditor, page)
    assert auditor.post(reverse("audit:verify")).headers["Location"] != page


def test_damage_is_told_with_its_place(world: World, auditor: Client, tmp_path: Path) -> None:
    write(world, 5)
    position = AuditEvent.objects.order_by("-position")[2].position
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditevent SET subject = 'D-77' WHERE position = %s", [position])
    guards.put(connection)
    page = auditor.post(reverse("audit:verify")).headers["Location"]
    do_next(trusting([world.cast.office.card]), CheckpointFile(tmp_path / "checkpoints.jsonl"), NOW)
    assert "破損しています" in shown(auditor, page)
    assert reverse("audit:event", args=[position]) in shown(auditor, page)


def test_a_verification_left_by_a_dead_worker_is_taken_up_again(world: World, auditor: Client, tmp_path: Path) -> None:
    auditor.post(reverse("audit:verify"))
    kept = CheckpointFile(tmp_path / "checkpoints.jsonl")
    AuditVerification.objects.update(taken_at=NOW)
    assert do_next(trusting([]), kept, NOW) is None
    taken_up = do_next(trusting([]), kept, NOW.replace(minute=33))
    assert taken_up
    assert taken_up.finished_at


def test_the_audit_is_taken_away_as_a_signed_archive(world: World, auditor: Client) -> None:
    write(world, 5)
    answer = auditor.post(reverse("audit:take_away"))
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {"events.jsonl", "events.csv", "checkpoints.jsonl", "manifest.json"} <= set(archive.namelist())
    assert AuditEvent.objects.filter(happened="AuditExported").exists()
