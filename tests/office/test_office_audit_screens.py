"""The audit's screens: an auditor finds what happened, verifies it, and takes it away."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from office_cast import Cast
from pytest_django import DjangoAssertNumQueries
from screens_rig import World

from keiki.domain.access import Role
from keiki.domain.audit.details import LABELS
from keiki.office.audit import guards
from keiki.office.audit.checkpoints import CheckpointFile
from keiki.office.audit.models import AuditEvent, AuditVerification
from keiki.office.audit.services import record
from keiki.office.audit.trust import trusting
from keiki.office.audit.verifications import do_next
from keiki.office.contracts import services as contract_services
from keiki.office.users.models import RoleGrant
from keiki.office.workorders import services as workorders
from keiki.office.workorders.results import record_visit
from keiki.protocols.relay.messages import CommandOutcome

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LIST = reverse("audit:list")
STANDS_FOR_ITSELF = {"宛先の鍵", "鍵の指紋", "名称", "ハンディ端末", "ダイジェスト", "組合せ", "満たさないルール"}
"""Details that are keys, names and ids in every language."""


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
    assert kept.details == {"rows": 2, "query": ["happened"], "roles": ["auditor"]}


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
    guards.remove_guards(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditevent SET subject = 'D-77' WHERE position = %s", [position])
    guards.install_guards(connection)
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


def row_of(page: str, position: int) -> str:
    """The text of one row of the list, its tags taken out."""
    start = page.index(reverse("audit:event", args=[position]))
    return re.sub(r"<[^>]+>|\s+", " ", page[start : page.index("</tr>", start)])


def test_a_row_says_who_in_which_role_exactly_when_and_for_what_purpose(world: World, auditor: Client) -> None:
    person = world.person(Role.DESIGNER, Role.SUPPORT_AGENT)
    number = world.cast.place("plain").supply_point
    world.client(person).get(reverse("points:record", args=[number]), {"why": "trouble"})
    event = AuditEvent.objects.get(happened="SupplyPointLookedUp")
    row = row_of(shown(auditor, LIST, happened="SupplyPointLookedUp"), event.position)
    assert f"佐藤 ({person.username})" in row
    assert "設計担当" in row
    assert "サポート担当" in row
    assert "不具合の調査" in row
    assert timezone.localtime(event.at).isoformat(sep=" ", timespec="seconds") in row
    english = world.as_(Role.AUDITOR, language="en")
    assert "trouble with the service" in row_of(shown(english, LIST, happened="SupplyPointLookedUp"), event.position)


def test_the_role_is_that_of_the_moment(world: World, auditor: Client) -> None:
    person = world.person(Role.DESIGNER)
    number = world.cast.place("plain").supply_point
    world.client(person).get(reverse("points:record", args=[number]))
    RoleGrant.objects.filter(user=person).update(role=Role.DESK_OPERATOR.value)
    event = AuditEvent.objects.get(happened="SupplyPointLookedUp")
    row = row_of(shown(auditor, LIST, happened="SupplyPointLookedUp"), event.position)
    assert "設計担当" in row
    assert "受付担当" not in row


def test_an_events_details_are_in_the_readers_words(world: World, auditor: Client) -> None:
    design = world.cast.finished_design()
    finished = AuditEvent.objects.get(happened="DesignFinished", subject=design.reference)
    page = shown(auditor, reverse("audit:event", args=[finished.position]))
    assert "変更後の状態" in page
    assert "完了" in page
    assert ">after<" not in page
    looked = AuditEvent.objects.filter(happened="SupplyPointLookedUp").latest("position")
    page = shown(auditor, reverse("audit:event", args=[looked.position]))
    assert f"{design.reference} の設計チェック" in page
    assert "契約の相線式" in page
    assert "gate of" not in page


def test_no_detail_of_a_whole_life_is_left_in_english_on_a_japanese_page(world: World, auditor: Client) -> None:
    """An application, a design, an order, its visit, a lost password and the end: every event's page."""
    cast = world.cast
    order = cast.order(cast.finished_design())
    workorders.printed(cast.act(), order)
    record_visit(cast.act(), cast.office, cast.visit(order))
    contract = type(order.design.contract).objects.get(pk=order.design.contract_id)
    command = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    cast.receive(cast.answer(command, CommandOutcome.UNREACHABLE, reason="no_answer"))
    left = {}
    for event in AuditEvent.objects.all():
        page = shown(auditor, reverse("audit:event", args=[event.position]))
        facts = re.search(r'<dl class="facts">(.*?)</dl>', page, re.DOTALL)
        assert facts
        for name, value in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", facts[1], re.DOTALL):
            assert name not in LABELS, f"{event.happened}: {name} has no Japanese"
            words = re.findall(r"\b[a-z]{4,}\b(?!:)", re.sub(r"<[^>]+>", " ", value))  # "customer:" is a source's id
            if words and name in {label.ja for label in LABELS.values()} and name not in STANDS_FOR_ITSELF:
                left[event.happened, name] = value
    assert left == {}
