"""``python -m keiki.bench``: start a town, say something to one that runs, or run a household's HEMS in it."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from keiki.bench.console import ConsoleError, call
from keiki.bench.household import hems
from keiki.bench.settings import BadTownError, TownSettings
from keiki.bench.wiring import Town


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 1 with a sentence on standard error."""
    asked = _parser().parse_args(arguments)
    if asked.do == "hems":
        return hems.run(asked)
    try:
        if asked.do == "say":
            args = json.loads(asked.args)
            if not isinstance(args, dict):
                raise ConsoleError('the arguments are a JSON object, as in \'{"supply_point": "06..."}\'')
            print(json.dumps(call(asked.folder, asked.command, **args), ensure_ascii=False, indent=2))  # noqa: T201
        else:
            asked.folder.mkdir(parents=True, exist_ok=True)
            asyncio.run(_run(TownSettings(asked.folder.resolve(), asked.seed, asked.points, asked.speed)))
    except json.JSONDecodeError:
        return _fail("the arguments are not JSON")
    except (BadTownError, ConsoleError) as error:
        return _fail(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m keiki.bench", description=__doc__)
    commands = parser.add_subparsers(dest="do", required=True)
    town = commands.add_parser("town", help="start a town and run it until interrupted")
    town.add_argument("--seed", type=int, default=1)
    town.add_argument("--points", type=int, default=30, help="supply points, at least 30")
    town.add_argument("--speed", type=float, default=1.0, help="how many times as fast as real time, from 1")
    say = commands.add_parser("say", help="send one command to a running town's console")
    say.add_argument("command", help="`help` lists them")
    say.add_argument("args", nargs="?", default="{}", help="the command's arguments as a JSON object")
    hems.add_arguments(commands.add_parser("hems", help="run a household's HEMS at a supply point"))
    for command in (town, say):
        command.add_argument("--folder", type=Path, required=True, help="the town's folder")
    return parser


async def _run(settings: TownSettings) -> None:
    town = Town(settings)
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    try:
        await town.start()
        await ended.wait()
    finally:
        await town.stop()


def _fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
