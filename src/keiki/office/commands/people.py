"""Commands about people: the first administrator, service offices, and the made-up people of a demonstration."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.core.exceptions import ValidationError

from keiki.office.commands.answer import CommandAnswer
from keiki.office.config.wiring import OfficeServices
from keiki.office.users.people import demo, queries, services


def create_admin(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Make the first administrator; the password is read twice from standard input, never an argument."""
    first, second = _typed(given)
    if first != second:
        raise services.PeopleRefused(
            "二回のパスワードが一致しません。もう一度実行してください。", "the two passwords differ: run it again"
        )
    try:
        user = services.create_admin(office_services.act(given.by), given.username, given.name, first)
    except ValidationError as error:
        raise services.PeopleRefused.from_validation(error) from None
    return CommandAnswer(
        {"username": user.username, "name": user.name, "log_in": f"{office_services.settings.web.url}/accounts/log-in/"}
    )


def add_service_office(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Add a service office, or name it anew."""
    try:
        made = services.add_office(office_services.act(given.by), given.code, given.name_ja, given.name_en)
    except ValidationError as error:
        raise services.PeopleRefused.from_validation(error) from None
    return CommandAnswer({"code": made.code, "name_ja": made.name_ja, "name_en": made.name_en})


def deactivate_user(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Let a person go: no log-in, no session, no right. Also the way out when the only administrator is lost."""
    user = queries.user_named(given.username)
    services.deactivate(office_services.act(given.by), user, given.because)
    return CommandAnswer({"username": user.username, "active": user.is_active})


def demo_people(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Make one made-up person for each role; their passwords are shown this once. Only where demo.people is true."""
    return CommandAnswer(
        {"people": demo.make_people(office_services.act(given.by)), "url": office_services.settings.web.url}
    )


def _typed(given: argparse.Namespace) -> tuple[str, str]:
    if given.typed is None and sys.stdin.isatty():
        return getpass.getpass("password: "), getpass.getpass("once more: ")
    lines = given.typed.split("\n") if given.typed is not None else [sys.stdin.readline(), sys.stdin.readline()]
    return lines[0].rstrip("\n"), lines[1].rstrip("\n")
