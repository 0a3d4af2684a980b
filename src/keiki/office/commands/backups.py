"""Commands about copies of an SQLite office: make one while people work, bring one back."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from keiki.office.audit.services import record
from keiki.office.commands.answer import CommandAnswer
from keiki.office.config.sqlite_backup import back_up, bring_back
from keiki.office.config.wiring import OfficeServices


def backup(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Copy the database (SQLite) to one file while everything runs; keys are copied apart."""
    with transaction.atomic():
        record(office_services.act(given.by), "BackupMade", "office", file=Path(given.out).name)
    size = back_up(office_services.data, Path(given.out))
    return CommandAnswer({"file": str(given.out), "bytes": size})


def restore(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Bring a copy of the database (SQLite) back; what was there is moved aside. Worker and web must be stopped."""
    act, file = office_services.act(given.by), Path(given.file)
    aside = bring_back(office_services.data, file, office_services.vault.kek_id, act.at)
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        record(act, "BackupRestored", "office", file=file.name)
    return CommandAnswer(
        {
            "restored": str(file),
            "moved_aside": [str(each) for each in aside],
            "next": "audit verify, before worker and web are started",
        }
    )
