"""Commands about catalogue versions: bring in, list, show, compare, propose, publish, reject, withdraw."""

from __future__ import annotations

import argparse
from pathlib import Path

from keiki.catalogues import find_catalogue
from keiki.office.catalogues import queries, services
from keiki.office.catalogues.files import files_of
from keiki.office.catalogues.models import CatalogueVersion
from keiki.office.commands.answer import CommandAnswer
from keiki.office.config.wiring import OfficeServices


def bring_in(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Bring a catalogue in from a folder, or one that is shipped by its name: read, proved and kept as a draft."""
    version = services.bring_in(
        office_services.act(given.by), files_of(find_catalogue(given.folder) or Path(given.folder))
    )
    return CommandAnswer(queries.report(version))


def list_(office_services: OfficeServices, _: argparse.Namespace) -> CommandAnswer:
    """List the catalogue versions and name the one in force."""
    current = queries.in_force(office_services.today)
    return CommandAnswer({"in_force": current.reference if current else None, "versions": queries.versions()})


def show(_: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Show a version with its proof."""
    return CommandAnswer(queries.report(_version(given)))


def diff(_: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Tell what a version changes against another one."""
    before = queries.version(given.before_catalogue or given.catalogue, given.before)
    return CommandAnswer(queries.difference(before, _version(given)))


def propose(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Propose a draft for publication by another person."""
    version = _version(given)
    services.propose(office_services.act(given.by), version)
    return CommandAnswer(queries.describe(version, office_services.today))


def publish(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Publish a proposed version; whoever proposed it may not."""
    version = _version(given)
    services.publish(office_services.act(given.by), version, office_services.today)
    return CommandAnswer(queries.describe(version, office_services.today))


def reject(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Reject a proposed version."""
    version = _version(given)
    services.reject(office_services.act(given.by), version, given.because)
    return CommandAnswer(queries.describe(version, office_services.today))


def withdraw(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Withdraw a draft or a published version; the one before it comes back."""
    version = _version(given)
    back = services.withdraw(office_services.act(given.by), version, given.because, office_services.today)
    return CommandAnswer(
        {**queries.describe(version, office_services.today), "restored": back.reference if back else None}
    )


def _version(given: argparse.Namespace) -> CatalogueVersion:
    return queries.version(given.catalogue, given.version)
