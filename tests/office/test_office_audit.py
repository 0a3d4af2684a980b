"""The audit: append-only, in the transaction of what it tells of; migrations and the order of the apps."""

from __future__ import annotations

import ast
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from office_cast import Cast

from keiki.domain.contracts.lifecycle import SERVICE, ServiceEvent
from keiki.domain.lifecycle import IllegalTransition
from keiki.office.audit.models import AppendOnly, AuditEvent
from keiki.office.audit.services import Act, Changed, record, transition
from keiki.office.config.settings import APPS
from keiki.office.contracts.models import ServiceContract
from source_trees import tree_of

OFFICE = Path(__file__).parents[2] / "src" / "keiki" / "office"


def test_events_are_never_changed_or_deleted(cast: Cast) -> None:
    event = AuditEvent.objects.all()[0]
    for forbidden in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(by="nobody"),
    ):
        with pytest.raises(AppendOnly):
            forbidden()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(committed_cast: Cast) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(committed_cast.act(), "Something", "x")


def test_an_act_has_a_name_and_a_zone(cast: Cast) -> None:
    for wrong in (lambda: Act(" ", cast.now), lambda: Act("佐藤", cast.now.replace(tzinfo=None))):
        with pytest.raises(ValueError, match="act"):
            wrong()


def test_an_illegal_step_changes_nothing(cast: Cast) -> None:
    contract = cast.apply("plain")
    before = AuditEvent.objects.count()
    with pytest.raises(IllegalTransition), transaction.atomic():
        transition(cast.act(), contract, SERVICE, ServiceEvent.CONFIRM, "ServiceConfirmed")
    assert ServiceContract.objects.get().state == contract.state == "checked"
    assert AuditEvent.objects.count() == before


def test_a_step_from_a_state_that_is_gone_is_refused(cast: Cast) -> None:
    contract = cast.apply("plain")
    stale = ServiceContract.objects.get()
    transition(cast.act(), contract, SERVICE, ServiceEvent.NEED_UNITS, "UnitsNeeded")
    with pytest.raises(Changed):
        transition(cast.act(), stale, SERVICE, ServiceEvent.END, "ServiceEndRequested")
    assert ServiceContract.objects.get().state == "designing"


def test_the_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_every_app_imports_only_apps_below_it() -> None:
    order = [name.removeprefix("keiki.office.") for name in APPS]
    wrong = []
    for place, app in enumerate(order):
        for file in (OFFICE / app).rglob("*.py"):
            for node in ast.walk(tree_of(file)):
                module = node.module if isinstance(node, ast.ImportFrom) else ""
                other = (module or "").removeprefix("keiki.office.").split(".")[0]
                if (module or "").startswith("keiki.office.") and (
                    (other in order and order.index(other) < place) or other in ("config", "commands", "worker")
                ):
                    wrong.append(f"{app}/{file.name} imports {module}")
    assert not wrong


def test_every_app_has_the_same_files() -> None:
    for name in APPS:
        found = {file.name for file in (OFFICE / name.removeprefix("keiki.office.")).rglob("*.py")}  # its rooms' too
        assert found >= {"__init__.py", "apps.py", "queries.py"}, name
        if "models.py" in found:
            assert "services.py" in found, f"{name} keeps rows: its services alone change them"
        else:
            assert {"urls.py", "views.py"} <= found, f"{name} keeps nothing, so it shows something"
