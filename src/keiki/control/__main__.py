"""``keiki control``: make an agent's folder, enrol the office, run the agent, show its journal."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from keiki.control import wiring
from keiki.control.entries import JournalEntry, QuarantinedMessage
from keiki.control.folder import Folder, FolderError
from keiki.control.journal import AgentJournal
from keiki.control.operator_messages import MESSAGES
from keiki.foundation.files.drafts import PUBLIC, write_whole
from keiki.foundation.files.opening import read_input
from keiki.foundation.files.sqlite_schema import FileNewer
from keiki.foundation.program.data_folder import FolderNotMade, refuse_file, require_made
from keiki.foundation.program.json_log import log_as_json
from keiki.foundation.program.language import chosen
from keiki.foundation.program.typed_command import typed
from keiki.foundation.program.version import add_version_option
from keiki.foundation.settings.errors import WrongSettingError
from keiki.foundation.text.bilingual import Bilingual
from keiki.foundation.text.counted import counted
from keiki.relay.client import LoginKeyError

app = typer.Typer(
    help="The control zone's pick-up agent.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
add_version_option(app)
Data = Annotated[Path, typer.Option("--data", help="The agent's data folder.")]


@app.command()
def init(data: Data, name: Annotated[str, typer.Option(help="The agent's name on its card.")] = "control") -> None:
    """Make folder and keys; print the identity card for the office and the log-in name for the relay."""
    refuse_file(data)
    folder = Folder(data)
    folder.make(name)
    card = folder.identity().card
    _print({"card": json.loads(card.to_json()), "fingerprint": card.fingerprint, "relay_key": folder.login_name()})


@app.command()
def card(
    data: Data, out: Annotated[Path | None, typer.Option(help="Write the card here too, as others enrol it.")] = None
) -> None:
    """Show the agent's identity card, its fingerprint and the log-in name for the relay."""
    folder = _made(data)
    own = folder.identity().card
    if out:
        write_whole(out, own.to_json().encode(), mode=PUBLIC)  # by everybody: a card is public
    _print({"card": json.loads(own.to_json()), "fingerprint": own.fingerprint, "relay_key": folder.login_name()})


@app.command()
def backup(data: Data, out: Annotated[Path, typer.Option(help="The file to write; it must not be there yet.")]) -> None:
    """Copy the journal as it stands, while the agent runs. Keys are copied apart."""
    _print({"journal": str(_made(data).back_up_journal(out))})


@app.command(name="trust-office")
def trust_office(data: Data, card: Annotated[Path, typer.Option(help="The office's identity card (JSON).")]) -> None:
    """Enrol the office, whose commands are carried out from now on, and nobody else's."""
    enrolled = _made(data).trust_office(read_input(card))
    _print({"office": enrolled.name, "key_id": enrolled.key_id.hex(), "fingerprint": enrolled.fingerprint})


@app.command()
def run(data: Data) -> None:
    """Pick up commands and carry them out until SIGTERM."""
    asyncio.run(wiring.run(_made(data)))


@app.command()
def status(
    data: Data,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    last: Annotated[int, typer.Option(help="How many commands to show.")] = 20,
) -> None:
    """Show the journal: how many commands are in which state, the latest ones, and what was quarantined."""
    folder = _made(data)
    if not folder.journal.exists():
        raise FolderError("journal_missing", file=folder.journal)
    journal = AgentJournal(folder.journal, read_only=True)
    try:
        counts, latest, quarantined = journal.counts(), journal.latest(last), journal.quarantined(last)
        shown = [{**_shown(entry), "events": journal.events(entry.message_id)} for entry in latest]
        owed, forgotten = len(journal.unsent(1000)), journal.forgotten()
    finally:
        journal.close()
    if as_json:
        aside = [_aside(q) for q in quarantined]
        answer = {"counts": counts, "answers_owed": owed, "commands": shown, "quarantined": aside}
        _print({**answer, "quarantined_and_forgotten": forgotten})
        return
    sys.stdout.write(f"commands: {', '.join(f'{n} {state}' for state, n in counts.items()) or 'none'}\n")
    sys.stdout.write(f"answers the relay does not have yet: {owed}\n")
    for line in shown:
        sys.stdout.write(
            f"{line['received_at']}  {line['state']:<11} {line['kind']:<16} {line['unit']:<14}"
            f" {line['supply_point']}  {line['reason']}\n"
        )
    for one in quarantined:
        often, size = counted(one.times, "time"), counted(one.size, "byte")
        sys.stdout.write(f"{_time(one.last_at)}  quarantined {one.code} ({often}, {size})\n")
    for code, messages in forgotten.items():
        sys.stdout.write(f"{counted(messages, 'older message')} quarantined: {code}\n")


def _made(data: Path) -> Folder:
    agent = Bilingual(ja="制御エージェント", en="control agent")
    require_made(data, ("settings.toml", "keys", "journal.sqlite3"), agent, "control init --data {}")
    return Folder(data)


def _shown(entry: JournalEntry) -> dict[str, Any]:
    return {
        "message_id": entry.message_id.hex(),
        "kind": entry.kind,
        "unit": entry.unit,
        "supply_point": entry.supply_point,
        "generation": entry.generation,
        "state": entry.state.value,
        "reason": entry.reason,
        "attempts": entry.attempts,
        "received_at": _time(entry.received_at),
        "expires": _time(entry.expires),
        "due_at": _time(entry.due_at) if entry.sealed else None,
        "answered_at": _time(entry.answered_at),
        "put_at": _time(entry.put_at),
    }


def _aside(one: QuarantinedMessage) -> dict[str, Any]:
    times = {"first_at": _time(one.first_at), "last_at": _time(one.last_at), "times": one.times}
    return {"digest": one.digest.hex(), "code": one.code, "size": one.size, **times}


def _time(seconds: float | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds is not None else None


def _print(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


def main() -> None:
    """Run a command; a fault that the operator can mend is one sentence and exit code 2."""
    log_as_json()
    try:
        app(prog_name=typed("control"))
    except sqlite3.Error as error:
        _refuse(MESSAGES["journal_unusable"].format(why=error), 1)
    except (FileNewer, FolderError, FolderNotMade, WrongSettingError) as error:
        _refuse(error.text, 2)
    except (LoginKeyError, OSError) as error:
        _refuse(Bilingual(ja=str(error), en=str(error)), 2)


def _refuse(said: Bilingual, code: int) -> NoReturn:
    sys.stderr.write(f"keiki.control: {said.in_language(chosen())}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
