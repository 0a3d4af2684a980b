"""``keiki relay``: make a relay's folder, say who may log in, run it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from keiki.foundation.processes import read_ready_file
from keiki.foundation.program.data_folder import FolderNotMade, refuse_file, require_made
from keiki.foundation.program.json_log import log_as_json
from keiki.foundation.program.language import chosen
from keiki.foundation.program.typed_command import typed
from keiki.foundation.program.version import add_version_option
from keiki.foundation.settings.errors import WrongSettingError
from keiki.foundation.text.bilingual import Bilingual
from keiki.relay.client.subjects import Side
from keiki.relay.server import RelayServer, RelayStartError
from keiki.relay.settings import read_settings
from keiki.relay.sides import SidesError, read_sides
from keiki.relay.sides import allow as allow_name
from keiki.relay.sides import disallow as disallow_name

app = typer.Typer(
    help="The relay between office and control.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
add_version_option(app)
Data = Annotated[Path, typer.Option("--data", help="The relay's data folder.")]


@app.command()
def init(data: Data) -> None:
    """Make the data folder. The relay itself has no key to make."""
    refuse_file(data)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "store").mkdir(mode=0o700, exist_ok=True)
    read_settings(data / "settings.toml")
    read_sides(data / "allowed.json")
    _print({"data": str(data)})


@app.command()
def allow(
    data: Data,
    side: Annotated[Side, typer.Option(help="Whose log-in it is.")],
    key: Annotated[str, typer.Option(help="The public name of the log-in key (U...).")],
) -> None:
    """Let a log-in key in, on one side; a running relay takes it over at once."""
    _require_relay(data)
    changed = allow_name(data / "allowed.json", side, key)
    _print({"side": side.value, "key": key, "changed": changed, "running": _tell_running(data)})


@app.command()
def disallow(data: Data, key: Annotated[str, typer.Option(help="The public name of the log-in key.")]) -> None:
    """Shut a log-in key out; a running relay drops its connections at once."""
    _require_relay(data)
    changed = disallow_name(data / "allowed.json", key)
    _print({"key": key, "changed": changed, "running": _tell_running(data)})


@app.command()
def run(data: Data) -> None:
    """Serve until SIGTERM; ``DIR/relay.json`` holds the address while it serves."""
    _require_relay(data)
    raise typer.Exit(asyncio.run(RelayServer(data).run(on_ready=lambda url: _print({"ready": url}))))


def _require_relay(data: Path) -> None:
    require_made(data, ("store",), Bilingual(ja="中継サーバ", en="relay"), "relay init --data {}")


def _tell_running(data: Path) -> bool:
    running = read_ready_file(data / "relay.json")
    if running is None:
        return False
    try:
        os.kill(running["pid"], signal.SIGHUP)
    except ProcessLookupError:
        return False
    return True


def _print(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run a command; a fault that the operator can mend is one sentence and exit code 2."""
    log_as_json()
    try:
        app(prog_name=typed("relay"))
    except (FolderNotMade, RelayStartError, SidesError, WrongSettingError) as error:
        sys.stderr.write(f"keiki.relay: {error.text.in_language(chosen())}\n")
        sys.exit(2)
    except OSError as error:
        sys.stderr.write(f"keiki.relay: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
