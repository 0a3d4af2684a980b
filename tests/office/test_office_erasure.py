"""A full backup of the office and the private key of an agent or a device: nothing of the past opens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from office_cast import Cast
from office_engine import POSTGRESQL, everything_kept

from keiki.domain.credentials.lifecycle import CredentialState
from keiki.office.config.write_ahead_log import cut_write_ahead_log
from keiki.office.credentials import services as credentials
from keiki.office.credentials.models import RouteBCredential
from keiki.office.credentials.vault import VaultError
from keiki.office.remote.models import OutboxMessage, RemoteCommand
from keiki.office.remote.services import expire, sent
from keiki.office.workorders import paper
from keiki.office.workorders import services as workorders
from keiki.office.workorders.erasure import erase_over
from keiki.office.workorders.models import WorkOrder
from keiki.office.workorders.results import record_visit
from keiki.protocols.relay.messages import CommandOutcome
from keiki.protocols.sealing.identity import Identity
from sealed_hunter import opened_by

HOLDS, LATER = timedelta(days=14), timedelta(days=15)
MONTH_LATER = timedelta(days=14 + 31)


def stolen(cast: Cast, key: Identity) -> list[bytes]:
    """What a backup of the office's database gives whoever has ``key``."""
    return opened_by(everything_kept(), key, [cast.office.card])


@pytest.fixture
def order(committed_cast: Cast) -> WorkOrder:
    order = committed_cast.order(committed_cast.finished_design())
    workorders.printed(committed_cast.act(), order)
    return order


@pytest.fixture
def command(committed_cast: Cast) -> RemoteCommand:
    committed_cast.decide(committed_cast.apply("already_wireless"))
    return RemoteCommand.objects.get()


def sheet(cast: Cast, order: WorkOrder, later: timedelta = timedelta()) -> bytes:
    order = WorkOrder.objects.get(pk=order.pk)
    return paper.sheet(cast.act(later=later), cast.sources, cast.catalogue, cast.letterhead, order)


# --- commands ---------------------------------------------------------------------------------------------------------


def test_a_command_that_waits_is_the_agents_to_open(committed_cast: Cast, command: RemoteCommand) -> None:
    """The probe of these tests finds a command, and the credential inside it, while they are there."""
    assert len(stolen(committed_cast, committed_cast.control)) == 2
    assert stolen(committed_cast, committed_cast.handheld) == []


@pytest.mark.parametrize("over", ["sent", "answered", "expired"])
def test_a_command_that_is_over_opens_no_more(committed_cast: Cast, command: RemoteCommand, over: str) -> None:
    cast = committed_cast
    if over == "sent":
        sent(cast.act("office worker"), OutboxMessage.objects.get())
    elif over == "answered":
        cast.receive(cast.answer(command))
    else:
        assert expire(cast.act("office worker", later=LATER)) == 1
    assert stolen(cast, cast.control) == []
    assert OutboxMessage.objects.get().body is None


# --- work orders ------------------------------------------------------------------------------------------------------


def test_an_order_that_is_open_is_the_devices_to_open(committed_cast: Cast, order: WorkOrder) -> None:
    assert len(stolen(committed_cast, committed_cast.handheld)) == 1
    assert stolen(committed_cast, committed_cast.control) == []


@pytest.mark.parametrize(
    ("over", "en", "ja"),
    [
        ("done", "the visit's result is recorded", "訪問の結果が記録された"),
        ("failed", "the visit's result is recorded", "訪問の結果が記録された"),
        ("cancelled", "the order was cancelled", "作業指示書が取り消された"),
        ("expired", "its time is over", "有効期限が過ぎた"),
        ("superseded", "the meter has a newer credential", "より新しい認証情報"),
    ],
)
def test_an_order_that_is_over_opens_no_more_and_a_reprint_says_why_and_what_to_do(
    committed_cast: Cast, order: WorkOrder, over: str, en: str, ja: str
) -> None:
    cast, later = committed_cast, timedelta()
    if over == "done":
        record_visit(cast.act(), cast.office, cast.visit(order))
    elif over == "failed":
        record_visit(cast.act(), cast.office, cast.visit(order, CommandOutcome.REFUSED, reason="no_route_b"))
    elif over == "cancelled":
        workorders.cancel(cast.act(), order, "the customer asked")
    else:
        if over == "superseded":
            RouteBCredential.objects.filter(pk=order.credential_id).update(state=CredentialState.SUPERSEDED)
        later = LATER if over == "expired" else later
        assert erase_over(cast.act("office worker", later)) == 1
        assert erase_over(cast.act("office worker", later)) == 0
    assert stolen(cast, cast.handheld) == []
    with pytest.raises(workorders.OrderRefused) as refused:
        sheet(cast, order, later)
    japanese, english = refused.value.sentence
    assert order.number in english
    assert order.number in japanese
    assert en in english
    assert ja in japanese
    assert "issue a new one from its design" in english
    assert "設計から新しい作業指示書を発行" in japanese


