"""Commands about the audit: list, verify, checkpoint, export."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from keiki.foundation.files.opening import read_input_text
from keiki.office.audit import checkpoints
from keiki.office.audit.export import export
from keiki.office.audit.queries import events
from keiki.office.audit.trust import trusting
from keiki.office.audit.verifications import plain_verdict
from keiki.office.audit.verifying import verify_audit
from keiki.office.commands.answer import DONE, CommandAnswer, refused
from keiki.office.config.wiring import OfficeServices
from keiki.office.keys.changed_rows import changed_rows


def audit_list(_: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """List what happened."""
    return CommandAnswer({"events": events(given.supply_point or "", given.happened or "", given.limit)})


def audit_verify(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Verify the whole audit and say what is damaged and where."""
    elsewhere = {str(file): read_input_text(Path(file), "utf-8").splitlines() for file in given.checkpoints}
    verdict = verify_audit(
        trusting([office_services.identity.card]), office_services.checkpoint_file, elsewhere, more=changed_rows()
    )
    values = plain_verdict(verdict)
    if verdict.intact:
        return CommandAnswer(values, DONE)
    return refused(
        "audit_damaged",
        "監査記録が損なわれています。作業を止め、データベースとチェックポイントを別に写し、セキュリティ担当に知らせてください",
        "the audit is damaged: stop, copy database and checkpoints away, tell the security officer",
        **values,
    )


def audit_checkpoint(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Verify what is new and sign it, unless the last checkpoint covers everything."""
    made = checkpoints.make(office_services.identity, office_services.checkpoint_file, office_services.act(given.by).at)
    last = made or checkpoints.latest()
    return CommandAnswer(
        {"made": made is not None, "number": last.number if last else None, "position": last.position if last else 0}
    )


def audit_export(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Write the audit for an auditor, who verifies it without the office."""
    done = export(
        office_services.act(given.by), office_services.identity, office_services.checkpoint_file, Path(given.out)
    )
    card = office_services.identity.card
    return CommandAnswer({"file": str(given.out), **asdict(done), "fingerprint": card.fingerprint})
