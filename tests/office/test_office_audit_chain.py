"""The audit's chain in the office: one after another whoever writes, guarded, and without a customer's name."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from office_cast import Cast
from office_engine import POSTGRESQL

from keiki.domain.audit.event import ChainLink
from keiki.domain.audit.verification import verify
from keiki.office.audit import guards
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.reading import links
from keiki.office.audit.services import Act, record
from keiki.office.config.place import where_from
from keiki.office.delivery.models import Delivery, DeliveryChannel

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ACT = Act("佐藤", NOW, "sato@desk-7")


def say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def fail(happened: str) -> None:
    with transaction.atomic():
        record(ACT, happened, "x")
        raise KeyError


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_takes_its_event_with_it_and_leaves_no_gap() -> None:
    with transaction.atomic():
        record(ACT, "First", "x")
    with pytest.raises(KeyError):
        fail("Second")
    with transaction.atomic():
        record(ACT, "Third", "x")
        with pytest.raises(KeyError):
            fail("Fourth")
        record(ACT, "Fifth", "x")
    assert list(AuditEvent.objects.values_list("position", "happened")) == [(1, "First"), (2, "Third"), (3, "Fifth")]
    assert verify(links(), {}).intact


@pytest.mark.django_db(transaction=True)
def test_many_threads_make_one_chain() -> None:
    def write(name: int) -> None:
        for number in range(15):
            with transaction.atomic():
                record(ACT, "Written", f"{name}-{number}")
                record(ACT, "WrittenAgain", f"{name}-{number}")
        connection.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify(links(), {})
    assert (verdict.intact, verdict.events, verdict.position) == (True, 180, 180)


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_too_long_for_a_turn_is_refused_and_may_try_again() -> None:
    begun, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            record(ACT, "First", "x")
            begun.set()
            over.wait(30)
        connection.close()

    holding = threading.Thread(target=hold)
    holding.start()
    assert begun.wait(30)
    say("SET lock_timeout = '200ms'" if POSTGRESQL else "PRAGMA busy_timeout = 200")
    for _ in range(2):
        with pytest.raises(OperationalError), transaction.atomic():
            record(ACT, "TooLate", "x")
        assert AuditEvent.objects.count() == 0, "reading waits for nobody"
    over.set()
    holding.join()
    with transaction.atomic():
        record(ACT, "Second", "x")
    connection.close()
    assert list(AuditEvent.objects.values_list("position", "happened")) == [(1, "First"), (2, "Second")]


def test_what_is_recorded_comes_back_as_it_was_hashed(db: None) -> None:
    with transaction.atomic():
        event = record(ACT, "Measured", "x", share=0.25, pair=(1, None), text="𠮷\n'\"", nested={"b": [True]})
    (link,) = links()
    assert isinstance(link, ChainLink)
    assert link.is_whole
    assert link.event.origin == "sato@desk-7"
    assert (
        link.event.details
        == event.details
        == {
            "share": "0.25",
            "pair": [1, None],
            "text": "𠮷\n'\"",
            "nested": {"b": [True]},
        }
    )


def test_an_act_without_a_place_is_recorded_as_ever(db: None) -> None:
    with transaction.atomic():
        assert record(Act("佐藤", NOW), "Something", "x").origin == ""


def test_where_an_act_comes_from_is_what_the_system_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 51234 10.0.0.1 22")
    monkeypatch.setenv("USER", "sato")
    monkeypatch.setenv("LOGNAME", "sato")
    where_from.cache_clear()
    said = where_from()
    where_from.cache_clear()
    assert said.startswith("sato@")
    assert said.endswith(" from 192.0.2.7")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET \"by\" = '田中'",
        "DELETE FROM audit_auditevent WHERE position = 1",
        "TRUNCATE audit_auditevent"
        if POSTGRESQL
        else "INSERT OR REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent WHERE position = 1",
        "UPDATE audit_auditcheckpoint SET line = ''",
        "DELETE FROM audit_auditcheckpoint",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove(db: None, statement: str) -> None:
    with transaction.atomic():
        record(ACT, "Something", "x")
        say("INSERT INTO audit_auditcheckpoint (number, position, line) VALUES (1, 1, 'x')")
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        say(statement)
    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_events_from_before_the_chain_are_taken_into_it() -> None:
    try:
        MigrationExecutor(connection).migrate([("audit", "0001_initial")])
        for number in range(1500):
            details = json.dumps({"number": number, "share": 0.5})
            say(
                'INSERT INTO audit_auditevent (at, "by", happened, subject, supply_point, details) VALUES '
                f"('2026-11-23 09:30:00.{number:06d}', '佐藤', 'Old', 'x', '', '{details}')"
            )
    finally:
        call_command("migrate", verbosity=0)
    with transaction.atomic():
        record(ACT, "New", "x")
    verdict = verify(links(), {})
    assert (verdict.intact, verdict.events) == (True, 1501)
    assert guards.missing(connection) == []


def test_no_event_of_the_whole_job_holds_a_customers_name_or_address(cast: Cast) -> None:
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    order = cast.order(cast.finished_design())
    cast.visit(order)
    cast.senders.letter.send(cast.act(), cast.vault, the_letter())
    written = "".join(link.to_line() for link in links() if isinstance(link, ChainLink))
    assert "CustomerDataRead" in written
    for name in ("already_wireless", "apply_renewable"):
        who = cast.place(name).customer
        for personal in (
            who.name,
            who.kana,
            who.address,
            who.postcode,
            who.phone,
            who.email,
            who.name.split()[0] + " ",
        ):
            assert personal not in written


def the_letter() -> Delivery:
    return Delivery.objects.get(channel=DeliveryChannel.LETTER)


def test_the_folder_of_migrations_puts_the_guards_last() -> None:
    """SQLite loses triggers when a table is made anew: whoever adds a migration puts them again."""
    folder = Path(guards.__file__).parent / "migrations"
    newest = max(folder.glob("0*.py")).read_text(encoding="utf-8")
    assert "guards.install_guards" in newest
