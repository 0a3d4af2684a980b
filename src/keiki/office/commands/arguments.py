"""The commands with their arguments, as a table; what each does is in the modules beside."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keiki import __version__
from keiki.foundation.program.typed_command import typed
from keiki.office.commands import audit, backups, catalogues, contracts, designs, office, people, sources, visits
from keiki.office.commands.answer import CommandAnswer
from keiki.office.config.wiring import OfficeServices
from keiki.office.sources import SearchKind


@dataclass(frozen=True)
class OperatorCommand:
    """One command: its words, what it does, and its arguments as ``(names, options)``."""

    words: str
    does: Callable[[OfficeServices, argparse.Namespace], CommandAnswer]
    arguments: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = ()


def _argument(*names: str, **options: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    return names, options


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0.1 <= seconds <= 600:
        raise argparse.ArgumentTypeError("from 0.1 to 600 seconds")
    return seconds


POINT = _argument("--supply-point", required=True, metavar="NUMBER", help="22 digits, hyphens and spaces allowed")
BECAUSE = _argument("--because", required=True, metavar="REASON")
DESIGN = (
    _argument("--design", metavar="D-1"),
    _argument("--supply-point", metavar="NUMBER", help="the live design of this supply point"),
    _argument("--version", type=int, metavar="N", help="the version it was looked at; refused if it changed since"),
)
CATALOGUE = (
    _argument("--catalogue", required=True, metavar="NAME"),
    _argument("--version", required=True, metavar="VERSION"),
)
NUMBER = _argument("--number", required=True, metavar="W-000001-1")

COMMANDS = (
    OperatorCommand("init", office.init, (_argument("--name", default="office", help="the identity's name"),)),
    OperatorCommand("upgrade", office.upgrade),
    OperatorCommand("health", office.health),
    OperatorCommand(
        "card",
        office.card,
        (_argument("--out", type=Path, default=None, metavar="FILE", help="write the card there, as others enrol it"),),
    ),
    OperatorCommand(
        "enrol",
        office.enrol,
        (
            _argument("--card", required=True, type=Path, metavar="FILE"),
            _argument("--role", required=True, choices=["control", "handheld"]),
            _argument("--because", default="enrolled on the command line", metavar="REASON"),
        ),
    ),
    OperatorCommand("backup", backups.backup, (_argument("--out", required=True, metavar="FILE"),)),
    OperatorCommand("restore", backups.restore, (_argument("--file", required=True, metavar="FILE"),)),
    OperatorCommand("revoke", office.revoke, (_argument("--key-id", required=True), BECAUSE)),
    OperatorCommand("devices", office.devices),
    OperatorCommand(
        "create-admin",
        people.create_admin,
        (
            _argument("--username", required=True, metavar="NAME", help="the log-in name"),
            _argument("--name", required=True, metavar="NAME", help="what the person is called"),
        ),
    ),
    OperatorCommand(
        "add-service-office",
        people.add_service_office,
        (
            _argument("--code", required=True, metavar="CODE", help="as sources.toml maps it"),
            _argument("--name-ja", required=True, metavar="NAME"),
            _argument("--name-en", required=True, metavar="NAME"),
        ),
    ),
    OperatorCommand(
        "deactivate-user",
        people.deactivate_user,
        (_argument("--username", required=True, metavar="NAME", help="the log-in name"), BECAUSE),
    ),
    OperatorCommand("demo-people", people.demo_people),
    OperatorCommand(
        "apply",
        contracts.apply,
        (
            POINT,
            _argument(
                "--applicant",
                choices=["-"],
                default="-",
                help="the name is read from standard input, never an argument",
            ),
            _argument("--route-b", required=True, choices=["wireless", "plc"]),
            _argument("--agent", action="store_true", help="an agent applies, with a power of attorney"),
        ),
    ),
    OperatorCommand(
        "sources check",
        sources.sources_check,
        (
            _argument("--language", choices=["ja", "en"], default="ja"),
            _argument("--limit", type=_seconds, default=30.0, metavar="SECONDS", help="for each source, 0.1 to 600"),
        ),
    ),
    OperatorCommand(
        "link",
        contracts.link,
        (POINT, _argument("--because", default="looked up", metavar="REASON", help="kept in the audit")),
    ),
    OperatorCommand(
        "contact",
        contracts.contact,
        (POINT, BECAUSE, _argument("--whole", action="store_true", help="unmasked; kept in the audit")),
    ),
    OperatorCommand(
        "search",
        contracts.search,
        (
            _argument("--by", dest="kind", required=True, choices=[kind.value for kind in SearchKind]),
            _argument(
                "--wanted",
                choices=["-"],
                default="-",
                help="what to look for is read from standard input, never an argument",
            ),
            BECAUSE,
        ),
    ),
    OperatorCommand("confirm-agent", contracts.confirm_agent, (POINT,)),
    OperatorCommand("lose-password", contracts.lose_password, (POINT,)),
    OperatorCommand(
        "end-service", contracts.end_service, (POINT, _argument("--because", default="cancelled", metavar="REASON"))
    ),
    OperatorCommand("contract show", contracts.contract_show, (POINT,)),
    OperatorCommand("command show", contracts.command_show, (_argument("--id", required=True, metavar="C-1"),)),
    OperatorCommand("design open", designs.design_open, (POINT,)),
    OperatorCommand("design show", designs.design_show, DESIGN),
    OperatorCommand("design choose", designs.design_choose, (*DESIGN, _argument("units", nargs="+", metavar="UNIT"))),
    OperatorCommand(
        "design propose", designs.design_propose, (*DESIGN, _argument("--from-stock", action="store_true"))
    ),
    OperatorCommand("design finish", designs.design_finish, DESIGN),
    OperatorCommand(
        "work-order issue",
        visits.order_issue,
        (
            _argument("--design", required=True, metavar="D-1"),
            _argument("--device", required=True, metavar="NAME"),
            _argument("--visit-date", metavar="YYYY-MM-DD", help="today unless said otherwise"),
        ),
    ),
    OperatorCommand(
        "work-order print", visits.order_print, (NUMBER, _argument("--out", required=True, metavar="FILE.pdf"))
    ),
    OperatorCommand("work-order record", visits.order_record, (_argument("--file", required=True, metavar="FILE"),)),
    OperatorCommand("work-order cancel", visits.order_cancel, (NUMBER, BECAUSE)),
    OperatorCommand("work-order show", visits.order_show, (NUMBER,)),
    OperatorCommand(
        "watch", visits.watch, (_argument("--all", action="store_true", help="look at every live design"),)
    ),
    OperatorCommand(
        "catalogue bring-in",
        catalogues.bring_in,
        (_argument("--folder", required=True, metavar="DIR", help="its folder, or the name of one that is shipped"),),
    ),
    OperatorCommand("catalogue list", catalogues.list_),
    OperatorCommand("catalogue show", catalogues.show, CATALOGUE),
    OperatorCommand(
        "catalogue diff",
        catalogues.diff,
        (
            *CATALOGUE,
            _argument("--before", required=True, metavar="VERSION", help="the version that it is held against"),
            _argument("--before-catalogue", metavar="NAME", help="its name, where it has another one"),
        ),
    ),
    OperatorCommand("catalogue propose", catalogues.propose, CATALOGUE),
    OperatorCommand("catalogue publish", catalogues.publish, CATALOGUE),
    OperatorCommand("catalogue reject", catalogues.reject, (*CATALOGUE, BECAUSE)),
    OperatorCommand("catalogue withdraw", catalogues.withdraw, (*CATALOGUE, BECAUSE)),
    OperatorCommand("read-status", visits.read_status, (POINT,)),
    OperatorCommand("diagnose", visits.diagnose, (POINT,)),
    OperatorCommand("deliver", visits.deliver),
    OperatorCommand(
        "audit list",
        audit.audit_list,
        (
            _argument("--supply-point", metavar="NUMBER"),
            _argument("--happened", metavar="EVENT", help="for example PasswordRewritten"),
            _argument("--limit", type=int, default=100),
        ),
    ),
    OperatorCommand(
        "audit verify",
        audit.audit_verify,
        (
            _argument(
                "--checkpoints",
                action="append",
                default=[],
                metavar="FILE",
                help="checkpoints kept elsewhere, for example from an earlier export; repeatable",
            ),
        ),
    ),
    OperatorCommand("audit checkpoint", audit.audit_checkpoint),
    OperatorCommand("audit export", audit.audit_export, (_argument("--out", required=True, metavar="FILE.zip"),)),
)
GROUPS = {
    "sources": "Check the data servers that the office reads.",
    "contract": "Show the service contracts of a supply point.",
    "command": "Show a remote command.",
    "design": "Open, show, choose, propose and finish the design of a supply point.",
    "work-order": "Issue, print, record, cancel and show a work order.",
    "catalogue": "Bring in, list, compare, propose, publish and withdraw versions of the catalogue.",
    "audit": "List, verify and export what happened.",
}
"""What the commands of two words that begin alike do, by their first word."""
PLAIN = {
    "worker": "Run the worker.",
    "web": "Serve the screens.",
    "session": "Take one command after another from standard input, as JSON lines.",
}
"""Commands that are no operator's act."""


