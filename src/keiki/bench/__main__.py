"""``keiki bench``: start a town, say something to one that runs, or run a household's HEMS in it."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from keiki import __version__
from keiki.bench.console import ConsoleError, call
from keiki.bench.settings import BadTownError, TownSettings
from keiki.bench.storage import check
from keiki.foundation.program.data_folder import FolderNotMade, refuse_file, require_made
from keiki.foundation.program.language import chosen
from keiki.foundation.program.typed_command import typed
from keiki.foundation.text.bilingual import Bilingual


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or another status with a sentence on standard error."""
    asked = parser(hems="hems" in (arguments or sys.argv[1:])[:1]).parse_args(arguments)
    try:
        status: int = asked.run(asked)
    except (BadTownError, FolderNotMade) as error:
        sys.stderr.write(f"{error.text.in_language(chosen())}\n")
        return 1
    except ConsoleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return status


def _say(asked: argparse.Namespace) -> int:
    _require_town(asked.folder)
    try:
        args = json.loads(asked.args)
    except ValueError:
        args = None
    if not isinstance(args, dict):
        raise ConsoleError('the arguments are a JSON object, as in \'{"supply_point": "06..."}\'')
    print(json.dumps(call(asked.folder, asked.command, **args), ensure_ascii=False, indent=2))  # noqa: T201
    return 0


def _session(asked: argparse.Namespace) -> int:
    """Say one thing after another: ``{"command": [NAME], "typed": {...}}``, answered by ``{"code", "answer"}``."""
    _require_town(asked.folder)
    for line in sys.stdin:
        code, answer = 0, None
        try:
            said = json.loads(line)
            answer = call(asked.folder, said["command"][0], **(said.get("typed") or {}))
        except (ValueError, LookupError, TypeError, ConsoleError) as error:
            code, answer = 1, {"error": str(error)}
        sys.stdout.write(json.dumps({"code": code, "answer": answer}, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return 0


def _require_town(folder: Path) -> None:
    require_made(folder, ("town.sqlite3",), Bilingual(ja="町", en="town"), "bench town --folder {}", "--folder")


def _photograph(asked: argparse.Namespace) -> int:
    from keiki.bench.camera import photograph  # noqa: PLC0415 - only a camera needs the picture libraries

    try:
        photograph(asked.sheet, asked.out)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _check(asked: argparse.Namespace) -> int:
    try:
        check(TownSettings(asked.folder, asked.seed, asked.points))
    except BadTownError as error:
        message = {"ja": error.text.ja, "en": error.text.en}
        sys.stdout.write(json.dumps({"error": str(error), "message": message}, ensure_ascii=False) + "\n")
        return 1
    return 0


def _town(asked: argparse.Namespace) -> int:
    refuse_file(asked.folder, "--folder")
    asked.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(
        _run(TownSettings(asked.folder.resolve(), asked.seed, asked.points, asked.speed, asked.session_seconds))
    )
    return 0


def parser(*, hems: bool) -> argparse.ArgumentParser:
    """Return the command line's reader. The HEMS brings its own arguments, and what it needs is loaded only for it."""
    made = argparse.ArgumentParser(prog=typed("bench"), description="The town that stands in for the outside world.")
    made.add_argument("--version", action="version", version=f"keiki {__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    town = commands.add_parser("town", help="Start a town and run it until interrupted.")
    town.set_defaults(run=_town)
    town.add_argument("--speed", type=float, default=1.0, help="how many times as fast as real time, from 1")
    town.add_argument(
        "--session-seconds", type=int, default=86_400, help="how long meters let a HEMS' session live, town's time"
    )
    checked = commands.add_parser("check", help="Say whether a town of this seed and size can go on in the folder.")
    checked.set_defaults(run=_check)
    for command in (town, checked):
        command.add_argument("--seed", type=int, help="what the town is drawn from; left out 1, or the folder's")
        command.add_argument("--points", type=int, help="supply points, at least 30; left out 30, or the folder's")
    say = commands.add_parser("say", help="Send one command to a running town's console.")
    say.set_defaults(run=_say)
    say.add_argument("command", help="`help` lists them")
    say.add_argument("args", nargs="?", default="{}", help="the command's arguments as a JSON object")
    session = commands.add_parser("session", help="Send commands to a running town's console, as JSON lines.")
    session.set_defaults(run=_session)
    for command in (town, checked, say, session):
        command.add_argument("--folder", type=Path, required=True, help="the town's folder")
    camera = commands.add_parser("photograph", help="Take a picture of a printed sheet, as a hand-held device would.")
    camera.set_defaults(run=_photograph)
    camera.add_argument("--sheet", type=Path, required=True, help="the printed PDF")
    camera.add_argument("--out", type=Path, required=True, help="the picture, PNG")
    household = commands.add_parser("hems", help="Run a household's HEMS on a module of a running town.")
    if hems:
        from keiki.bench.household import hems as process  # noqa: PLC0415 - only a HEMS needs the radio client

        household.set_defaults(run=process.run)
        process.add_arguments(household)
    return made


async def _run(settings: TownSettings) -> None:
    from keiki.bench.wiring import Town  # noqa: PLC0415 - who only says something loads no town

    town = Town(settings)
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    try:
        await town.start()
        await ended.wait()
    finally:
        await town.stop()


if __name__ == "__main__":
    sys.exit(main())
