"""Commands about the office itself: init, upgrade, health, card, enrol, devices, migrations."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from keiki.foundation.files.drafts import PUBLIC, write_whole
from keiki.foundation.files.opening import read_input_text
from keiki.foundation.processes import read_ready_file
from keiki.office.commands.answer import DONE, REFUSED, CommandAnswer
from keiki.office.config import schema
from keiki.office.config.health import health as health_now
from keiki.office.config.setup import make_folder
from keiki.office.config.wiring import OfficeServices
from keiki.office.keys import queries, requests, services
from keiki.office.keys.enrolled_cards import card_of
from keiki.office.keys.models import KeyRequest
from keiki.office.refusal import Refusal
from keiki.office.users.people.queries import security_officers
from keiki.relay.client import login_name


class StillAtWork(Refusal):
    """A process of the office runs on the database that is to be upgraded."""

    code = "still_at_work"


def init(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Make folder, keys and database (what is there stays), and show the public card."""
    make_folder(office_services.data.path, given.name)
    schema.upgrade()
    return card(office_services, argparse.Namespace(out=None))


def upgrade(office_services: OfficeServices, _: argparse.Namespace) -> CommandAnswer:
    """Bring the database to this program's version; says what was applied. Stop the office's processes before."""
    _no_process_at_work(office_services)
    return CommandAnswer({"applied": schema.upgrade()})


def health(_: OfficeServices, __: argparse.Namespace) -> CommandAnswer:
    """Look at database, schema, disk, worker and screens; the exit code is 0 only if the office can do its work."""
    found = health_now()
    return CommandAnswer(found, DONE if found["ready"] else REFUSED)


def _no_process_at_work(office_services: OfficeServices) -> None:
    """Refuse while an older program may be writing."""
    for name in ("worker", "web"):
        if found := read_ready_file(office_services.data.path / f"{name}.json"):
            raise StillAtWork(
                f"{name}(プロセス {found['pid']})がまだ動いています。止めてから、もう一度実行してください",
                f"{name} still runs (process {found['pid']}): stop it, then run this again",
            )


def card(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Show what others enrol: the identity card, its fingerprint, and the relay log-in's public name.

    The card's file may be read by everybody (0644): it is public, and proved by its fingerprint, not by who reads it.
    """
    mine = office_services.identity.card
    if given.out:
        write_whole(Path(given.out), mine.to_json().encode(), mode=PUBLIC)
    return CommandAnswer(
        {
            "card": json.loads(mine.to_json()),
            "fingerprint": mine.fingerprint,
            "relay_login": login_name(office_services.relay_key),
        }
    )


def enrol(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Enrol the card of a control agent or a hand-held device; once there are security officers, ask them for it."""
    text = read_input_text(Path(given.card), "utf-8")
    if security_officers():
        return _request_answer(requests.ask_to_enrol(office_services.act(given.by), text, given.role, given.because))
    device = services.enrol(office_services.act(given.by), text, given.role)
    fingerprint = card_of(device).fingerprint
    return CommandAnswer(
        {"name": device.name, "role": device.role, "key_id": device.key_id, "fingerprint": fingerprint}
    )


def revoke(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Revoke a device's card; once there are security officers, ask them for it."""
    if security_officers():
        device = queries.enrolled(given.key_id)
        return _request_answer(requests.ask_to_revoke(office_services.act(given.by), device, given.because))
    device = services.revoke(office_services.act(given.by), given.key_id, given.because)
    return CommandAnswer({"name": device.name, "role": device.role, "key_id": device.key_id, "revoked": True})


def _request_answer(request: KeyRequest) -> CommandAnswer:
    return CommandAnswer(
        {
            "request": request.reference,
            "kind": request.kind,
            "name": request.name,
            "fingerprint": requests.fingerprint(request),
            "next": "a security officer compares the fingerprint and approves it on the screen Keys",
        }
    )


def devices(_: OfficeServices, __: argparse.Namespace) -> CommandAnswer:
    """List the enrolled devices."""
    return CommandAnswer({"devices": queries.devices()})