def parse(arguments: list[str], operator: str) -> argparse.Namespace:
    """Read the command line; ``--data``, ``--json`` and ``--as`` may stand before or after the command."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--data", type=Path, metavar="DIR", help="the office's data folder")
    common.add_argument("--json", action="store_true", help="answer in JSON")
    common.add_argument("--as", dest="by", metavar="NAME", help="who acts; kept in the audit")
    top = argparse.ArgumentParser(prog=typed("office"), description="The operation system.", parents=[common])
    top.add_argument("--version", action="version", version=f"keiki {__version__}")
    names = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    groups: dict[str, Any] = {}
    for command in COMMANDS:
        first, _, second = command.words.partition(" ")
        if second and first not in groups:
            group = names.add_parser(first, help=GROUPS[first], description=GROUPS[first])
            groups[first] = group.add_subparsers(dest="action", required=True, metavar="ACTION")
        help_ = (command.does.__doc__ or "").strip().splitlines()[0]
        made = (groups[first] if second else names).add_parser(second or first, help=help_, parents=[common])
        for words, options in command.arguments:
            made.add_argument(*words, **options)
        made.set_defaults(does=command.does)
    for name, help_ in PLAIN.items():
        plain = names.add_parser(name, help=help_, parents=[common])
        if name == "web":
            plain.add_argument("--fd", type=int, metavar="NUMBER", help="a listening socket that this process inherits")
    return top.parse_args(arguments, argparse.Namespace(json=False, by=operator, data=None, typed=None))