@pytest.mark.parametrize("later", [HOLDS, LATER], ids=["at its very end", "after it"])
def test_an_expired_order_is_not_printed_although_no_worker_ran(
    committed_cast: Cast, order: WorkOrder, later: timedelta
) -> None:
    with pytest.raises(workorders.OrderRefused, match="its time is over"):
        sheet(committed_cast, order, later)
    assert sheet(committed_cast, order)


def test_the_worker_leaves_an_open_order_as_it_is(committed_cast: Cast, order: WorkOrder) -> None:
    assert erase_over(committed_cast.act("office worker", timedelta(days=13))) == 0
    assert sheet(committed_cast, order)


# --- the vault --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("discarded", [False, True])
def test_a_password_that_nothing_proved_in_time_is_erased_and_whoever_needs_it_is_sent_to_a_new_one(
    committed_cast: Cast, order: WorkOrder, discarded: bool
) -> None:
    cast = committed_cast
    if discarded:
        workorders.cancel(cast.act(), order, "the customer asked")
    erase_over(cast.act("office worker", LATER))
    credential = RouteBCredential.objects.get(pk=order.credential_id)
    assert credential.sealed_password, "a result may come in late"
    assert erase_over(cast.act("office worker", MONTH_LATER)) == 1
    credential.refresh_from_db()
    assert not credential.sealed_password
    assert bool(credential.sealed_id) is not discarded
    with pytest.raises(VaultError, match="lost password"):
        credentials.password_for(cast.act(), cast.vault, credential, "e-mail")


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(POSTGRESQL, reason="PostgreSQL has no write-ahead log beside the database that a backup copies")
def test_the_write_ahead_log_is_cut_unless_somebody_reads(committed_cast: Cast, order: WorkOrder) -> None:
    """Between erasing and cutting, the log still holds the envelope; a reader puts the cut off for a short wait."""
    import sqlite3
    import time
    from pathlib import Path

    database = Path(connection.settings_dict["NAME"])
    log = database.with_name(database.name + "-wal")
    reader = sqlite3.connect(database)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM workorders_workorder").fetchone()
    workorders.cancel(committed_cast.act(), order, "the customer asked")
    began = time.monotonic()
    assert not cut_write_ahead_log()
    assert time.monotonic() - began < 2
    assert opened_by(log.read_bytes() + database.read_bytes(), committed_cast.handheld, [committed_cast.office.card])
    reader.close()
    assert cut_write_ahead_log()
    assert log.stat().st_size == 0
    assert opened_by(database.read_bytes(), committed_cast.handheld, [committed_cast.office.card]) == []
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20000,)


# --- databases of an earlier version ----------------------------------------------------------------------------------


def test_an_upgrade_and_the_workers_first_round_erase_what_an_earlier_version_left(
    committed_cast: Cast, order: WorkOrder
) -> None:
    cast = committed_cast
    cast.decide(cast.apply("already_wireless"))
    sealed = (bytes(OutboxMessage.objects.get().body), bytes(WorkOrder.objects.get().envelope))
    before = [("remote", "0004_contradictions"), ("workorders", "0005_lists"), ("credentials", "0001_initial")]
    call_command("migrate", "remote", before[0][1], verbosity=0)
    call_command("migrate", "workorders", before[1][1], verbosity=0)
    call_command("migrate", "credentials", before[2][1], verbosity=0)
    try:
        earlier = MigrationExecutor(connection).loader.project_state(before).apps
        earlier.get_model("remote", "OutboxMessage").objects.update(body=sealed[0], sent_at=cast.now)
        earlier.get_model("remote", "RemoteCommand").objects.update(state="sent")
        earlier.get_model("workorders", "WorkOrder").objects.update(envelope=sealed[1])
        assert stolen(cast, cast.control)
        assert stolen(cast, cast.handheld)
    finally:
        call_command("migrate", verbosity=0)
    assert stolen(cast, cast.control) == []
    credential = RouteBCredential.objects.get(pk=order.credential_id)
    assert credential.expires_at == order.expires_at
    assert RouteBCredential.objects.exclude(pk=credential.pk).get().expires_at == RemoteCommand.objects.get().expires_at
    assert erase_over(cast.act("office worker", LATER)) == 1
    assert stolen(cast, cast.handheld) == []
