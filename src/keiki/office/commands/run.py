"""Run one command: start Django for the data folder, do the act, answer, and turn refusals into plain sentences."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from keiki.foundation.program.data_folder import FolderNotMade, refuse_file, require_made
from keiki.foundation.program.language import chosen
from keiki.foundation.text.bilingual import Bilingual
from keiki.office.commands.answer import refused
from keiki.office.config.folder import BadSettings, DataFolder
from keiki.office.config.start import start

if TYPE_CHECKING:
    from keiki.office.commands.answer import CommandAnswer

REFUSED, USAGE = 1, 2
OFFICE = Bilingual(ja="業務システム", en="office")
OFFICE_SIGNS = ("settings.toml", "keys/office.identity", "office.sqlite3")
"""What a folder of an office has some of."""
WITHOUT_SCHEMA = frozenset({"init", "upgrade", "health", "web", "worker"})
"""Commands that bring the schema up to date or look at it themselves; every other refuses an old one at once."""


def main(arguments: list[str], operator: str) -> int:
    """Run the command that ``arguments`` name for ``operator`` and return its exit code."""
    os.umask(0o077)
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    finder.add_argument("--data", type=Path)
    folder: Path | None = finder.parse_known_args(arguments)[0].data
    try:
        start(folder)
        return _run(arguments, operator)
    except BadSettings as error:
        return _refuse(error, REFUSED, as_json="--json" in arguments)


def _run(arguments: list[str], operator: str) -> int:
    """Parse and run; the commands are imported here because their models need Django to be started."""
    from keiki.office.commands.arguments import parse  # noqa: PLC0415
    from keiki.office.commands.refusals import REFUSALS, answer_to  # noqa: PLC0415
    from keiki.office.commands.session import converse  # noqa: PLC0415
    from keiki.office.config.schema import check  # noqa: PLC0415
    from keiki.office.config.web import serve  # noqa: PLC0415
    from keiki.office.config.wiring import OfficeServices  # noqa: PLC0415
    from keiki.office.worker import run  # noqa: PLC0415

    given = parse(arguments, operator)
    if given.data is None:
        missing = BadSettings("データフォルダーを --data DIR で指定してください", "say which data folder: --data DIR")
        return _refuse(missing, USAGE, as_json=given.json)
    processes: dict[str, Callable[[OfficeServices], None]] = {
        "worker": run,
        "web": lambda office: serve(office, given.fd),
        "session": lambda office: converse(office, given.by, sys.stdin, sys.stdout),
    }
    try:
        if given.command == "init":
            refuse_file(given.data)
        else:
            require_made(given.data, OFFICE_SIGNS, OFFICE, "office --data {} init")
        office_services = OfficeServices(DataFolder(given.data))
        if given.command not in WITHOUT_SCHEMA:
            check()
        if given.command in processes:
            processes[given.command](office_services)
            return 0
        return _tell(given.does(office_services, given), given.json)
    except FolderNotMade as error:
        return _tell(refused("no_office_here", error.text.ja, error.text.en), given.json)
    except REFUSALS as error:
        return _tell(answer_to(error), given.json)


def _tell(answer: CommandAnswer, as_json: bool) -> int:
    sys.stdout.write((answer.as_json() if as_json else answer.as_text()) + "\n")
    return answer.code


def _refuse(error: BadSettings, code: int, *, as_json: bool) -> int:
    message = dict(zip(("ja", "en"), error.sentence, strict=True))
    values = {"error": str(error), "code": error.code, "message": message}
    said = f"error: {message[chosen()]}"
    sys.stdout.write((json.dumps(values, ensure_ascii=False) if as_json else said) + "\n")
    return code
